"""The list of projects that an address asks for: filters, columns and order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db.models import Extent
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portfolio.models import Milestone, User
from portfolio.querysets import ProjectQuerySet
from portfolio.views.filtering import FilteredProjects


@dataclass(frozen=True)
class ListColumn:
    """`order` is what it is sorted by; `is_first` columns are shown where the address says
    nothing."""

    key: str
    label: Promise | str
    order: str
    is_number: bool = False
    is_first: bool = False

    def translated(self) -> ListColumn:
        return replace(self, label=str(self.label))


@dataclass(frozen=True)
class Heading:
    """A column as it is shown: `direction` is ascending, descending or none, for the reader's
    ears too; `address` sorts by it, the other way round if it is already."""

    column: ListColumn
    direction: str
    address: str


NAME = ListColumn("name", _("Project"), "name_fr", is_first=True)
COLUMNS = (
    ListColumn("programme", _("Programme"), "programme__name_fr"),
    ListColumn("lead", _("Lead department"), "lead__name_fr"),
    ListColumn("manager", _("Project manager"), "manager__last_name"),
    ListColumn("phase", _("Phase"), "phase__rank", is_first=True),
    ListColumn("starts_on", _("Start"), "starts_on"),
    ListColumn("ends_on", _("End"), "ends_on"),
    ListColumn("milestone", _("Next milestone"), "next_on", is_first=True),
    ListColumn("commissioning", _("Delay"), "late_by", is_first=True),
    ListColumn("original_eur", _("First cost"), "original_cost_eur", True, True),  # noqa: FBT003 - two flags of a table
    ListColumn("current_eur", _("Current cost"), "current_cost_eur", True, True),  # noqa: FBT003 - two flags of a table
    ListColumn("updated_at", _("Updated"), "updated_at", is_first=True),
)
FIRST_COLUMNS = [column for column in COLUMNS if column.is_first]
BY_KEY = {column.key: column for column in (NAME, *COLUMNS)}


class ProjectListing(FilteredProjects):
    """Columns and order that the address gets wrong are passed over: they hide nothing."""

    def __init__(self, query: QueryDict, user: User | AnonymousUser) -> None:
        super().__init__(query, user)
        asked = [name for part in query.getlist("columns") for name in part.split(",")]
        known = [column for column in COLUMNS if column.key in asked]
        # Their labels stand in every cell: translated once.
        self.columns = [column.translated() for column in known or FIRST_COLUMNS]
        sort = query.get("sort", "")
        self.is_descending = sort.startswith("-")
        self.sorted_by = BY_KEY.get(sort.removeprefix("-"))

    @cached_property
    def filtered(self) -> ProjectQuerySet:
        """A search reads every text of the register: once, for the totals, the rows and the map."""
        found = super().filtered
        if not self.query.get("q"):
            return found
        return found.once().order_by("name_fr", "code")

    @cached_property
    def projects(self) -> ProjectQuerySet:
        found = self.filtered
        if self.sorted_by is None:
            return found
        if self.sorted_by.order.endswith("_cost_eur"):
            found = found.with_costs()
        if self.sorted_by.key == "milestone":
            ahead = Milestone.objects.ahead().filter(project=OuterRef("pk"))
            first = ahead.order_by("current_on").values("current_on")[:1]
            found = found.annotate(next_on=Subquery(first))
        if self.sorted_by.key == "commissioning":
            serves = Milestone.objects.current().filter(
                project=OuterRef("pk"), is_commissioning=True
            )
            late = Coalesce("actual_on", "current_on") - F("original_on")
            found = found.annotate(late_by=Subquery(serves.values(late=late)[:1]))
        by = F(self.sorted_by.order)
        order = by.desc(nulls_last=True) if self.is_descending else by.asc(nulls_last=True)
        return found.order_by(order, "name_fr", "code")

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in (NAME, *self.columns)]

    def _heading(self, column: ListColumn) -> Heading:
        here = column.key == (self.sorted_by or NAME).key
        turned = here and not self.is_descending
        kept = self.query.copy()
        kept.pop("page", None)
        kept["sort"] = f"-{column.key}" if turned else column.key
        direction = "none"
        if here:
            direction = "descending" if self.is_descending else "ascending"
        return Heading(column, direction, f"?{kept.urlencode()}")

    @property
    def choices(self) -> list[tuple[ListColumn, bool]]:
        """Every column, and whether it is shown."""
        shown = {column.key for column in self.columns}
        return [(column, column.key in shown) for column in COLUMNS]

    @property
    def extent(self) -> str:
        """west,south,east,north of what is listed, else of the territory."""
        edges = self.filtered.order_by().aggregate(extent=Extent("geometry"))["extent"]
        return ",".join(str(edge) for edge in edges or settings.TERRITORY.envelope)

    def kept(self, *names: str) -> list[tuple[str, str]]:
        """What a form of the list carries on besides its own fields, which are `names`."""
        given = {*names, "page"}
        return [
            (n, value) for n, values in self.query.lists() if n not in given for value in values
        ]

    @property
    def kept_by_filters(self) -> list[tuple[str, str]]:
        return self.kept(*self.form.fields)

    @property
    def kept_by_columns(self) -> list[tuple[str, str]]:
        return self.kept("columns")

    @property
    def filters(self) -> str:
        """The filters alone, for the tiles of the map."""
        kept = QueryDict(mutable=True)
        for name in self.form.fields:
            if self.query.get(name):
                kept[name] = str(self.query[name])
        return kept.urlencode()
