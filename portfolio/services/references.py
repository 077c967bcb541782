"""What an import needs around a project: departments, programmes, phases and zones, found by
name or code, created where the register has none."""

from hashlib import sha256
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portfolio.imports.mapping import Mapping, ZoneSpec
from portfolio.imports.table import key
from portfolio.models import Organisation, Phase, PhaseSet, Programme, Zone

Record = TypeVar("Record", bound=models.Model)

CODE_LENGTH = 50


class References:
    """Each is looked up once an import. Used within the import's transaction."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self.forget()

    def wait_for_others(self) -> None:
        """Two imports of one source go one after the other."""
        PhaseSet.objects.select_for_update().filter(code=self._mapping.phase_set.code).first()

    def forget(self) -> None:
        """Read again from the database at the next use."""
        self._organisations: dict[str, Organisation] | None = None
        self._programmes: dict[str, Programme] | None = None
        self._phase_set: PhaseSet | None = None
        self._phases: dict[str, Phase] = {}
        self._zones: dict[str, Zone] = {}

    def organisation(self, name: str) -> Organisation:
        """Raises ValidationError where the name cannot be one."""
        if self._organisations is None:
            everyone = Organisation.objects.order_by("-pk")
            self._organisations = {key(item.name_fr): item for item in everyone}
        if key(name) not in self._organisations:
            taken = {item.code for item in self._organisations.values()}
            made = Organisation(code=_code(name, "", taken), name_fr=name)
            self._organisations[key(name)] = _saved(made)
        return self._organisations[key(name)]

    def programme(self, name: str) -> Programme:
        """Raises ValidationError where the name cannot be one."""
        if self._programmes is None:
            everyone = Programme.objects.order_by("-pk")
            self._programmes = {key(item.name_fr): item for item in everyone}
        if key(name) not in self._programmes:
            taken = {item.code for item in self._programmes.values()}
            code = _code(name, self._mapping.programme_prefix, taken)
            self._programmes[key(name)] = _saved(Programme(code=code, name_fr=name))
        return self._programmes[key(name)]

    def phase_set(self) -> PhaseSet:
        """The mapping's phase set; phases that the register's own lacks come after the last."""
        if self._phase_set is None:
            spec = self._mapping.phase_set
            self._phase_set, _created = PhaseSet.objects.get_or_create(
                code=spec.code, defaults={"name_fr": spec.name_fr, "name_en": spec.name_en}
            )
            self._phases = {phase.code: phase for phase in self._phase_set.phases.all()}
            rank = max((phase.rank for phase in self._phases.values()), default=0)
            for phase in spec.phases:
                if phase.code not in self._phases:
                    rank += 1
                    self._phases[phase.code] = Phase.objects.create(
                        phase_set=self._phase_set,
                        code=phase.code,
                        name_fr=phase.name_fr,
                        name_en=phase.name_en,
                        rank=rank,
                    )
        return self._phase_set

    def phase(self, code: str) -> Phase:
        self.phase_set()
        return self._phases[code]

    def zone(self, spec: ZoneSpec) -> Zone:
        """The zone of that code; without geometry where the mapping is all that is known. Raises
        ValidationError where the code is that of a place outside, which no project lies in."""
        if spec.code not in self._zones:
            zone, _created = Zone.objects.get_or_create(
                code=spec.code, defaults={"name": spec.name, "kind": spec.kind}
            )
            if zone.kind == Zone.Kind.COMPARATOR:
                told = {"code": spec.code, "zone": zone.name}
                raise ValidationError(
                    {
                        "zone": [
                            _(
                                "%(code)s is “%(zone)s”, a place to compare with: no project lies in it. Give the zone another code."
                            )
                            % told
                        ]
                    }
                )
            self._zones[spec.code] = zone
        return self._zones[spec.code]


def _saved(record: Record) -> Record:
    record.full_clean()
    record.save(force_insert=True)
    return record


def _code(name: str, prefix: str, taken: set[str]) -> str:
    """A readable code; names that no Latin letter spells get a stable one."""
    stem = slugify(name) or sha256(name.encode()).hexdigest()[:10]
    base = f"{prefix}{stem}"[:CODE_LENGTH].strip("-")
    code, number = base, 1
    while code in taken:
        number += 1
        code = f"{base}-{number}"
    return code
