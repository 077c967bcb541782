"""A metropolis with records of every kind, and the address of every screen about them.

`KEYS` of a world says which record an address names. A new address with a record that is not there
yet fails `test_every_screen`: add the record here.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from indicators.models import CausalLink, Indicator, Quarantine, Target
from indicators.raw_store import RawStore
from indicators.services import depositors, source_facts
from indicators.services.evaluating import evaluate
from indicators.services.source_facts import SourceFields
from portfolio.models import (
    ImportJob,
    MilestoneRevision,
    Project,
    ProjectZone,
    SavedView,
    StatusOverride,
    User,
)
from portfolio.queries import changes
from portfolio.services import documents, projects
from portfolio.services.documents import DocumentFacts, GivenFile
from reports.services import documents as produced
from tests.addresses import our_routes
from tests.factories.evaluations import City
from tests.factories.finance import (
    make_derogation,
    make_index,
    make_lead,
    make_mark,
    make_running_cost,
)
from tests.factories.forecasts import make_break, make_forecast
from tests.factories.formulas import bound, computed, measured, publish
from tests.factories.indicators import (
    make_agreement,
    make_contract,
    make_deposit,
    make_draft,
    make_feed,
    make_group,
    make_indicator,
    make_link,
    make_observations,
    make_place,
    make_raw_file,
    make_run,
    make_source,
    make_target,
    make_usage,
)
from tests.factories.portfolio import (
    NOW,
    make_authorisation,
    make_credit,
    make_dependency,
    make_estimate,
    make_funding,
    make_milestone,
    make_organisation,
    make_period,
    make_procedure,
    make_programme,
    make_project,
    make_risk,
    make_role,
    make_stakeholder,
    make_user,
    make_zone,
)
from tests.factories.reviews import make_alert, make_review
from tests.functional.arbitrated import arbitrated
from tests.functional.governed import governed
from tests.functional.ranked import ranked
from tests.uploads import pdf

STEERING = "pilotage/"
MAPPING = {"time": {"field": "date", "timezone": "Europe/Paris", "period": "MONTH"},
           "value": {"field": "valeur"}}  # fmt: skip
CODE = "P-100"
LONG_NAME = "Requalification de l’entrée Nord et de ses abords, de la rocade au pont-quai"


def steering_routes() -> list[str]:
    return sorted(route for route in our_routes() if route.startswith(STEERING))


@dataclass(frozen=True)
class World:
    """`keys`: what stands in an address → the record, in the order they are tried."""

    project: Project
    administrator: User
    keys: dict[str, str]

    def addresses(self) -> dict[str, str]:
        """Route → the address of a record of this world, below /pilotage/."""
        return {route: self._address(route) for route in steering_routes()}

    def _address(self, route: str) -> str:
        path = route
        for pattern, value in self.keys.items():
            path = path.replace(pattern, value)
        assert "<" not in path, f"{route}: name a record for it in {__name__}"
        return f"/{path}"


def make_world() -> World:
    department = make_organisation(
        code="mobilites", name_fr="Direction des mobilités",
        parent=make_organisation(code="dgs", name_fr="Direction générale des services"),
    )  # fmt: skip
    policy = make_programme(code="politique", kind="POLICY", name_fr="Se déplacer autrement")
    programme = make_programme(code="velo", name_fr="Réseau vélo", parent=policy)
    administrator = make_user(
        username="yann", first_name="Yann", last_name="Le Bihan", email="yann@exemple.fr",
        organisation=department, is_superuser=True,
    )  # fmt: skip
    role = make_role(administrator, "ADMINISTRATOR")
    project = make_project(
        code=CODE, name_fr=LONG_NAME, name_en="", lead=department, manager=administrator,
        programme=programme, cost=Decimal(12_400_000),
        summary_fr="Un passage à pied et à vélo, sans voiture, entre les deux rives.",
    )  # fmt: skip
    make_project(
        name_fr="Halle", lead=department, programme=programme, state="SUSPENDED", cost=None
    )
    keys = _schedule(project) | _money(project) | _around(project) | _judged(project)
    keys |= _evaluations(project) | ranked(project, administrator) | arbitrated(project)
    keys |= governed(project, administrator)
    keys |= _evidence(project) | _files(project, administrator) | _mine(project, administrator)
    keys |= {
        "projets/<project:code>": f"projets/{CODE}",
        "<project:code>": CODE,
        "programmes/<slug:code>": f"programmes/{programme.code}",
        "organisations/<slug:code>": f"organisations/{department.code}",
        "personnes/<int:pk>": f"personnes/{make_user(first_name='Élise').pk}",
        "personnes/roles/<int:pk>": f"personnes/roles/{role.pk}",
        "blocs/<slug:name>": "blocs/money",
        "etape/<slug:act>": "etape/mesurer",
        "<slug:act>": "fermer",
        "<uidb64>/<token>": "x/y",  # a link that is no longer valid says so
    }
    return World(project, administrator, keys)


def _schedule(project: Project) -> dict[str, str]:
    milestone = make_milestone(project, is_commissioning=True, current_on=date(2027, 11, 1))
    MilestoneRevision.objects.create(
        milestone=milestone, before_on=date(2027, 3, 1), after_on=date(2027, 11, 1),
        reason="Pollution trouvée dans le sol.", author=project.manager, revised_at=NOW,
    )  # fmt: skip
    past = timezone.localdate() - timedelta(days=40)
    make_milestone(project, name_fr="Marchés notifiés", original_on=past, current_on=past)
    period = make_period(project)
    other = make_project(code="P-101", name_fr="Pont-quai des Mariniers")
    phase = project.phase
    return {
        "jalons/<int:pk>": f"jalons/{milestone.pk}",
        "phases/dates/<int:pk>": f"phases/dates/{period.pk}",
        "phases/phase/<int:pk>": f"phases/phase/{phase.pk}",
        "<project:code>/phases/<int:pk>": f"{CODE}/phases/{phase.pk}",
        "phases/<int:pk>": f"phases/{project.phase_set_id}",
        "procedures/<int:pk>": f"procedures/{make_procedure(project, is_public=True).pk}",
        "dependances/<int:pk>": f"dependances/{make_dependency(project, other).pk}",
    }


def _money(project: Project) -> dict[str, str]:
    year = timezone.localdate().year
    estimate = make_estimate(project, Decimal(13_100_000), reason="Fondations plus profondes.")
    make_authorisation(project, "9000000")
    make_credit(project, year - 1, committed_eur=Decimal(490_000), paid_eur=Decimal(480_000))
    make_credit(project, year)
    make_mark(project)
    make_lead(project)
    return {
        "credits/<str:section>/<int:year>": f"credits/investissement/{year - 1}",
        "ppi/<str:section>/<int:year>": f"ppi/investissement/{year}",
        "financements/<int:pk>": f"financements/{make_funding(project).pk}",
        "estimations/<int:pk>": f"estimations/{estimate.version}",
        "fonctionnement/<int:pk>": f"fonctionnement/{make_running_cost(project).pk}",
        "derogations/<int:pk>": f"derogations/{make_derogation(project).pk}",
        "index/<slug:name>": f"index/{make_index({date(2024, 1, 1): '128.4'}).code}",
    }


def _around(project: Project) -> dict[str, str]:
    zone = make_zone(name="Rive-Haute")
    ProjectZone.objects.create(project=project, zone=zone, origin="INTERSECTION")
    risk = make_risk(project, 3, 4, title="Crue de l’Ombre pendant le battage des pieux",
                     owner=project.manager, due_on=date(2026, 3, 1))  # fmt: skip
    facts = DocumentFacts("Bilan de la concertation préalable", "CONSULTATION", is_public=True)
    document = documents.add(
        project=project, facts=facts, file=GivenFile("b.pdf", pdf()), by=project.manager,
        reason="Versé au dossier", at=NOW,
    )  # fmt: skip
    stakeholder = make_stakeholder(project, person="Léa Marsaud", role="DESIGNER")
    return {
        "zones/<int:pk>": f"zones/{zone.pk}",
        "risques/<int:pk>": f"risques/{risk.pk}",
        "pieces/<int:pk>": f"pieces/{document.pk}",
        "acteurs/<int:pk>": f"acteurs/{stakeholder.pk}",
    }


def _judged(project: Project) -> dict[str, str]:
    make_review(project, date(2026, 3, 1), state="PUBLISHED", cost="TEMPEST")
    manager = make_user(first_name="Tom", last_name="Arrivé")
    waiting = make_review(make_project(name_fr="Parc", manager=manager), state="SUBMITTED",
                          submitted_by=manager)  # fmt: skip
    word = StatusOverride.objects.create(
        project=project, axis="COST", status="AT_RISK", reason="L’avenant est signé", set_at=NOW,
        expires_on=timezone.localdate() + timedelta(days=30),
    )  # fmt: skip
    return {
        "alertes/<int:pk>": f"alertes/{make_alert(project).pk}",
        "revues/<int:pk>": f"revues/{waiting.pk}",
        "revue/<int:year>-<int:month>": "revue/2026-3",
        "statut/<int:pk>": f"statut/{word.pk}",
        "statut/<str:axis>": "statut/calendrier",
    }


def _evaluations(project: Project) -> dict[str, str]:
    """One that was computed, with its figures; a draft at its second step."""
    city = City(donors=6, project=project)
    evaluate(evaluation=city.locked(), at=NOW)
    draft = city.plan()
    evaluations = f"{CODE}/preuves/evaluations/"
    return {
        "<project:code>/preuves/evaluations/<int:pk>/plan/<slug:step>":
            f"{evaluations}{draft.pk}/plan/comparaison",
        "<project:code>/preuves/evaluations/<int:pk>":
            f"{evaluations}{city.project.evaluations.earliest('pk').pk}",
    }  # fmt: skip


def _evidence(project: Project) -> dict[str, str]:
    zone, feed = project.project_zones.get().zone, make_feed(mapping=MAPPING)
    values = {date(2025 + m // 12, m % 12 + 1, 1): 100.0 + 3 * m for m in range(16)}
    make_observations(feed, zone, values)
    target = make_target(project=project, indicator=feed.indicator, zone=zone)
    early = make_target(project=project, zone=zone)
    group = make_group()
    make_target(project=project, indicator=feed.indicator, zone=zone, group=group)
    for probability, days in ((0.4, -90), (0.7, -1)):
        make_forecast(target, probability, at=timezone.now() + timedelta(days=days))
    make_forecast(early, None)
    known_break = make_break(indicator=feed.indicator)
    make_break(withdrawn_at=NOW, withdrawn_why="Déclarée par erreur")
    place = make_place(
        name_fr="Métropoles de plus de 500 000 habitants",
        kind="GROUP",
        purpose_fr="Des taux et des parts, à définition égale\N{NO-BREAK SPACE}: jamais des totaux.",
    )
    make_observations(make_feed(indicator=feed.indicator), place.zone, values)
    make_place(name_fr="France", name_en="France", kind="")
    now = timezone.now()
    spike = {"series": "Pont-quai des Mariniers, sens entrant", "on": "2026-04-01T00:00:00+02:00",
             "usual": 1210.0, "before": 1198.0, "after": 12100.0}  # fmt: skip
    held = {"missing": {"known": 1210, "again": 800, "share": 0.3},
            "spikes": {"count": 1, "times": 5, "first": [spike]},
            "personal": [{"field": "agent", "looks": "EMAIL"}]}  # fmt: skip
    make_contract(feed, spike=10, drop=0.3, owner="Régie des eaux", freshness_days=0)
    draft = make_draft(project.manager)
    run = make_run(feed, state="HELD", received=1210, quarantined=1, held_for=held,
                   remarks={"repaired": 2, "partly_outside": 1},
                   finished_at=now, started_at=now, attempts=1, fetched_attempt=1)  # fmt: skip
    answer = make_raw_file(run)
    RawStore(settings.RAW_STORE).put(b"{}")
    row = {"commune": "V0004", "date": "2026-04", "valeur": "n.d."}
    Quarantine.objects.create(run=run, row_number=1, field="valeur", reason="NOT_A_NUMBER", row=row)
    make_run(feed, state="FAILED", error_code="UNREACHABLE", finished_at=now)
    agreement = make_agreement(
        feed.source, article="CCP L.3131-2", ends_on=timezone.localdate() + timedelta(days=30),
        reference="Délégation de service public de l’eau et de l’assainissement 2019-2031",
    )  # fmt: skip
    make_usage(feed.indicator, zone=zone, project=project, label="Délibération 2026-114")
    source_facts.update(
        source=feed.source, given=SourceFields(name="Plateforme", licence="Licence Ouverte 2.0"),
        by=project.manager, reason="Licence lue sur le portail", at=now,
    )  # fmt: skip
    return _deposits(project) | {
        "reponses/<int:pk>": f"reponses/{answer.pk}",
        "ruptures/<int:pk>": f"ruptures/{known_break.pk}",
        "groupes/<slug:code>": f"groupes/{group.code}",
        "lieux-a-comparer/<int:pk>": f"lieux-a-comparer/{place.pk}",
        "preuves/<int:target_id>": f"preuves/{target.pk}",
        "<int:run_id>": str(run.pk),
        "brouillons/<int:pk>": f"brouillons/{draft.pk}",
        "<slug:step>": "champs",
        "revisions/<int:target_id>": f"revisions/{target.pk}",
        "donnees/cibles/<int:pk>": f"donnees/cibles/{make_target(zone=zone).pk}",
        "cibles/<int:pk>": f"cibles/{target.pk}",
        "chaine/<int:pk>": f"chaine/{_chained(project, target).pk}",
        "flux/<slug:code>": f"flux/{feed.code}",
        "sources/<slug:code>": f"sources/{feed.source.code}",
        "accords/<int:pk>": f"accords/{agreement.pk}",
        "indicateurs/<slug:code>/usages": f"indicateurs/{feed.indicator.code}/usages",
        "indicateurs/<slug:code>": f"indicateurs/{_computed(feed, zone).code}",
        "provenance/<slug:code>/<str:zone>/<str:day>": (
            f"provenance/{feed.indicator.code}/{zone.code}/2026-04-01"
        ),
    }


def _deposits(project: Project) -> dict[str, str]:
    """A file published, one that waits, in a feed that is open to somebody."""
    zone = project.project_zones.get().zone
    source = make_source(protocol="drop", base_url="drop://voirie", name="Relevés de la voirie")
    feed = make_feed(source=source, mapping=MAPPING | {"zone": {"field": "commune"}})
    depositors.open_feed(feed=feed, to=project.manager, by=project.manager, at=NOW)
    asides = [{"line": 4, "letter": "C", "column": "valeur", "reason": "NOT_A_NUMBER",
               "value": "n.d."}]  # fmt: skip
    told = {"format": "CSV", "encoding": "Windows-1252", "delimiter": ";", "decimal": ","}
    make_deposit(
        feed, project.manager, b"x", note="Relevé de septembre", run=make_run(
            feed, state="PARTIAL", received=3, accepted=2, quarantined=1, finished_at=NOW,
        ), summary={"told": told, "header_line": 1, "asides": asides},
    )  # fmt: skip
    make_observations(feed, zone, {date(2025, 9, 1): 1240.0})
    rows = [("2025-09", 1198), ("2025-10", 1310), ("2025-13", 12), ("2025-11", "n.d.")]
    body = "date;commune;valeur\n" + "".join(f"{on};{zone.code};{told}\n" for on, told in rows)
    waiting = make_deposit(feed, project.manager, body.encode())
    return {
        "depots/<int:pk>": f"depots/{waiting.pk}",
        **{f"flux/<slug:code>/{name}": f"flux/{feed.code}/{name}"
           for name in ("deposer", "deposants", "modele")},
    }  # fmt: skip


def _chained(project: Project, target: Target) -> CausalLink:
    """A chain of three measures, one of which has a target."""
    lanes = make_indicator(
        name_fr="Kilomètres de pistes livrés", name_en="Kilometres of lanes", family="OUTPUT"
    )
    air = make_indicator(
        name_fr="Dioxyde d’azote dans l’air", name_en="Nitrogen dioxide", family="IMPACT"
    )
    make_link(project, cause=lanes, effect=target.indicator, ground="ELSEWHERE")
    return make_link(project, cause=target.indicator, effect=air, sign="LESS")


def _computed(feed, zone) -> Indicator:
    """A rate of the measure, by inhabitant."""
    feed.indicator.machine_unit = "passage"
    feed.indicator.save()
    people = measured("inhabitant", name_fr="Habitants", name_en="Inhabitants")
    publish(people, zone, {date(2025 + m // 12, m % 12 + 1, 1): 28_400.0 for m in range(16)})
    rate = make_indicator(
        code="passages-pour-mille", name_fr="Passages pour 1 000 habitants", name_en="",
        unit_fr="passages pour 1 000 habitants", machine_unit="passage/kiloinhabitant", decimals=1,
        zone_aggregation="NONE",
    )  # fmt: skip
    computed(rate, "passages / habitants", bound("passages", feed), bound("habitants", people))
    france = make_zone(code="FR", name="France", kind="COMPARATOR", geometry=None)
    make_observations(rate.feeds.get(), france, {date(2026, 3, 1): 4.1})
    return rate


def _files(project: Project, owner: User) -> dict[str, str]:
    fault = {"sheet": "Projets", "line": 4, "cell": "C4", "column": "Phase", "value": "Travuax",
             "reason": "La phase « Travuax » n’existe pas."}  # fmt: skip
    job = ImportJob.objects.create(
        owner=owner, file_name="projets.xlsx", content=b"x", sha256="a" * 64, language="fr",
        sent_at=NOW, state="CHECKED", faults=[fault],
    )  # fmt: skip
    document = produced.ask(
        name="project-sheet", arguments={"project": project.code}, language="fr", by=owner, at=NOW
    )
    return {"imports/<int:pk>": f"imports/{job.pk}", "<int:document_id>": str(document.pk)}


def _mine(project: Project, owner: User) -> dict[str, str]:
    view = SavedView.objects.create(owner=owner, name="Mes ponts", query="q=pont", saved_at=NOW)
    projects.update(project=project, changes={"name_en": "North gate"}, by=owner,
                    reason="Nom retenu en conseil", at=timezone.now())  # fmt: skip
    (change,) = changes.of_project(project, limit=1)
    return {"vues/<int:pk>": f"vues/{view.pk}", "<uuid:change>": str(change.key)}
