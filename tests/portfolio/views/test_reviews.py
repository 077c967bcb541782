"""The screen of a review: prefilled, kept as it is typed, told when somebody else wrote."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio.analysis.periods import month_before, month_to_review
from portfolio.models import Review, StatusOverride
from tests.factories.portfolio import NOW, make_milestone, make_project, make_user
from tests.factories.reviews import make_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(agent):
    return make_project(code="P-1", manager=agent, lead=agent.organisation)


@pytest.fixture
def month():
    return month_to_review(timezone.localdate())


def address(name, month, *more):
    return reverse(f"portfolio:{name}", args=["P-1", month.year, month.month, *more])


SAID = {"cost": "SUNNY", "schedule": "STORMY", "sentence": "Le quai est coulé.", "progress": "40"}


def test_it_is_prefilled_from_the_last_review_and_the_next_milestone(client, project, month):
    make_review(
        project, month_before(month), state="PUBLISHED", cost="TEMPEST", progress=35,
        next_step="Ancienne étape",
    )  # fmt: skip
    soon = timezone.localdate() + timedelta(days=40)
    make_milestone(project, name_fr="Pose du tablier", original_on=soon, current_on=soon)
    initial = client.get(reverse("portfolio:review", args=["P-1"])).context["form"].initial
    assert (initial["cost"], initial["progress"], initial["next_step"], initial["next_step_on"]) == (
        "TEMPEST", 35, "Pose du tablier", soon,
    )  # fmt: skip


def test_submitted_it_says_so_and_offers_to_undo(client, project, month):
    page = client.post(address("review-month", month), SAID, follow=True).content.decode()
    review = Review.objects.get()
    assert (review.state, review.progress, review.scope) == ("SUBMITTED", 40, "NOT_SET")
    assert address("review-take-back", month) in page
    client.post(address("review-take-back", month))
    review.refresh_from_db()
    assert review.state == "DRAFT"


def test_an_empty_sentence_is_refused_and_what_was_chosen_stays(client, project, month):
    response = client.post(address("review-month", month), SAID | {"sentence": ""})
    assert response.status_code == 422
    assert response.context["form"]["schedule"].value() == "STORMY"
    assert not Review.objects.exists()


def test_what_is_typed_is_kept_as_a_draft(client, project, month):
    typed = {"sentence": "Le quai", "progress": ""}
    answer = client.post(address("review-draft", month), typed)
    kept = Review.objects.get()
    assert (kept.state, kept.sentence, kept.progress) == ("DRAFT", "Le quai", None)
    assert kept.updated_at.isoformat() in answer.content.decode()
    refused = client.post(address("review-draft", month), {"progress": "beaucoup"})
    assert refused.context["kept"] is None


def test_who_writes_over_a_colleague_is_told_once_and_loses_nothing(client, project, month):
    colleague = make_user(first_name="Tom", last_name="Arrivé")
    opened = client.get(address("review-month", month)).context["form"].initial["seen_at"]
    make_review(project, month, sentence="Ses mots.", author=colleague)
    mine = SAID | {"seen_at": opened}
    response = client.post(address("review-month", month), mine)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Ses mots." in page
    assert "Le quai est coulé." in page
    again = mine | {"seen_at": response.context["form"]["seen_at"].value()}
    assert client.post(address("review-month", month), again).status_code == 302
    assert Review.objects.get().sentence == "Le quai est coulé."


def test_nothing_has_changed_is_one_post(client, project, month):
    make_review(project, month_before(month), state="PUBLISHED", schedule="STORMY")
    page = client.post(address("review-unchanged", month), follow=True).content.decode()
    done = Review.objects.get(month=month)
    assert (done.state, done.is_unchanged, done.schedule) == ("SUBMITTED", True, "STORMY")
    assert address("review-take-back", month) in page


def test_the_computed_status_stands_beside_what_is_said(client, project, month):
    past = timezone.localdate() - timedelta(days=30)
    make_milestone(project, original_on=past, current_on=past)
    axes = client.get(address("review-month", month)).context["axis_fields"]
    judged = {axis["name"]: axis["judged"] for axis in axes}
    assert judged["schedule"].code == "OFF_TRACK"
    assert judged["scope"] is None
    page = client.get(address("review-month", month)).content.decode()
    assert f'hx-get="{reverse("indicators:project-status", args=["P-1"])}"' in page


@pytest.mark.parametrize("where", [(2026, 13), (2026, 0), (1800, 1), (2099, 1)])
def test_a_month_that_is_none_or_to_come_leads_nowhere(client, project, where):
    address = reverse("portfolio:review-month", args=["P-1", *where])
    assert client.get(address).status_code == 404


def test_an_override_is_shown_as_one_and_can_be_ended(client, project):
    today = timezone.localdate()
    page = reverse("portfolio:project", args=["P-1"])
    form = reverse("portfolio:override", args=["P-1", "calendrier"])
    given = {
        "status": "ON_TRACK", "reason": "Reçu hier", "seen_at": project.updated_at.isoformat(),
        "expires_on": today + timedelta(days=30),
    }  # fmt: skip
    assert client.post(form, given).status_code == 302
    word = StatusOverride.objects.get()
    body = client.get(page).content.decode()
    assert "Reçu hier" in body
    end = reverse("portfolio:override-end", args=["P-1", word.pk])
    assert end in body
    sent = {"reason": "Corrigé", "seen_at": project.updated_at.isoformat()}
    assert client.post(end, sent).status_code == 302
    assert not StatusOverride.objects.in_force(today).exists()
    assert client.get(reverse("portfolio:override", args=["P-1", "effets"])).status_code == 404


# ---------------------------------------------------------------- validation


@pytest.fixture
def director(client):
    director = make_user(is_superuser=True)
    client.force_login(director)
    return director


def test_ticked_reviews_are_validated_and_published_the_others_left(client, director):
    public, inside, left = (
        make_review(state="SUBMITTED", submitted_by=make_user()),
        make_review(make_project(visibility="INTERNAL"), state="SUBMITTED"),
        make_review(state="SUBMITTED"),
    )
    client.post(reverse("portfolio:validation"), {"review": [public.pk, inside.pk], "publish": "1"})
    states = dict(Review.objects.values_list("pk", "state"))
    assert states == {public.pk: "PUBLISHED", inside.pk: "VALIDATED", left.pk: "SUBMITTED"}


def test_ones_own_review_is_not_offered_nor_taken(client, director):
    own = make_review(state="SUBMITTED", submitted_by=director)
    assert client.get(reverse("portfolio:validation")).context["waiting"] == []
    client.post(reverse("portfolio:validation"), {"review": [own.pk], "validate": "1"})
    own.refresh_from_db()
    assert own.state == "SUBMITTED"
    assert client.get(reverse("portfolio:review-send-back", args=[own.pk])).status_code == 404


def test_a_review_is_sent_back_with_a_reason_that_its_author_reads(client, director, month):
    author = make_user()
    project = make_project(code="P-1", manager=author)
    review = make_review(project, month, state="SUBMITTED", submitted_by=author)
    form = reverse("portfolio:review-send-back", args=[review.pk])
    assert client.post(form, {"reason": ""}).status_code == 422
    client.post(form, {"reason": "Dites la date."})
    client.force_login(author)
    assert "Dites la date." in client.get(address("review-month", month)).content.decode()


def test_residents_read_the_published_sentence_and_not_the_judgements(client, db):
    project = make_project(code="P-9")
    make_review(
        project, state="PUBLISHED", sentence="La pile est coulée.", cost="TEMPEST",
        next_step="Pose du tablier", next_step_on=date(2030, 1, 1),
    )  # fmt: skip
    make_review(project, date(2026, 4, 1), state="VALIDATED", sentence="Pas encore publié.")
    (news,) = client.get("/api/v1/projects/P-9/").json()["properties"]["news"]
    assert news == {
        "month": "2026-05-01", "sentence": "La pile est coulée.", "next_step": "Pose du tablier",
        "next_step_on": "2030-01-01",
    }  # fmt: skip
    page = client.get("/projets/P-9/").content.decode()
    assert "La pile est coulée." in page
    assert "Pose du tablier" in page
    assert "Pas encore publié." not in page
    assert "tempête" not in page
    assert "TEMPEST" not in page


def test_the_block_shows_twelve_months(client, project):
    make_review(project, NOW.date().replace(day=1), state="PUBLISHED")
    block = client.get(reverse("portfolio:block", args=["P-1", "review"]))
    assert block.status_code == 200
    assert block.content.decode().count('year__month"') == 12
