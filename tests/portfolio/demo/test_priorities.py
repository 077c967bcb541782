"""The exercise of the demonstration, as it is written: its keys, its scales, its comparisons."""

from itertools import combinations

from portfolio.demo import projects
from portfolio.demo.priorities import description


def leaves() -> set[str]:
    return {one["key"] for one in description()["criteria"] if one["kind"] != "GROUP"}


def families() -> list[list[str]]:
    found: dict[str, list[str]] = {}
    for one in description()["criteria"]:
        found.setdefault(one.get("parent", ""), []).append(one["key"])
    return list(found.values())


def test_every_candidate_is_a_project_of_the_demonstration_and_every_score_a_criterion():
    told = description()
    assert set(told["scores"]) <= projects.codes()
    assert set(told["unknown"]) <= set(told["scores"])
    for scores in (*told["scores"].values(), *told["unknown"].values()):
        assert set(scores) <= leaves()


def test_what_is_not_known_has_no_score():
    told = description()
    for code, reasons in told["unknown"].items():
        assert not set(reasons) & set(told["scores"][code])


def test_every_member_weighs_every_criterion_and_compares_all_siblings():
    pairs = {
        f"{one}-{other}" for siblings in families() for one, other in combinations(siblings, 2)
    }
    for given in description()["weights"].values():
        assert set(given["told"]) == (pairs if given["way"] == "AHP" else leaves())
