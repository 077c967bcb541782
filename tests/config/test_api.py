import io

import pytest
import yaml
from django.core.management import call_command
from django.urls import reverse


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
def test_the_documentation_has_no_inline_script_or_style(client):
    page = client.get(reverse("api-docs"))
    html = page.content.decode()
    assert page.status_code == 200
    assert "<style" not in html
    assert html.count("<script") == html.count("<script src=")
    script = client.get(reverse("api-docs") + "?script=")
    assert script["Content-Type"].startswith("application/javascript")
