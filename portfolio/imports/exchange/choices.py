"""The lists of the register's file: what a cell may hold, and the record that it stands for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import override

from portfolio.imports.parse import CellError
from portfolio.imports.table import key
from portfolio.models import Organisation, Phase, PhaseSet, Programme, Project, Section, User


@dataclass(frozen=True)
class Option:
    """`label` is what the list shows; `names` are the other ways to write it."""

    label: str
    value: Any
    names: tuple[str, ...] = ()


class Choices:
    """Read once for a file, in the language that is active."""

    def __init__(self) -> None:
        departments = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT)
        self._phases = list(Phase.objects.select_related("phase_set").order_by("rank", "pk"))
        self._options: dict[str, list[Option]] = {
            "programme": _named(Programme.objects.order_by("name_fr", "pk")),
            "lead": _named(departments.order_by("name_fr", "pk")),
            "manager": _people(User.objects.filter(is_active=True).order_by("last_name", "pk")),
            "phase_set": _named(PhaseSet.objects.order_by("name_fr", "pk")),
            "state": _fixed(Project.State),
            "visibility": _fixed(Project.Visibility),
            "section": _fixed(Section),
        }
        self._labels = {
            name: {_identity(option.value): option.label for option in options}
            for name, options in self._options.items()
        }

    def listed(self, name: str) -> list[str]:
        """What the list of a column shows."""
        if name == "phase":
            return list(dict.fromkeys(phase.name for phase in self._phases))
        return [option.label for option in self._options[name]]

    def label(self, name: str, value: object) -> str:
        """How a record is written in the file; one that the lists left out, by its own name."""
        if value is None:
            return ""
        if name == "phase":
            return str(value)
        return self._labels[name].get(_identity(value), str(value))

    def read(self, name: str, cell: str, *, phase_set: PhaseSet | None = None) -> Any:
        """The record that a cell stands for. Raises CellError with the nearest value."""
        options = self._of_phase_set(phase_set) if name == "phase" else self._options[name]
        for found in (_by_label(options, cell), _by_name(options, cell)):
            if len(found) == 1:
                return found[0].value
            if len(found) > 1:
                codes = ", ".join(option.names[0] for option in found)
                raise CellError(_("Several have this name: write one of %s.") % codes)
        raise CellError(_unknown(cell, options))

    def _of_phase_set(self, phase_set: PhaseSet | None) -> list[Option]:
        own = [phase for phase in self._phases if phase_set and phase.phase_set == phase_set]
        return [Option(p.name, p, (p.code, p.name_fr, p.name_en)) for p in own]


def _identity(value: Any) -> object:
    return getattr(value, "pk", value)


def _by_label(options: Iterable[Option], cell: str) -> list[Option]:
    return [option for option in options if option.label == cell]


def _by_name(options: Iterable[Option], cell: str) -> list[Option]:
    wanted = key(cell)
    return [o for o in options if wanted and wanted in {key(n) for n in (o.label, *o.names)}]


def _unknown(cell: str, options: list[Option]) -> str:
    labels = {key(option.label): option.label for option in options}
    near = get_close_matches(key(cell), labels, n=1, cutoff=0.6)
    if near:
        return _("“%(cell)s” is not in the list. Did you mean “%(near)s”?") % {
            "cell": cell,
            "near": labels[near[0]],
        }
    shown = ", ".join(list(labels.values())[:8])
    return _("“%(cell)s” is not in the list: %(values)s…") % {"cell": cell, "values": shown}


def _named(records: Iterable[Any]) -> list[Option]:
    """By name; where two have the same, with the code that tells them apart."""
    known = list(records)
    times = Counter(record.name for record in known)
    return [
        Option(
            record.name if times[record.name] == 1 else f"{record.name} ({record.code})",
            record,
            (record.code, record.name_fr, record.name_en),
        )
        for record in known
    ]


def _people(users: Iterable[User]) -> list[Option]:
    known = list(users)
    times = Counter(str(user) for user in known)
    return [
        Option(
            str(user) if times[str(user)] == 1 else f"{user} ({user.username})",
            user,
            (user.username, str(user)),
        )
        for user in known
    ]


def _fixed(choices: type[TextChoices]) -> list[Option]:
    names: dict[str, list[str]] = {value: [value] for value in choices.values}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for value, label in choices.choices:
                names[value].append(str(label))
    return [Option(str(item.label), item.value, tuple(names[item.value])) for item in choices]
