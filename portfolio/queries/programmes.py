"""The tree of programmes."""

from portfolio.models import Programme


def with_descendants(top: Programme) -> set[int]:
    """The keys of a programme and of all below it, in one query."""
    parents = dict(Programme.objects.values_list("pk", "parent"))
    found: set[int] = set()
    new = {top.pk}
    while new - found:
        found |= new
        new = {pk for pk, parent in parents.items() if parent in found}
    return found
