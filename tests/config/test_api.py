import io

import pytest
import yaml
from django.core.management import call_command
from django.urls import reverse

from config import api_docs


def test_the_schema_is_valid_openapi_without_a_warning(client):
    out = io.StringIO()
    call_command(
        "spectacular", validate=True, fail_on_warn=True,
        stdout=out,
    )  # fmt: skip
    schema = yaml.safe_load(out.getvalue())
    assert schema["openapi"].startswith("3.1")


@pytest.mark.django_db
def test_the_schema_describes_the_public_addresses_alone(client):
    schema = yaml.safe_load(client.get(reverse("api-schema")).content)
    assert set(schema["paths"]) == {
        "/api/v1/indicators/", "/api/v1/indicators/{code}/", "/api/v1/observations/",
        "/api/v1/projects/", "/api/v1/projects/{code}/", "/api/v1/targets/",
        "/api/v1/forecasts/", "/api/v1/evaluations/", "/api/v1/scenarios/", "/api/v1/exercises/",
        "/api/v1/exercises/{id}/", "/api/v1/decisions/",
    }  # fmt: skip
    assert {tuple(methods) for methods in schema["paths"].values()} == {("get",)}


@pytest.mark.django_db
def test_every_parameter_is_described(client):
    schema = yaml.safe_load(client.get(reverse("api-schema")).content)
    for path, methods in schema["paths"].items():
        for parameter in methods["get"].get("parameters", []):
            if parameter["in"] == "query":
                assert parameter.get("description"), (path, parameter["name"])


@pytest.mark.django_db
def test_a_page_of_projects_is_described_as_what_is_served(client):
    schema = yaml.safe_load(client.get(reverse("api-schema")).content)
    page = schema["components"]["schemas"]["PaginatedProjectList"]["properties"]
    assert page["features"] == {"type": "array", "items": {"$ref": "#/components/schemas/Project"}}
    assert page["next"]["type"] == ["string", "null"]


@pytest.mark.django_db
def test_the_documentation_tells_every_address_parameter_and_shape(client):
    schema = yaml.safe_load(client.get(reverse("api-schema")).content)
    html = client.get(reverse("api-docs")).content.decode()
    for path, verbs in schema["paths"].items():
        assert f"GET {path}" in html
        for parameter in verbs["get"].get("parameters", []):
            assert f"<code>{parameter['name']}</code>" in html
    for name in schema["components"]["schemas"]:
        assert f'id="shape-{name}"' in html


@pytest.mark.django_db
def test_the_documentation_is_in_english_whatever_the_visitor_prefers(client):
    html = client.get(reverse("api-docs"), headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="en">' in html
    assert "Number of results to return per page." in html


@pytest.mark.parametrize(
    ("told", "words", "shape"),
    [
        ({"type": "string", "format": "date"}, "string (date)", ""),
        ({"type": ["number", "null"], "format": "double"}, "number (double) or null", ""),
        (
            {"type": "array", "items": {"$ref": "#/components/schemas/Point"}},
            "list of Point",
            "Point",
        ),
        ({"allOf": [{"$ref": "#/components/schemas/Source"}]}, "Source", "Source"),
        ({"enum": ["UP", "DOWN"]}, "one of UP, DOWN", ""),
        ({}, "any", ""),
    ],
)
def test_a_type_is_told_in_words(told, words, shape):
    assert api_docs._kind(told) == api_docs.Kind(words, shape)
