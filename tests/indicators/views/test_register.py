"""The register of sources on its screens and in its files."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from indicators.models import DataSource, SupplyAgreement
from indicators.queries.register import register
from indicators.services import source_facts
from indicators.services.source_facts import SourceFields
from tests.factories.indicators import (
    make_agreement,
    make_feed,
    make_run,
    make_source,
    make_target,
    make_usage,
)
from tests.factories.portfolio import make_organisation, make_project, make_user

DAY = timedelta(days=1)


@pytest.fixture
def steward(client, db):
    steward = make_user(is_staff=True)
    client.force_login(steward)
    return steward


def row(source, user=None):
    rows = register(user=user or make_user(), now=timezone.now())
    return next(one for one in rows if one.source.pk == source.pk)


def lacks(source) -> set[str]:
    return {lack.code for lack in row(source).lacks}


def page(client, name, *args, **query) -> str:
    return client.get(reverse(f"indicators:{name}", args=args), query).content.decode()


def edit(client, source, **given):
    """On a form that was opened just now, unless `seen` is given."""
    address = reverse("indicators:source-edit", args=[source.code])
    page = client.get(address)
    seen = {"seen": page.context["form"]["seen"].value()} if page.status_code == 200 else {}
    data = {"name": "Plateforme", "is_active": "on", "reason": "Vu"} | seen | given
    return client.post(address, data)


def test_nothing_stated_is_nothing_known_and_told_as_such(client, agent):
    source = make_source()
    assert {"NO_OWNER", "NO_STEWARD", "NO_PRODUCER", "NO_LICENCE", "NO_PERSONAL_CLASS",
            "NO_COUNTRY", "NO_FEED"} <= lacks(source)  # fmt: skip
    assert "Pas d’information" in page(client, "source", source.code)


def test_a_source_that_is_switched_off_is_not_to_be_put_in_order(db):
    assert lacks(make_source(is_active=False)) == set()


def test_an_agreement_is_due_of_whoever_is_outside(db):
    outside = make_source(producer=make_organisation(kind="PRODUCER"))
    inside = make_source(producer=make_organisation())
    assert "NO_AGREEMENT" in lacks(outside)
    assert "NO_AGREEMENT" not in lacks(inside)
    make_agreement(outside, kind="OPEN_LICENCE")
    assert not {"NO_AGREEMENT", "NO_DEADLINE"} & lacks(outside)


def test_the_delivery_is_late_by_the_feed_that_is_furthest_behind(db):
    now = timezone.now()
    source = make_source()
    make_agreement(source, frequency="MONTH", due_days=40)
    behind = make_feed(source=source, watermark_at=now - 200 * DAY)
    make_feed(source=source, watermark_at=now)
    assert "DELIVERY_LATE" in lacks(source)
    behind.watermark_at = now
    behind.save()
    assert "DELIVERY_LATE" not in lacks(source)


def test_a_feed_fails_since_its_first_failure_after_its_last_success(db):
    now, feed = timezone.now(), make_feed()
    for days, state in ((90, "FAILED"), (60, "SUCCEEDED"), (40, "FAILED"), (1, "FAILED")):
        make_run(feed, state=state, due_at=now - days * DAY, finished_at=now - days * DAY)
    (lack,) = [one for one in row(feed.source).lacks if one.code == "FEED_FAILING"]
    assert lack.on == timezone.localdate(now - 40 * DAY)
    make_run(feed, state="SUCCEEDED", due_at=now, finished_at=now)
    assert "FEED_FAILING" not in lacks(feed.source)


def test_a_feed_that_is_computed_has_its_formula_and_lacks_no_contract(db):
    pulled, computed = make_feed(), make_feed(source=make_source(protocol="formula"))
    assert "NO_CONTRACT" in lacks(pulled.source)
    assert "NO_CONTRACT" not in lacks(computed.source)


def test_a_declared_use_or_a_public_page_is_a_use(db):
    feed, other = make_feed(), make_feed()
    assert "NEVER_USED" in lacks(feed.source)
    make_usage(feed.indicator, recorded_at=timezone.now() - 400 * DAY)
    assert "NOT_USED_FOR_A_YEAR" in lacks(feed.source)
    make_target(indicator=feed.indicator, project=make_project(visibility="PUBLIC"))
    make_target(indicator=other.indicator, project=make_project(visibility="INTERNAL"))
    assert not {"NEVER_USED", "NOT_USED_FOR_A_YEAR"} & lacks(feed.source)
    assert "NEVER_USED" in lacks(other.source)


def test_the_table_is_filtered_by_what_is_missing_steward_and_class(client, agent):
    mine = make_source(name="À moi", steward=agent, licence="ODbL", personal_data="NONE")
    make_source(name="À personne")
    for query in ({"steward": agent.pk}, {"personal_data": "NONE"}):
        text = page(client, "register", **query)
        assert mine.name in text
        assert "À personne" not in text
    for query in ({"missing": "NO_LICENCE"}, {"personal_data": "UNKNOWN"}):
        text = page(client, "register", **query)
        assert mine.name not in text
        assert "À personne" in text


def test_a_filter_that_does_not_exist_shows_nothing_and_says_so(client, agent):
    make_source(name="Une source")
    text = page(client, "register", missing="HAPPINESS")
    assert 'role="alert"' in text
    assert "Une source" not in text


def test_the_csv_holds_codes_and_leaves_empty_what_is_not_known(client, agent):
    make_source(code="bruit", name="=cmd", owner=make_organisation(code="dgs"))
    body = client.get(reverse("indicators:register-csv")).content.decode("utf-8-sig")
    head, line = (text.split(";") for text in body.splitlines())
    told = dict(zip(head, line, strict=True))
    assert (told["code"], told["owner"], told["steward"]) == ("bruit", "dgs", "")
    assert told["name"] == "'=cmd"
    assert "NO_LICENCE" in told["missing"].split()


def test_the_workbook_has_the_sources_and_their_agreements(client, agent):
    agreement = make_agreement(reference="DSP eau", article="CCP L.3131-2")
    response = client.get(reverse("indicators:register-xlsx"))
    book = load_workbook(BytesIO(response.content))
    sources, agreements = book.worksheets
    assert sources.max_row == 2
    assert agreements["A2"].value == agreement.source.code
    assert "CCP L.3131-2" in [cell.value for cell in agreements[2]]


def test_the_list_to_put_in_order_gives_reason_and_next_action_and_its_count(client, steward):
    source = make_source(name="Capteurs de bruit")
    text = page(client, "swamp")
    assert "Capteurs de bruit" in text
    assert reverse("indicators:source-edit", args=[source.code]) in text
    assert "1 source à régulariser" in page(client, "sources")


def test_the_list_to_put_in_order_counts_the_lines_that_it_shows(client, steward):
    source = make_source(owner=make_organisation(), steward=steward, licence="ODbL",
                         producer=make_organisation(), hosting_country="FR", personal_data="NONE")  # fmt: skip
    for code in ("premier", "deuxieme"):
        make_usage(make_feed(source=source, code=code).indicator)
    lines = page(client, "swamp").split("<section")[1].count("<li>")
    assert lines == 2  # without a contract, without values
    assert f"{lines} points" in page(client, "swamp")
    assert f"{lines} points" in page(client, "register")
    assert f"{lines} points à régulariser" in page(client, "source", source.code)


def test_a_source_of_computed_figures_is_not_asked_where_it_comes_from(client, steward):
    source = make_source(protocol="formula", name="Indicateurs calculés")
    assert not {"NO_PRODUCER", "NO_LICENCE", "NO_COUNTRY"} & lacks(source)
    assert "Producteur inconnu" not in page(client, "register")
    assert "Licence inconnue" not in page(client, "sources")
    told = page(client, "source", source.code)
    assert "Pays d’hébergement" not in told
    assert "Référent" in told


def test_whoever_does_not_look_after_sources_reads_and_changes_nothing(client, agent):
    agreement = make_agreement()
    source = agreement.source
    assert reverse("indicators:source-edit", args=[source.code]) not in page(client, "swamp")
    assert "Modifier" not in page(client, "source", source.code)
    assert edit(client, source, licence="ODbL").status_code == 404
    for name in ("agreement-edit", "agreement-remove"):
        assert client.post(reverse(f"indicators:{name}", args=[agreement.pk])).status_code == 404
    source.refresh_from_db()
    assert source.licence == ""


def test_facts_are_changed_on_the_form_and_told_in_the_history(client, steward):
    source = make_source()
    response = edit(client, source, licence="ODbL 1.0", hosting_country="fr",
                    reason="Licence lue sur le portail")  # fmt: skip
    assert response.status_code == 302
    source.refresh_from_db()
    assert (source.licence, source.hosting_country) == ("ODbL 1.0", "FR")
    assert "Licence lue sur le portail" in page(client, "source", source.code)


def test_a_refused_form_keeps_what_was_typed(client, steward):
    source = make_source()
    response = edit(client, source, personal_data="NONE", legal_basis="CONSENT", licence="ODbL")
    assert response.status_code == 422
    assert 'value="ODbL"' in response.content.decode()
    assert DataSource.objects.get(pk=source.pk).licence == ""


def test_two_people_on_one_source_are_told_field_by_field_and_choose(client, steward):
    source, other = make_source(name="Plateforme"), make_user(last_name="Berthelin")
    address = reverse("indicators:source-edit", args=[source.code])
    seen = client.get(address).context["form"]["seen"].value()
    given = SourceFields(name="Plateforme", licence="ODbL 1.0", hosting_country="FR")
    source_facts.update(source=source, given=given, by=other, reason="Lu", at=timezone.now())
    response = edit(client, source, seen=seen, licence="Licence Ouverte 2.0")
    assert response.status_code == 422
    told = {one.name: (one.theirs, one.author) for one in response.context["form"].conflicts}
    assert told == {"licence": ("ODbL 1.0", str(other)), "hosting_country": ("FR", str(other))}
    page = response.content.decode()
    assert "ODbL 1.0" in page
    assert 'value="Licence Ouverte 2.0"' in page
    source.refresh_from_db()
    assert source.licence == "ODbL 1.0"
    again = response.context["form"]
    choice = {"seen": again["seen"].value(), "kept": again["kept"].value(), "resolve": "theirs"}
    assert edit(client, source, licence="Licence Ouverte 2.0", **choice).status_code == 302
    source.refresh_from_db()
    assert (source.licence, source.hosting_country) == ("ODbL 1.0", "FR")


def test_two_people_on_one_agreement_are_told(client, steward):
    agreement = make_agreement(reference="DSP eau", article="Article 1")
    address = reverse("indicators:agreement-edit", args=[agreement.pk])
    form = client.get(address).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    typed |= {"starts_on": "2019-01-01", "reason": "Lu", "article": "Article 7"}
    typed = {k: v for k, v in typed.items() if v is not False}
    SupplyAgreement.objects.update(article="Article 2")
    assert client.post(address, typed).status_code == 422
    assert SupplyAgreement.objects.get().article == "Article 2"


def test_a_form_that_does_not_say_what_it_showed_is_looked_at_again(client, steward):
    source = make_source()
    assert edit(client, source, seen="", licence="ODbL").status_code == 422
    source.refresh_from_db()
    assert source.licence == ""


def test_an_agreement_is_entered_and_removed_on_its_forms(client, steward):
    source, regie = make_source(), make_organisation(kind="PRODUCER")
    data = {"reference": "DSP eau", "kind": "CONCESSION", "counterpart": regie.pk,
            "starts_on": "2019-01-01", "reason": "Contrat lu"}  # fmt: skip
    address = reverse("indicators:agreement-add", args=[source.code])
    refused = client.post(address, data | {"is_dispensed": "on"})
    assert refused.status_code == 422
    assert "motivée" in refused.content.decode()
    assert client.post(address, data).status_code == 302
    agreement = SupplyAgreement.objects.get()
    assert "DSP eau" in page(client, "source", source.code)
    address = reverse("indicators:agreement-remove", args=[agreement.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Saisi deux fois"}).status_code == 302
    assert not SupplyAgreement.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_sources(
    client, agent, django_assert_num_queries, django_assert_max_num_queries
):
    def add() -> None:
        feed = make_feed()
        make_agreement(feed.source)
        make_run(feed, state="FAILED", finished_at=timezone.now())

    add()
    with django_assert_max_num_queries(17) as few:
        page(client, "register")
    for _ in range(5):
        add()
    with django_assert_num_queries(len(few.captured_queries)):
        page(client, "register")
