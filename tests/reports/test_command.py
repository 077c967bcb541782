"""`manage.py report` makes any document of the catalogue."""

import pytest
from django.core.management import CommandError, call_command

from tests.factories.portfolio import make_project, make_user


def report(tmp_path, *arguments: str):
    path = tmp_path / "fiche.pdf"
    call_command("report", *arguments, "--out", str(path))
    return path


def test_a_public_project_goes_to_a_file(db, tmp_path):
    project = make_project()
    path = report(tmp_path, "project-sheet", "--arg", f"project={project.code}", "--lang", "en")
    assert path.read_bytes().startswith(b"%PDF")


def test_without_a_user_only_what_residents_see_can_be_made(db, tmp_path):
    hidden = make_project(visibility="INTERNAL")
    wanted = ["project-sheet", "--arg", f"project={hidden.code}"]
    with pytest.raises(CommandError):
        report(tmp_path, *wanted)
    assert list(tmp_path.iterdir()) == []
    assert report(tmp_path, *wanted, "--user", make_user().username).exists()


def test_the_effects_of_a_sheet_are_those_known_on_the_day_that_is_given(db, tmp_path):
    project = f"project={make_project().code}"
    wanted = ["project-sheet", "--arg", project, "--arg", "au=2026-05-01"]
    assert report(tmp_path, *wanted).read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["project-sheet"],
        ["project-sheet", "--arg", "project"],
        ["project-sheet", "--arg", "project=P", "--lang", "de"],
        ["project-sheet", "--arg", "project=P", "--user", "nobody"],
        ["project-sheet", "--arg", "project=NONE"],
        ["project-sheet", "--arg", "project=P", "--arg", "page=2"],
    ],
)
def test_what_cannot_be_made_says_why_and_writes_nothing(db, tmp_path, arguments):
    with pytest.raises(CommandError):
        report(tmp_path, *arguments)
    assert list(tmp_path.iterdir()) == []


def test_a_day_to_come_is_refused(db, tmp_path):
    project = f"project={make_project().code}"
    with pytest.raises(CommandError):
        report(tmp_path, "project-sheet", "--arg", project, "--arg", "au=2999-01-01")
