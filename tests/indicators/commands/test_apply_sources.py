import io

import pytest
from django.core.management import CommandError, call_command

from indicators.models import Feed
from indicators.services.sources import SCHEMA

pytestmark = pytest.mark.django_db
EXAMPLE = SCHEMA.parent / "examples" / "sources-ogc_features.yml"


def run(*words) -> str:
    out = io.StringIO()
    call_command("apply_sources", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_what_changes():
    assert "+ feed compteurs-velo-jour" in run(EXAMPLE, "--dry-run")
    assert not Feed.objects.exists()
    assert "+ feed compteurs-velo-jour" in run(EXAMPLE)
    assert "+" not in run(EXAMPLE)


@pytest.mark.parametrize(
    "example", sorted(SCHEMA.parent.glob("examples/*.yml")), ids=lambda path: path.stem
)
def test_every_example_is_accepted(example):
    assert "+ feed" in run(example)
    assert "+" not in run(example)


def test_a_wrong_file_exits_with_1_and_names_the_path(tmp_path):
    file = tmp_path / "wrong.yml"
    file.write_text("feeds: [{code: x}]")
    errors = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("apply_sources", file, stderr=errors)
    assert caught.value.code == 1
    assert "feeds/0: source is missing" in errors.getvalue()


@pytest.mark.parametrize("text", ["{broken", "!!python/object:os.system {}", "\x00"])
def test_a_file_that_is_not_yaml_is_refused(tmp_path, text):
    file = tmp_path / "wrong.yml"
    file.write_text(text)
    with pytest.raises(CommandError):
        run(file)


def test_a_file_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(CommandError, match="none"):
        run(tmp_path / "none.yml")
