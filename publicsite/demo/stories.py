"""Stories that editors would have written about some projects, in both languages."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.text import slugify
from wagtail.models import Locale
from wagtail.rich_text import RichText

from portfolio.demo.files import read_yaml
from portfolio.models import Project
from publicsite.models import ProjectsPage, ProjectStoryPage

DATA = Path(__file__).parent / "stories.yml"
NAMESPACE = uuid.UUID("6c4cf4bc-6f2e-5c62-9a4f-0d4b6f0f2c11")  # so that translations are tied
Entry = dict[str, Any]


def seed() -> int:
    """Publish the stories that are missing; returns how many. Part of the seed's transaction."""
    missing = [
        (entry, language)
        for entry in read_yaml(DATA)
        for language in ("fr", "en")
        if not _exists(entry["project"], language)
    ]
    for entry, language in missing:
        _publish(entry["project"], language, entry[language])
    return len(missing)


def _exists(project: str, language: str) -> bool:
    stories = ProjectStoryPage.objects.filter(project__code=project)
    return bool(stories.filter(locale__language_code=language).exists())


def _publish(project: str, language: str, entry: Entry) -> None:
    locale = Locale.objects.get(language_code=language)
    parent = ProjectsPage.objects.get(locale=locale)
    parent.add_child(
        instance=ProjectStoryPage(
            title=entry["title"],
            slug=slugify(entry["title"]),
            project=Project.objects.get(code=project),
            body=list(_blocks(entry["body"])),
            locale=locale,
            translation_key=uuid.uuid5(NAMESPACE, project),
        )
    )


def _blocks(body: list[list[str]]) -> Iterator[tuple[str, object]]:
    for kind, text in body:
        yield kind, RichText(text) if kind == "paragraph" else text
