from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from indicators.demo import platform
from indicators.models import (
    Deposit,
    Feed,
    Indicator,
    KnownBreak,
    SupplyAgreement,
    Target,
    TargetPoint,
    Usage,
)
from indicators.models.source import FORMULA
from indicators.queries.register import incomplete, register
from portfolio.models import Project, User
from publicsite.demo import prepare, stories
from publicsite.demo.seed import NotADemonstrationError, seed
from publicsite.management.commands import seed_demo
from publicsite.models import ProjectStoryPage

URL = "http://127.0.0.1:8100"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "demo-accounts.txt"


def history_counts():
    events = [Project, Target, TargetPoint]
    return [model.pgh_event_model._default_manager.count() for model in events]


@pytest.mark.django_db
def test_seeding_twice_changes_nothing(file):
    first = seed(platform_url=URL, accounts_file=file)
    assert (first.projects, first.targets, first.stories) == (60, Target.objects.count(), 8)
    before = [*history_counts(), Feed.objects.count(), Indicator.objects.count()]
    again = seed(platform_url=URL, accounts_file=file)
    assert (again.projects, again.targets, again.stories, again.sources) == (0, 0, 0, 0)
    assert again.accounts == []
    assert (first.views, again.views) == (4, 0)
    assert [*history_counts(), Feed.objects.count(), Indicator.objects.count()] == before


@pytest.mark.django_db
def test_the_register_shows_an_agreement_a_dispensation_uses_and_a_source_to_put_in_order(file):
    first = seed(platform_url=URL, accounts_file=file)
    again = seed(platform_url=URL, accounts_file=file)
    assert (first.usages, again.usages) == (Usage.objects.count(), 0)
    assert first.usages >= 3
    assert (first.breaks, again.breaks) == (KnownBreak.objects.count(), 0)
    assert first.breaks == 2
    agreements = SupplyAgreement.objects.filter(kind="CONCESSION", article__contains="L.3131")
    assert {one.is_dispensed for one in agreements} == {True, False}
    rows = incomplete(register(user=User.objects.get(username="donnees"), now=timezone.now()))
    (forgotten,) = [row for row in rows if row.source.code == "capteurs-bruit"]
    assert "NO_OWNER" in {lack.code for lack in forgotten.lacks}


@pytest.mark.django_db
def test_the_feeds_follow_the_address_of_the_platform(file):
    seed(platform_url=URL, accounts_file=file)
    moved = seed(platform_url="http://127.0.0.1:8150", accounts_file=file)
    assert moved.sources == 4
    asked = Feed.objects.pulled().exclude(source__protocol=FORMULA)
    assert set(asked.values_list("source__base_url", flat=True)) == {"http://127.0.0.1:8150"}


@pytest.mark.django_db
def test_two_files_are_deposited_and_the_second_corrects_the_first(file):
    assert seed(platform_url=URL, accounts_file=file).deposits == 2
    first, second = Deposit.objects.order_by("pk").select_related("run")
    assert (first.run.state, second.run.state) == ("SUCCEEDED", "PARTIAL")
    assert (second.run.revised, second.run.quarantined) == (1, 1)
    assert seed(platform_url=URL, accounts_file=file).deposits == 0


@pytest.mark.django_db
def test_targets_are_about_zones_that_their_project_touches(file):
    seed(platform_url=URL, accounts_file=file)
    for target in Target.objects.exclude(project=None).exclude(zone__kind="METROPOLIS"):
        assert target.project.zones.filter(pk=target.zone_id).exists(), target.project.code


@pytest.mark.django_db
def test_each_story_exists_in_both_languages_and_is_tied(file):
    seed(platform_url=URL, accounts_file=file)
    bridge = ProjectStoryPage.objects.filter(project__code="pont-quai-mariniers")
    assert {page.locale.language_code for page in bridge} == {"fr", "en"}
    assert len({page.translation_key for page in bridge}) == 1
    assert {page.get_parent().specific.locale_id for page in bridge} == {
        p.locale_id for p in bridge
    }
    assert stories.seed() == 0


@pytest.mark.django_db
def test_the_seed_refuses_the_territory_of_a_real_city(file, settings):
    settings.TERRITORY = replace(settings.TERRITORY, demonstration=False)
    with pytest.raises(NotADemonstrationError):
        seed(platform_url=URL, accounts_file=file)
    with pytest.raises(CommandError):
        call_command("seed_demo")
    assert not Project.objects.exists()


@pytest.mark.django_db
def test_the_command_says_what_it_added(file, monkeypatch):
    monkeypatch.setattr(seed_demo, "ACCOUNTS_FILE", file)
    first, again = StringIO(), StringIO()
    call_command("seed_demo", stdout=first)
    call_command("seed_demo", stdout=again)
    assert "60 projects" in first.getvalue()
    assert "60" not in again.getvalue()


@pytest.mark.django_db
def test_a_migrated_database_needs_no_migration():
    assert prepare.migrate() is False


def test_static_files_are_collected_once(settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path / "static")
    settings.STATICFILES_DIRS = []
    assert prepare.collect_static() is True
    assert prepare.collect_static() is False
    (tmp_path / "static.stamp").write_text("something else")
    assert prepare.collect_static() is True


def test_a_catalogue_is_compiled_when_it_is_newer(settings, tmp_path):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    )
    settings.LOCALE_PATHS = [tmp_path]
    assert prepare.compile_translations() == [folder / "django.po"]
    assert prepare.compile_translations() == []


def test_a_collection_is_described_by_four_fields_without_a_tab():
    collections = list(platform.listing())

    assert 1 < len(collections) <= 16
    assert {len(collection) for collection in collections} == {4}
    assert not any("\t" in text for collection in collections for text in collection)
