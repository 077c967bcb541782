"""A scenario of arbitration for the world of the screens."""

from django.utils import timezone

from portfolio.models import Project
from portfolio.services import selections
from tests.factories.scenarios import make_priced, make_scenario, make_selection


def arbitrated(project: Project) -> dict[str, str]:
    """A scenario with a project in, one out, one that cannot be weighed; solved twice, explained."""
    priced = [make_priced(f"{ap}000000", name_fr=name)
              for ap, name in ((2, "Parc des Saules"), (2, "Passerelle de l’île"))]  # fmt: skip
    scenario = make_scenario(project, *priced, delay_years=1)
    candidate = scenario.candidates.get(project=priced[0])
    variant = candidate.variants.create(name_fr="Première tranche", cost_share="0.5")
    scenario.candidates.filter(project=project).update(value=None)
    condition = scenario.conditions.create(
        kind="EXCLUSIVE", project=project, other=priced[0], origin="REGISTER"
    )
    result, other = make_selection(scenario), make_selection(scenario)
    selections.explain(result_id=result.pk, clock=timezone.now)
    return {
        "scenarios/candidats/<int:pk>": f"scenarios/candidats/{candidate.pk}",
        "scenarios/variantes/<int:pk>": f"scenarios/variantes/{variant.pk}",
        "scenarios/conditions/<int:pk>": f"scenarios/conditions/{condition.pk}",
        "conditions/<str:kind>": "conditions/CAPACITY",
        "scenarios/resultats/<int:pk>": f"scenarios/resultats/{result.pk}",
        "projets/<int:project>": f"projets/{priced[1].pk}",
        "comparer/<int:other>": f"comparer/{other.pk}",
        "scenarios/<int:pk>": f"scenarios/{scenario.pk}",
    }
