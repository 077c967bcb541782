"""Committees: set up, changed, ended; who sits in them; what somebody has an interest in."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import Committee, CommitteeMember, ConflictOfInterest, Project, User
from portfolio.services.history import first_come, recorded, said


@dataclass(frozen=True)
class CommitteeFields:
    kind: str
    name_fr: str
    chair: User
    quorum: int
    name_en: str = ""
    secretary: User | None = None


@dataclass(frozen=True)
class Seat:
    """`capacity`: in what name they sit; no end: until further notice."""

    from_on: date
    votes: bool = True
    capacity: str = ""
    until_on: date | None = None


def create(*, given: CommitteeFields, by: User | None, reason: str, at: datetime) -> Committee:
    """Raises ValidationError by field."""
    committee = Committee(created_at=at)
    _set(committee, given)
    with recorded(by=by, reason=said(reason, _("Say why the committee is set up."))):
        committee.save(force_insert=True)
    return committee


def change(
    *, committee: Committee, given: CommitteeFields, by: User | None, reason: str
) -> Committee:
    """Its name, chair, secretary, quorum. Raises ValidationError by field."""
    with recorded(by=by, reason=said(reason, _("Say why the committee changes."))):
        stored = Committee.objects.select_for_update(of=("self",)).get(pk=committee.pk)
        _set(stored, given)
        stored.save()
    return stored


def seat(
    *, committee: Committee, user: User, given: Seat, by: User | None, reason: str
) -> CommitteeMember:
    """Give somebody a seat, or change theirs: past meetings keep what it was. Raises
    ValidationError by field."""
    if given.until_on is not None and given.until_on < given.from_on:
        raise ValidationError({"until_on": _("The term would end before it begins.")})
    with (
        recorded(by=by, reason=said(reason, _("Say why the members change."))),
        first_come("user", _("Somebody else has just given this person a seat.")),
    ):
        held = committee.members.filter(user=user).first()
        member = held or CommitteeMember(committee=committee, user=user)
        for field in fields(Seat):
            setattr(member, field.name, getattr(given, field.name))
        member.capacity = given.capacity.strip()
        member.full_clean(exclude={"committee", "user"}, validate_unique=False)
        member.save()
    return member


def declare_interest(
    *, user: User, project: Project, reason: str, by: User | None, at: datetime
) -> ConflictOfInterest:
    """From now on they take no part in what is decided about the project; declared twice, it is
    one. Raises ValidationError by field."""
    why = said(reason, _("Say what interest it is."))
    if len(why) > 300:
        raise ValidationError({"reason": _("Say it in 300 characters at most.")})
    with recorded(by=by, reason=why):
        Project.objects.select_for_update(of=("self",), no_key=True).get(pk=project.pk)
        interest, _is_new = ConflictOfInterest.objects.get_or_create(
            user=user, project=project, ended_at=None,
            defaults={"reason": why, "declared_at": at, "declared_by": by},
        )  # fmt: skip
    return interest


def end_interest(*, interest: ConflictOfInterest, by: User | None, at: datetime) -> None:
    """It is over; what was decided meanwhile stays as it was."""
    with recorded(by=by, reason=_("The interest is over")):
        ConflictOfInterest.objects.filter(pk=interest.pk, ended_at=None).update(ended_at=at)


def _set(committee: Committee, given: CommitteeFields) -> None:
    for field in fields(CommitteeFields):
        value = getattr(given, field.name)
        setattr(committee, field.name, value.strip() if isinstance(value, str) else value)
    committee.full_clean(exclude={"chair", "secretary"}, validate_constraints=False)
    if committee.quorum < 1:
        raise ValidationError({"quorum": _("At least one member has to be there.")})
