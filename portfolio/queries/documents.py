"""The documents of a project as they are listed: the last version, then those before it."""

from dataclasses import dataclass

from portfolio.models import Project, ProjectDocument


@dataclass(frozen=True)
class ListedDocument:
    """`older` are the versions before the last, latest first."""

    last: ProjectDocument
    older: tuple[ProjectDocument, ...]


@dataclass(frozen=True)
class Documents:
    current: tuple[ListedDocument, ...]
    withdrawn: tuple[ListedDocument, ...]


def documents_of(project: Project) -> Documents:
    """All of them, latest first, in one query."""
    versions = list(project.documents.select_related("author").order_by("-recorded_at", "-pk"))
    by_key = {version.pk: version for version in versions}
    replaced = {version.replaces_id for version in versions}
    last = [version for version in versions if version.pk not in replaced]
    listed = [ListedDocument(version, _before(version, by_key)) for version in last]
    return Documents(
        current=tuple(item for item in listed if item.last.withdrawn_at is None),
        withdrawn=tuple(item for item in listed if item.last.withdrawn_at is not None),
    )


def _before(
    version: ProjectDocument, by_key: dict[int, ProjectDocument]
) -> tuple[ProjectDocument, ...]:
    found = []
    while version.replaces_id is not None:
        version = by_key[version.replaces_id]
        found.append(version)
    return tuple(found)


def public_documents(project: Project) -> list[ProjectDocument]:
    """What residents read, latest first; an undated one after the dated."""
    documents = ProjectDocument.objects.public().filter(project=project)
    return sorted(
        documents, key=lambda one: (one.dated_on is not None, one.dated_on or one.recorded_at.date(),
                                    one.pk), reverse=True,
    )  # fmt: skip
