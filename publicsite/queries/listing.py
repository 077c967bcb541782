"""The public list of projects: filters, rows, and the chips that undo each filter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django import forms
from django.contrib.gis.db.models import Extent
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _

from portfolio.api.filters import ProjectFilter
from portfolio.models import Programme, Project, Zone
from portfolio.querysets import ProjectQuerySet
from publicsite.queries import public_projects

PER_PAGE = 24


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the query string of the list without it."""

    label: str
    query: str


@dataclass(frozen=True)
class ListedProject:
    code: str
    name: str
    summary: str
    programme: str
    communes: tuple[str, ...]
    phase: str
    state: str
    original_eur: Decimal | None
    current_eur: Decimal | None
    updated_at: datetime

    @property
    def kicker(self) -> str:
        """Programme and place; beyond two communes, how many."""
        place = ", ".join(self.communes)
        if len(self.communes) > 2:
            place = _("%(count)d communes") % {"count": len(self.communes)}
        return " · ".join(part for part in (self.programme, place) if part)


@dataclass(frozen=True)
class Listing:
    """`query` is the filters' query string, the same for pages, map tiles and exports.

    `extent` is west,south,east,north of all the projects found; None where none has a geometry.
    """

    form: forms.Form
    is_valid: bool
    page: "Page[Project]"
    rows: list[ListedProject]
    chips: list[Chip] = field(default_factory=list)
    query: str = ""
    extent: tuple[float, float, float, float] | None = None
    as_table: bool = False


def chosen_projects(parameters: QueryDict) -> ProjectFilter:
    """The filter of the list, of its exports and of its map: one and the same."""
    projects = public_projects().order_by("name_fr", "code")
    return ProjectFilter(parameters, queryset=projects)


def listing(parameters: QueryDict) -> Listing:
    chosen = chosen_projects(parameters)
    valid = chosen.is_valid()
    projects = chosen.qs if valid else public_projects().none()
    page = Paginator(_with_names(projects), PER_PAGE).get_page(parameters.get("page"))
    return Listing(
        form=_resident_form(chosen.form),
        is_valid=valid,
        page=page,
        rows=[_row(project) for project in page.object_list],
        chips=_chips(chosen.form, parameters) if valid else [],
        query=_filters_only(parameters, chosen.form.fields).urlencode(),
        extent=projects.aggregate(extent=Extent("geometry"))["extent"],
        as_table=parameters.get("view") == "table",
    )


def _with_names(projects: ProjectQuerySet) -> ProjectQuerySet:
    joined = projects.with_costs().select_related("programme", "phase")
    return joined.prefetch_related("zones")


def _row(project: Project) -> ListedProject:
    communes = sorted(z.name for z in project.zones.all() if z.kind == Zone.Kind.COMMUNE)
    return ListedProject(
        code=project.code,
        name=project.name,
        summary=project.summary,
        programme=project.programme.name if project.programme else "",
        communes=tuple(communes),
        phase=project.phase.name if project.phase else "",
        state=project.state,
        original_eur=project.original_cost_eur,  # type: ignore[attr-defined]
        current_eur=project.current_cost_eur,  # type: ignore[attr-defined]
        updated_at=project.updated_at,
    )


def _resident_form(form: forms.Form) -> forms.Form:
    """The same fields as everywhere, in the words of the public page."""
    form.fields["q"].widget.input_type = "search"
    form.fields["bbox"].widget = forms.HiddenInput()
    form.fields["credits"].widget = forms.HiddenInput()
    zones = Zone.objects.filter(kind__in=[Zone.Kind.COMMUNE, Zone.Kind.DISTRICT]).order_by(
        "kind", "name"
    )
    form.fields["zone"].queryset = zones.only("code", "name")  # type: ignore[attr-defined]
    return form


def _filters_only(parameters: QueryDict, fields: Mapping[str, object]) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in fields:
        if value := parameters.get(name):
            kept[name] = value
    return kept


def _chips(form: forms.Form, parameters: QueryDict) -> list[Chip]:
    kept = _filters_only(parameters, form.fields)
    chips = []
    for name in kept:
        rest = kept.copy()
        del rest[name]
        chips.append(Chip(_chip_label(form, name), rest.urlencode()))
    return chips


def _chip_label(form: forms.Form, name: str) -> str:
    """The value in words; a stretch of map has none."""
    value = form.cleaned_data[name]
    if name == "q":
        return f"« {value} »"
    if name == "bbox":
        return str(form.fields[name].label)
    if name == "credits":
        return f"{form.fields[name].label} {value}"
    if isinstance(value, Programme | Zone):
        return value.name
    choices = dict(form.fields[name].choices)  # type: ignore[attr-defined]
    return str(choices.get(value, value))
