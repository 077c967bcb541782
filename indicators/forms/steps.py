"""What every step of the assistant has: fields that are kept as they are typed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.services.guesses import Seen

Choice = tuple[str, str | Promise]
NONE: Choice = ("", _("None"))
NEVER_KEPT = {"secret", "file"}
LONGEST_KEPT, MOST_KEPT = 5000, 500  # characters of a field, its values


class StepForm(forms.Form):
    """A step: `groups` are its fieldsets, as (title, help, names of fields); `part` is what it says
    once it is valid."""

    @property
    def typed(self) -> dict[str, Any]:
        """The fields as they were sent, in order or not; they fill in the form again."""
        return {
            name: _cut(
                field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            )
            for name, field in self.fields.items()
            if name not in NEVER_KEPT and not field.disabled
        }

    def part(self) -> dict[str, Any]:
        raise NotImplementedError

    def grouped(self) -> list[dict[str, Any]]:
        """Its fields as a page shows them, those of no group first."""
        named = {name for group in self.groups() for name in group[2]}
        alone = [name for name in self.fields if name not in named]
        found = [{"title": "", "help": "", "fields": [self[name] for name in alone]}]
        for title, help_text, names in self.groups():
            bound = [self[name] for name in names if name in self.fields]
            found.append({"title": title, "help": help_text, "fields": bound})
        return [group for group in found if group["fields"]]

    def groups(self) -> list[tuple[Any, Any, Iterable[str]]]:
        return []


def fields_as_choices(seen: Iterable[Seen], *more: str | None) -> list[Choice]:
    """The fields of a sample with their first value; `more` are those that the mapping names and
    the sample has not."""
    found = [(one.name, _shown(one)) for one in seen]
    names = {name for name, _label in found}
    return [*found, *((name, name) for name in dict.fromkeys(more) if name and name not in names)]


def _shown(one: Seen) -> str:
    return f"{one.name} ({one.samples[0]})" if one.samples else one.name


def _cut(value: Any) -> Any:
    """Whatever is sent, a draft stays small."""
    if isinstance(value, list):
        return [_cut(one) for one in value[:MOST_KEPT]]
    return value[:LONGEST_KEPT] if isinstance(value, str) else value


def text(data: Mapping[str, Any], name: str) -> str:
    return str(data.get(name) or "").strip()
