"""The sets of phases themselves: administrators add to them, and withdraw what nothing uses."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from portfolio.models import Phase, PhaseSet, User
from portfolio.services.history import first_come, recorded


@dataclass(frozen=True)
class SetWords:
    """What a phase set is called, and the text it comes from."""

    name_fr: str
    name_en: str = ""
    source: str = ""


@dataclass(frozen=True)
class PhaseWords:
    """What a phase is called, the text that defines it, and whether works take place."""

    name_fr: str
    name_en: str = ""
    short: str = ""
    source: str = ""
    is_works: bool = False


def add_set(*, code: str, words: SetWords, by: User, reason: str) -> PhaseSet:
    """Open a phase set without phases yet. Raises ValidationError by field."""
    phase_set = PhaseSet(code=code, **asdict(words))
    phase_set.full_clean(validate_constraints=False)
    taken = _("There is a phase set of this code already.")
    with recorded(by=by, reason=_reason(reason)), first_come("code", taken):
        phase_set.save(force_insert=True)
    return phase_set


def correct_set(*, phase_set: PhaseSet, words: SetWords, by: User, reason: str) -> PhaseSet:
    """Change its names and its source. Raises ValidationError by field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = _locked(phase_set)
        for name, value in asdict(words).items():
            setattr(stored, name, value)
        stored.full_clean(validate_constraints=False)
        stored.save()
    return stored


def withdraw_set(*, phase_set: PhaseSet, by: User, reason: str, at: datetime) -> PhaseSet:
    """No longer offer a set that no project uses. Raises ValidationError by field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = _locked(phase_set)
        used = stored.projects.count()
        if used:
            raise ValidationError(
                {"reason": _("%(count)d projects use this set: it stays.") % {"count": used}}
            )
        stored.withdrawn_at = at
        stored.save(update_fields=["withdrawn_at"])
    return stored


def bring_set_back(*, phase_set: PhaseSet, by: User, reason: str) -> PhaseSet:
    """Offer a withdrawn set again. Raises ValidationError by field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = _locked(phase_set)
        stored.withdrawn_at = None
        stored.save(update_fields=["withdrawn_at"])
    return stored


def add_phase(
    *, phase_set: PhaseSet, code: str, words: PhaseWords, rank: int | None, by: User, reason: str
) -> Phase:
    """Add a phase at `rank`, the later ones going one further; None: at the end. Raises
    ValidationError by field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = _locked(phase_set)
        last = stored.phases.count()
        place = last + 1 if rank is None else rank
        if not 1 <= place <= last + 1:
            raise ValidationError({"rank": _("The rank goes from 1 to %(n)d.") % {"n": last + 1}})
        if stored.phases.filter(code=code).exists():
            raise ValidationError({"code": _("The set already has a phase of this code.")})
        phase = Phase(phase_set=stored, code=code, rank=place, **asdict(words))
        phase.full_clean(exclude={"phase_set"}, validate_constraints=False)
        # One by one from the last: no two phases may hold a rank, even for an instant.
        for later in stored.phases.filter(rank__gte=place).order_by("-rank"):
            Phase.objects.filter(pk=later.pk).update(rank=F("rank") + 1)
        phase.save(force_insert=True)
    return phase


def correct_phase(*, phase: Phase, words: PhaseWords, by: User, reason: str) -> Phase:
    """Change its names, its source, and whether works take place. Raises ValidationError by
    field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = Phase.objects.select_for_update().get(pk=phase.pk)
        for name, value in asdict(words).items():
            setattr(stored, name, value)
        stored.full_clean(exclude={"phase_set"}, validate_constraints=False)
        stored.save()
    return stored


def _locked(phase_set: PhaseSet) -> PhaseSet:
    return PhaseSet.objects.select_for_update().get(pk=phase_set.pk)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the phases change.")})
    return reason.strip()
