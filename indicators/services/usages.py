"""Uses of figures, recorded by whoever used them: a person, or the software itself."""

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.models import Indicator, Usage
from indicators.queries.usages import figures_of
from portfolio.models import Project, User, Zone


@dataclass(frozen=True)
class UsageFields:
    """What used the figure: `kind` and `role` are choices of Usage, `as_of` the instant whose
    knowledge was used."""

    kind: str
    role: str
    label: str
    as_of: datetime
    zone: Zone | None = None
    address: str = ""
    project: Project | None = None
    note: str = field(default="")


@transaction.atomic
def declare(*, indicator: Indicator, given: UsageFields, by: User | None, at: datetime) -> Usage:
    """“I used this figure.” Raises ValidationError by field."""
    if given.as_of > at:
        raise ValidationError({"as_of": [_("A figure is used as it is known by now, not later.")]})
    usage = Usage(indicator=indicator, author=by, recorded_at=at, **vars(given))
    usage.clean_fields()
    usage.save()
    return usage


@transaction.atomic
def record_document(
    *, project: Project, label: str, address: str, by: User | None, at: datetime
) -> int:
    """A document showed the measured figures of the project's targets: one use each, once a
    document. Returns how many."""
    uses = [
        Usage(
            indicator=target.indicator, zone=target.zone, project=project, label=label[:240],
            kind=Usage.Kind.DOCUMENT, role=Usage.Role.INFORMED, address=address, author=by,
            as_of=at, recorded_at=at, is_automatic=True,
        )
        for target in figures_of(project)
    ]  # fmt: skip
    Usage.objects.bulk_create(uses, ignore_conflicts=True)
    return len(uses)
