"""Finance parameters and price indexes: read by all, changed by administrators, never replaced."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portfolio.models import FinanceParameter, PriceIndex
from tests.factories.finance import make_index
from tests.factories.portfolio import make_user

NEW = {"code": "FCTVA_RATE", "value": "0.1485", "from_on": "2027-01-01", "source": "Loi de finances",
       "reason": "Nouveau taux"}  # fmt: skip


@pytest.fixture
def officer(client, db):
    user = make_user(is_superuser=True)
    client.force_login(user)
    return user


def values_of(client, index, **given):
    told = {"rows": "2026-07;131,2\n2026-08;131,7;provisoire", "reason": "Journal officiel"} | given
    return client.post(reverse("portfolio:price-index", args=[index.code]), told)


def test_every_parameter_is_listed_with_its_text_even_without_a_figure(client, agent):
    text = client.get(reverse("portfolio:parameters")).content.decode()
    assert "16,404" in text
    assert "L1615-6" in text
    assert "Non saisi" in text


def test_a_new_figure_is_added_and_the_old_one_stays(client, officer):
    assert client.post(reverse("portfolio:parameter-add"), NEW).status_code == 302
    assert FinanceParameter.objects.filter(code="FCTVA_RATE").count() == 2
    again = client.post(reverse("portfolio:parameter-add"), NEW | {"value": "0.2"})
    assert list(again.context["form"].errors) == ["from_on"]


def test_an_index_is_opened_and_its_months_pasted(client, officer):
    told = {"code": "TP01", "name_fr": "Travaux publics", "base": "2010 = 100", "source": "INSEE",
            "reason": "Ouverture"}  # fmt: skip
    answer = client.post(reverse("portfolio:price-index-add"), told)
    index = PriceIndex.objects.get(code="tp01")
    assert answer.url == reverse("portfolio:price-index", args=["tp01"])
    assert values_of(client, index).status_code == 302
    assert index.values.filter(is_provisional=True).count() == 1
    again = client.post(reverse("portfolio:price-index-add"), told)
    assert list(again.context["form"].errors) == ["code"]


def test_months_come_from_a_file_too(client, officer):
    index = make_index()
    file = SimpleUploadedFile("tp01.csv", "\ufeffMois;Valeur\n2026-07;131,2".encode())
    assert values_of(client, index, rows="", file=file).status_code == 302
    assert index.values.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rows": ""}, "rows"),
        ({"reason": ""}, "reason"),
        ({"file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00")}, "file"),
        ({"file": SimpleUploadedFile("x.csv", b"1" * 200_001)}, "file"),
    ],
)
def test_what_cannot_be_read_is_refused(client, officer, given, field):
    index = make_index()
    answer = values_of(client, index, **given)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not index.values.exists()


def test_a_wrong_line_is_named_and_no_month_is_entered(client, officer):
    index = make_index()
    answer = values_of(client, index, rows="2026-07;131,2\n2026-08;cent\n2026-13;1")
    first, second = answer.context["form"].errors["rows"]
    assert first.startswith("Ligne 2")
    assert second.startswith("Ligne 3")
    assert not index.values.exists()


def test_an_agent_reads_and_changes_nothing(client, agent):
    index = make_index()
    page = client.get(reverse("portfolio:price-index", args=[index.code]))
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()
    assert values_of(client, index).status_code == 404
    for name in ("parameter-add", "price-index-add"):
        assert client.get(reverse(f"portfolio:{name}")).status_code == 404
        assert client.post(reverse(f"portfolio:{name}"), NEW).status_code == 404
    assert not index.values.exists()
