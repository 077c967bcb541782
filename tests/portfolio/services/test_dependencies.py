"""Who waits for whom: no cycle, whatever is entered at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction
from django.utils import translation

from portfolio.models import Dependency
from portfolio.services import dependencies
from tests.factories.portfolio import NOW, make_dependency, make_project, make_user

pytestmark = pytest.mark.django_db
WHY = {"by": None, "reason": "Coordination", "at": NOW}


def depend(one, other, kind="PREREQUISITE", **given):
    return dependencies.depend(project=one, other=other, kind=kind, **(WHY | given))


def refused(call, *args, **given) -> str:
    with pytest.raises(ValidationError) as refusal:
        call(*args, **given)
    return " ".join(refusal.value.messages)


@pytest.fixture
def chain():
    """A waits for B, B waits for C."""
    a, b, c = (make_project(code=code, name_fr=f"Pont {code}", name_en=f"Bridge {code}")
               for code in "ABC")  # fmt: skip
    depend(a, b)
    depend(b, c)
    return a, b, c


def test_a_cycle_is_refused_and_its_path_is_named(chain):
    a, _b, c = chain
    message = refused(depend, c, a)
    for name in ("Pont", "Bridge"):
        path = " → ".join(f"{code} ({name} {code})" for code in "CABC")
        if path in message:
            break
    else:
        pytest.fail(message)
    assert Dependency.objects.count() == 2


def test_a_two_way_wait_is_a_cycle_too(chain):
    a, b, _c = chain
    assert "B" in refused(depend, b, a)
    assert " → " in refused(depend, b, a)


def test_a_project_that_one_may_not_see_is_a_step_without_a_name(chain):
    a, b, c = chain
    b.visibility = "DRAFT"
    b.save()
    message = refused(depend, c, a, by=make_user())
    assert "Pont B" not in message
    assert "Bridge B" not in message
    assert message.count("→") == 3


def test_a_project_does_not_depend_on_itself(chain):
    with translation.override("en"):
        assert "itself" in refused(depend, chain[0], chain[0])


@pytest.mark.parametrize("kind", ["PREREQUISITE", "EXCLUSIVE"])
def test_what_holds_between_two_projects_is_said_once(chain, kind):
    a, b, _c = chain
    refused(depend, a, b, kind)
    one, other = make_project(), make_project()
    depend(one, other, "EXCLUSIVE")
    refused(depend, other, one, "EXCLUSIVE")


def test_exclusion_makes_no_cycle(chain):
    a, _b, c = chain
    assert depend(c, a, "EXCLUSIVE").kind == "EXCLUSIVE"


def test_a_withdrawn_dependency_comes_back_unless_it_closes_a_cycle_now(chain):
    a, b, c = chain
    withdrawn = Dependency.objects.get(project=b)
    dependencies.withdraw_dependency(dependency=withdrawn, **WHY)
    depend(c, a)
    refused(dependencies.bring_dependency_back, dependency=withdrawn, **WHY)
    dependencies.withdraw_dependency(dependency=Dependency.objects.get(project=c), **WHY)
    dependencies.bring_dependency_back(dependency=withdrawn, **WHY)
    assert b.dependencies.current().get().other == c


def test_the_database_refuses_the_same_pair_and_itself():
    one, other = make_project(), make_project()
    make_dependency(one, other)
    for pair in ((other, one), (one, one)):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_dependency(*pair)


@pytest.mark.django_db(transaction=True)
def test_two_halves_of_a_cycle_entered_at_once_are_not_both_kept():
    """C waits for D and D waits for A are known; A → B and B → C arrive together… and close it."""
    a, b, c, d = (make_project() for _ in range(4))
    depend(c, d)
    depend(d, a)
    start = Barrier(2)

    def enter(pair):
        try:
            start.wait(10)
            with transaction.atomic():
                depend(*pair)
        except ValidationError:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        kept = list(pool.map(enter, [(a, b), (b, c)]))
    assert sorted(kept) == [False, True]
