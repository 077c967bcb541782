import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from indicators.models import ObservationVersion, Run
from tests.factories.indicators import make_feed
from tests.pulling import daily_rows, make_daily_feed

pytestmark = pytest.mark.django_db


def pull(*words) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("pull", *words, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def feed(platform):
    platform.fill(daily_rows())
    return make_daily_feed(platform.url)


def test_what_is_due_is_pulled_with_a_row_a_run(feed):
    code, text = pull()
    assert code == 0
    assert text.splitlines()[1].split() == [
        feed.code,
        "SUCCEEDED",
        "30",
        "30",
        "0",
        "0",
        "0",
        "0",
        "0",
    ]
    assert ObservationVersion.objects.count() == 30
    pull()  # the interval has not passed
    assert Run.objects.count() == 1


def test_a_source_that_is_named_is_pulled_at_once(feed):
    pull()
    code, text = pull(feed.source.code)
    assert (code, Run.objects.count()) == (0, 2)
    assert " 30 " in text


def test_a_window_can_be_pulled_again(feed):
    code, _ = pull(feed.code, "--since", "2024-01-03", "--until", "2024-01-05")
    assert (code, Run.objects.get().accepted) == (0, 4)


def test_a_failed_run_exits_with_1_and_says_why(feed):
    feed.collection = "rien"
    feed.save()
    code, text = pull()
    assert code == 1
    assert "MISSING_COLLECTION" in text


def test_an_unknown_code_is_named(feed):
    with pytest.raises(CommandError, match="nothing-here"):
        call_command("pull", "nothing-here")


def test_a_window_that_is_empty_for_one_feed_plans_nothing(feed):
    late = make_feed(source=feed.source, mapping=feed.mapping, starts_on=date(2025, 1, 1))
    with pytest.raises(CommandError, match=late.code):
        call_command("pull", feed.source.code, "--until", "2024-06-01")
    assert not Run.objects.exists()


def test_a_run_interrupted_too_often_exits_with_1(feed):
    pull()
    Run.objects.update(state="DUE", attempts=3)
    code, text = pull(feed.code)
    assert code == 1
    assert "ATTEMPTS" in text
