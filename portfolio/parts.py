"""The part of a project that each of its own fields belongs to, whatever changes it: a form, a file,
a change put back."""

from portfolio.roles import Part

# Who leads a project, in which programme and under whose hand, says who may see and change it.
OF_FIELD = {
    "visibility": Part.VISIBILITY,
    "lead": Part.VISIBILITY,
    "programme": Part.VISIBILITY,
    "manager": Part.VISIBILITY,
    "geometry": Part.PLACE,
    "address": Part.PLACE,
    "phase_set": Part.SCHEDULE,
}


def part_of(name: str) -> Part:
    """Of a field of a project; what is not in the table is a fact."""
    return OF_FIELD.get(name, Part.FACTS)
