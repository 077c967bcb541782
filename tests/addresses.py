"""Every address of the site, as a route, and what it is about: `tests/test_rights_matrix.py` makes
of it what each role must get. A new address needs its line in `EXPECTED`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import URLResolver

# Wagtail's and Django's own screens: who enters them is tested in test_rights and test_editors.
FOREIGN = ("cms/", "admin/", "documents/", "media/", "_util/", "^media/")


@dataclass(frozen=True)
class About:
    """`kind`: project (read), change (a `part` of a project), list (names the projects that are
    read), own (names those whose facts are changed), matter (a `part` of the whole metropolis),
    document (of somebody else), agent (anybody with an account), open (everybody), public (the
    same for everybody: tests/test_rights.py). `posts` is how it is asked for."""

    kind: str
    part: str = ""
    posts: bool = False


PROJECT, LIST, OWN, AGENT = About("project"), About("list"), About("own"), About("agent")
OPEN, PUBLIC, DOCUMENT = About("open"), About("public"), About("document")


def change(part: str) -> About:
    return About("change", part)


def matter(part: str, *, posts: bool = False) -> About:
    return About("matter", part, posts)


EXPECTED = {
    "healthz": OPEN, "readyz": OPEN, "metrics": OPEN, "robots.txt": OPEN, "langue/": OPEN,
    "sitemap.xml": PUBLIC,
    r"^((?:[\w\-.]+/)+[\w\-.]+\.(?:csv|geojson))$": PUBLIC,
    r"^((?:[\w\-.]+/)*)$": PUBLIC,
    r"^((?:[\w\-]+/)*)$": PUBLIC,
    "api/v1/^projects/$": LIST,
    "api/v1/^projects/(?P<code>[A-Za-z0-9][A-Za-z0-9._-]*)/$": PROJECT,
    "api/v1/^indicators/$": OPEN,
    "api/v1/^indicators/(?P<code>[-a-zA-Z0-9_]+)/$": OPEN,
    "api/v1/^observations/$": OPEN,
    "api/v1/^targets/$": LIST,
    "api/v1/schema/": OPEN, "api/v1/docs/": OPEN,
    "tuiles/<slug:layer>/<int:z>/<int:x>/<int:y>.pbf": LIST,
    "oidc/retour/": OPEN, "oidc/sortie/": OPEN,
    "pilotage/connexion/": OPEN, "pilotage/connexion/fournisseur/": OPEN,
    "pilotage/connexion/oubli/": OPEN, "pilotage/connexion/oubli/envoye/": OPEN,
    "pilotage/connexion/mot-de-passe/<uidb64>/<token>/": OPEN,
    "pilotage/connexion/mot-de-passe/enregistre/": OPEN,
    "pilotage/connexion/code/": OPEN, "pilotage/deconnexion/": OPEN,
    "pilotage/mon-compte/": AGENT, "pilotage/mon-compte/mot-de-passe/": AGENT,
    "pilotage/mon-compte/confirmer/": AGENT, "pilotage/mon-compte/confirmer/code/": AGENT,
    "pilotage/mon-compte/second-facteur/": AGENT,
    "pilotage/mon-compte/second-facteur/retirer/": About("own account"),
    "pilotage/mon-compte/codes-de-secours/": About("own account"),
    "pilotage/mon-compte/codes-de-secours/nouveaux/": AGENT,
    "pilotage/personnes/": matter("accounts"),
    "pilotage/personnes/inviter/": matter("accounts"),
    "pilotage/personnes/<int:pk>/": matter("accounts"),
    "pilotage/personnes/<int:pk>/lien/": matter("accounts", posts=True),
    "pilotage/personnes/<int:pk>/roles/donner/": matter("accounts"),
    "pilotage/personnes/<int:pk>/<slug:act>/": matter("accounts"),
    "pilotage/personnes/roles/<int:pk>/retirer/": matter("accounts"),
    "pilotage/": OWN,
    "pilotage/projets/": LIST, "pilotage/projets.csv": LIST,
    "pilotage/projets/<project:code>/": PROJECT,
    "pilotage/projets/<project:code>/blocs/<slug:name>/": PROJECT,
    "pilotage/projets/<project:code>/modifier/": change("facts"),
    "pilotage/projets/<project:code>/credits/<str:section>/<int:year>/": change("money"),
    "pilotage/projets/<project:code>/autorisations/ajouter/": change("money"),
    "pilotage/projets/<project:code>/financements/ajouter/": change("money"),
    "pilotage/projets/<project:code>/financements/<int:pk>/": change("money"),
    "pilotage/ppi/": About("sum"), "pilotage/ppi.csv": AGENT,
    "pilotage/composants/": AGENT,
    "pilotage/donnees/": AGENT, "pilotage/donnees/collectes/": AGENT,
    "pilotage/donnees/collectes/<int:run_id>/": AGENT,
    "pilotage/donnees/flux/<slug:code>/collecter/": matter("sources", posts=True),
    "pilotage/donnees/exemples/": AGENT,
    "pilotage/donnees/effets/": OWN,
    "pilotage/donnees/effets/<project:code>/": PROJECT,
    "pilotage/documents/": AGENT,
    "pilotage/documents/fiche/<project:code>/": About("project", posts=True),
    "pilotage/documents/<int:document_id>/": DOCUMENT,
    "pilotage/documents/<int:document_id>/avancement/": DOCUMENT,
    "pilotage/documents/<int:document_id>/fichier/": About("file"),
}  # fmt: skip

VALUES = {
    "<slug:layer>/<int:z>/<int:x>/<int:y>": "projets/0/0/0", "<slug:name>": "money",
    "<str:section>/<int:year>": "investissement/2026", "<slug:act>": "fermer",
}  # fmt: skip


def every_route() -> Iterator[tuple[str, Any]]:
    """(route, pattern), of our addresses and of others."""
    yield from _walk(get_resolver().url_patterns, "")


def our_routes() -> set[str]:
    return {route for route, _pattern in every_route() if not route.startswith(FOREIGN)}


def _walk(patterns: Any, before: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern
