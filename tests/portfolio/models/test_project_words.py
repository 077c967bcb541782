"""What a search reads is what the record says, whoever wrote it and however."""

import pytest
from django.db.models import F, TextField, Value
from django.db.models.functions import Concat, Lower
from django.http import QueryDict

from portfolio.api.filters import ProjectFilter, Unaccented
from portfolio.models import Project, ProjectWords
from tests.factories.portfolio import make_phase_set, make_project

pytestmark = pytest.mark.django_db
COLUMNS = ("code", "name_fr", "name_en", "summary_fr", "summary_en", "address")
TEXTS = ("Rénovation de l’ÉCOLE", "Œuvre à 100 %", "Île_de_Nantes", "ﬁn du Cœur", "naïf ÇA", "")


def found(words: str) -> set[str]:
    query = QueryDict(mutable=True)
    query["q"] = words
    return {project.code for project in ProjectFilter(query, queryset=Project.objects.all()).qs}


def computed(words: str) -> set[str]:
    """The same search, on what the columns say now."""
    parts = (part for column in COLUMNS for part in (F(column), Value(" ")))
    text = Unaccented(Lower(Concat(*parts, output_field=TextField())))
    projects = Project.objects.alias(searched=text)
    for word in words.split():
        projects = projects.filter(searched__contains=Unaccented(Lower(Value(word))))
    return set(projects.values_list("code", flat=True))


@pytest.mark.parametrize(
    "words",
    ["renovation", "RÉNOVATION ecole", "oeuvre", "œuvre", "100 %", "%", "ile_de", "_", "fin", "ca",
     "p-1 naif", "nantes rue", "rue", "zzz", "\\", "l’ecole"],
)  # fmt: skip
def test_a_search_finds_what_the_columns_say(words):
    for number, text in enumerate(TEXTS):
        make_project(code=f"P-{number}", name_fr=text or "Pont", summary_en=text, address="Rue")
    assert found(words) == computed(words)


def test_a_change_of_any_column_is_found_and_what_it_replaces_is_not():
    project = make_project(code="P-1", name_fr="Pont")
    for column in COLUMNS[1:]:
        Project.objects.filter(pk=project.pk).update(**{column: f"Forêt {column}"})
        assert found(f"foret {column}") == {"P-1"}
    assert found("pont") == set()


def test_a_project_entered_or_changed_in_bulk_is_found_and_one_that_is_gone_leaves_nothing():
    make_project(code="P-1", name_fr="Halle")
    phase_set = make_phase_set()
    project = Project.objects.get()
    Project.objects.bulk_create([
        Project(code="P-2", name_fr="Théâtre", phase_set=phase_set,
                created_at=project.created_at, updated_at=project.updated_at)
    ])  # fmt: skip
    project.name_fr = "Marché"
    Project.objects.bulk_update([project], ["name_fr"])
    assert (found("theatre"), found("marche"), found("halle")) == ({"P-2"}, {"P-1"}, set())
    Project.objects.get(code="P-2").delete()
    assert ProjectWords.objects.count() == 1
