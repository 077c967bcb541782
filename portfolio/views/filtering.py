"""Projects by the filter that the address carries."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from portfolio.api.steering_filters import SteeringFilter
from portfolio.models import Project, User
from portfolio.querysets import ProjectQuerySet


@dataclass(frozen=True)
class Chip:
    """One active filter; `address` is the list without it."""

    label: str
    address: str


def chips_of(request: HttpRequest, form: forms.Form) -> list[Chip]:
    """The filters in use of a form bound to the address, in words, each with the address without
    it, on the first page."""
    form.is_valid()  # a value that can be read is told in words
    chips = []
    for name in form.fields:
        if not request.GET.get(name):
            continue
        kept = request.GET.copy()
        for gone in (name, "page"):
            kept.pop(gone, None)
        value = form.cleaned_data.get(name)
        choices = dict(getattr(form[name].field, "choices", []))
        shown = choices.get(value, value) if isinstance(value, str) else value
        words = {"label": form[name].label, "value": shown or request.GET[name]}
        chips.append(Chip(_("%(label)s: %(value)s") % words, f"?{kept.urlencode()}"))
    return chips


class FilteredProjects:
    """What `user` may read and the address asks for; nothing where the address is wrong."""

    def __init__(self, query: QueryDict, user: User | AnonymousUser) -> None:
        self.query = query
        readable = Project.objects.visible_to(user).order_by("name_fr", "code")
        self._filter = SteeringFilter(query, queryset=readable)

    @cached_property
    def projects(self) -> ProjectQuerySet:
        return self.filtered

    @cached_property
    def filtered(self) -> ProjectQuerySet:
        if not self._filter.is_valid():
            return Project.objects.none()
        filtered: ProjectQuerySet = self._filter.qs
        return filtered

    @cached_property
    def form(self) -> forms.Form:
        form: forms.Form = self._filter.form
        for name in ("bbox", "credits", "lead", *SteeringFilter.STEERING):
            form.fields[name].widget = forms.HiddenInput()
        return form

    @property
    def errors(self) -> dict[str, list[str]]:
        return dict(self._filter.errors)

    @property
    def chips(self) -> list[Chip]:
        given = [name for name in self.form.fields if self.query.get(name)]
        return [Chip(self._label(name), self._without(name)) for name in given]

    @property
    def address(self) -> str:
        """The filters alone, for the links that carry them on."""
        kept = self.query.copy()
        kept.pop("page", None)
        return kept.urlencode()

    @property
    def query_today(self) -> list[tuple[str, str]]:
        """The filters without their day and page."""
        return [(name, value) for name, value in self._pairs if name not in {"au", "page"}]

    @property
    def address_today(self) -> str:
        return f"?{urlencode(self.query_today)}"

    @property
    def _pairs(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.query.items() if value]

    def _label(self, name: str) -> str:
        bound = self.form[name]
        value = self.form.cleaned_data.get(name) if self._filter.is_valid() else None
        choices = dict(getattr(bound.field, "choices", []))
        shown = choices.get(value, value) if isinstance(value, str) else value
        words = {"label": bound.label, "value": self.query[name]}
        if shown and name != "bbox":
            words["value"] = shown
        return _("%(label)s: %(value)s") % words

    def _without(self, name: str) -> str:
        kept = self.query.copy()
        kept.pop(name)
        kept.pop("page", None)
        # An address that asks for nothing opens the view that its reader wants first.
        return f"?{kept.urlencode() or 'all=1'}"
