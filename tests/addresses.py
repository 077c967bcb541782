"""Every address of the site, as a route, and what it is about: `tests/test_rights_matrix.py` makes
of it what each role must get. A new address needs its line in `EXPECTED`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import URLResolver

# Wagtail's and Django's own screens: who enters them is tested in test_rights and test_editors.
FOREIGN = ("cms/", "admin/", "documents/", "media/", "_util/", "^media/")


@dataclass(frozen=True)
class About:
    """`kind`: project (read), change (one of the `part`s of a project), list (names the projects
    that are read), own (names those whose part is changed), sum (counts those that are read),
    matter (a `part` of the whole metropolis), programme (its texts), document (of somebody else:
    for those who read everything), job (an import of somebody else: for administrators), private
    (of somebody else: for nobody), agent (anybody with an account), open (everybody), public (the
    same for everybody: tests/test_rights.py).

    `of` is the record that the address names, one that belongs to the project of the address;
    `posts` is how it is asked for; `query` goes with it; `drafts`: whether drafts are there.
    """

    kind: str
    part: str = ""
    of: str = ""
    posts: bool = False
    query: str = ""
    drafts: bool = True

    def named(self, of: str) -> "About":
        return replace(self, of=of)


PROJECT, LIST, OWN, SUM, AGENT = (
    About("project"), About("list"), About("own", "facts"), About("sum"), About("agent")
)  # fmt: skip
OPEN, PUBLIC, DOCUMENT, FILE = About("open"), About("public"), About("document"), About("file")
PRIVATE, JOB = About("private"), About("job", of="job")


def change(part: str, of: str = "", *, posts: bool = False) -> About:
    """`part` may be several, any of which will do."""
    return About("change", part, of, posts)


def matter(part: str, of: str = "", *, posts: bool = False) -> About:
    return About("matter", part, of, posts)


def listed(query: str = "", of: str = "", *, drafts: bool = True) -> About:
    return About("list", of=of, query=query, drafts=drafts)


ANY_PART = (
    "facts visibility schedule money risks people place documents dependencies review validation"
)
OF_A_PROJECT = {
    "": PROJECT,
    "blocs/<slug:name>/": PROJECT,
    "modifier/": change("facts"),
    # calendar
    "jalons.ics": PROJECT,
    "jalons/ajouter/": change("schedule"),
    "jalons/<int:pk>/deplacer/": change("schedule", "milestone"),
    "jalons/<int:pk>/constater/": change("schedule", "milestone"),
    "jalons/<int:pk>/corriger/": change("schedule", "milestone"),
    "jalons/<int:pk>/retirer/": change("schedule", "milestone"),
    "phase/": change("schedule"),
    "phases/dates/": change("schedule"),
    "phases/<int:pk>/": change("schedule", "phase"),
    "phases/dates/<int:pk>/retirer/": change("schedule", "period"),
    "procedures/ajouter/": change("schedule"),
    "procedures/<int:pk>/": change("schedule", "procedure"),
    "procedures/<int:pk>/retirer/": change("schedule", "procedure"),
    "dependances/ajouter/": change("dependencies"),
    "dependances/<int:pk>/retirer/": change("dependencies", "dependency"),
    # money
    "credits/<str:section>/<int:year>/": change("money"),
    "credits/<str:section>/<int:year>/reporter/": change("money"),
    "autorisations/ajouter/": change("money"),
    "financements/ajouter/": change("money"),
    "financements/<int:pk>/": change("money", "funding"),
    "estimations/ajouter/": change("money"),
    "estimations/<int:pk>/completer/": change("money", "estimate"),
    "budget-vert/": change("money"),
    "fonctionnement/ajouter/": change("money"),
    "fonctionnement/<int:pk>/": change("money", "running"),
    "fonctionnement/<int:pk>/retirer/": change("money", "running"),
    "chef-de-file/": change("money"),
    "derogations/ajouter/": change("money"),
    "derogations/<int:pk>/retirer/": change("money", "derogation"),
    # place, documents, people, risks
    "lieu/": change("place"),
    "zones/ajouter/": change("place"),
    "zones/<int:pk>/retirer/": change("place", "zone"),
    "pieces/ajouter/": change("documents"),
    "pieces/<int:pk>/modifier/": change("documents", "file"),
    "pieces/<int:pk>/version/": change("documents", "file"),
    "pieces/<int:pk>/retirer/": change("documents", "file"),
    "acteurs/ajouter/": change("people"),
    "acteurs/<int:pk>/modifier/": change("people", "stakeholder"),
    "acteurs/<int:pk>/retirer/": change("people", "stakeholder"),
    "risques/ajouter/": change("risks"),
    "risques/<int:pk>/": PROJECT.named("risk"),
    "risques/<int:pk>/modifier/": change("risks", "risk"),
    "risques/<int:pk>/retirer/": change("risks", "risk"),
    # reviews
    "revue/": change("review"),
    "revue/<int:year>-<int:month>/": change("review"),
    "revue/<int:year>-<int:month>/brouillon/": change("review", posts=True),
    "revue/<int:year>-<int:month>/rien-de-neuf/": change("review", posts=True),
    "revue/<int:year>-<int:month>/reprendre/": change("review", posts=True),
    "statut/<str:axis>/": change("review"),
    "statut/<int:pk>/lever/": change("review", "override"),
    # evidence
    "preuves/": PROJECT,
    "preuves/<int:target_id>.csv": PROJECT.named("target"),
    "preuves/bilan/": PROJECT,
    "preuves/evaluations/nouvelle/": change("facts", posts=True),
    "preuves/evaluations/<int:pk>/": PROJECT.named("evaluation"),
    "preuves/evaluations/<int:pk>/chiffres.csv": PROJECT.named("evaluation"),
    "preuves/evaluations/<int:pk>/calculer/": change("facts", "evaluation", posts=True),
    "preuves/evaluations/<int:pk>/retirer/": change("facts", "evaluation"),
    "preuves/evaluations/<int:pk>/jeter/": change("facts", "evaluation to throw away", posts=True),
    "preuves/evaluations/<int:pk>/plan/<slug:step>/": change("facts", "evaluation draft"),
    "preuves/evaluations/<int:pk>/plan/<slug:step>/garder/": change(
        "facts", "evaluation draft", posts=True
    ),
    # history: who changes nothing of a project puts nothing back; the rest is a test of its own
    "historique/": PROJECT,
    "historique.csv": PROJECT,
    "historique/<uuid:change>/annuler/": change(ANY_PART, "change", posts=True),
    "historique/<uuid:change>/restaurer/": change(ANY_PART, "change"),
}

STEERING = {
    # sign-in and one's account
    "connexion/": OPEN,
    "connexion/fournisseur/": OPEN,
    "connexion/oubli/": OPEN,
    "connexion/oubli/envoye/": OPEN,
    "connexion/mot-de-passe/<uidb64>/<token>/": OPEN,
    "connexion/mot-de-passe/enregistre/": OPEN,
    "connexion/code/": OPEN,
    "deconnexion/": OPEN,
    "mon-compte/": AGENT,
    "mon-compte/mot-de-passe/": AGENT,
    "mon-compte/confirmer/": AGENT,
    "mon-compte/confirmer/code/": AGENT,
    "mon-compte/second-facteur/": AGENT,
    "mon-compte/second-facteur/retirer/": PRIVATE,
    "mon-compte/codes-de-secours/": PRIVATE,
    "mon-compte/codes-de-secours/nouveaux/": AGENT,
    "mes-notifications/": AGENT,
    # people
    "personnes/": matter("accounts"),
    "personnes/inviter/": matter("accounts"),
    "personnes/<int:pk>/": matter("accounts", "person"),
    "personnes/<int:pk>/lien/": matter("accounts", "person", posts=True),
    "personnes/<int:pk>/roles/donner/": matter("accounts", "person"),
    "personnes/<int:pk>/<slug:act>/": matter("accounts", "person"),
    "personnes/roles/<int:pk>/retirer/": matter("accounts", "role"),
    # lists and boards
    "": OWN,
    "projets/": LIST,
    "projets.csv": LIST,
    "projets.xlsx": LIST,
    "projets.geojson": LIST,
    "nouveaux-projets.xlsx": AGENT,
    "tableau-de-bord/": listed("lead=tout", drafts=False),
    "calendrier/": LIST,
    "calendrier.ics": LIST,
    "risques/": LIST,
    "qualite/": SUM,
    "qualite.csv": SUM,
    "ppi/": About("sum", query="from=2026"),
    "ppi.csv": SUM,
    "ppi.xlsx": LIST,
    "ppi/<str:section>/<int:year>/": LIST,
    "reports-de-credits/": listed("year=2026"),
    "programmes/": SUM,
    "programmes/<slug:code>/": LIST.named("programme"),
    "programmes/<slug:code>/modifier/": About("programme"),
    "organisations/": SUM,
    "organisations/<slug:code>/": LIST.named("organisation"),
    "organisations/nouvelle/ajouter/": matter("accounts"),
    "organisations/<slug:code>/modifier/": matter("accounts", "organisation"),
    # alerts and reviews
    "alertes/": listed("scope=all"),
    "alertes/<int:pk>/": PROJECT.named("alert"),
    "alertes/<int:pk>/traiter/": change("facts money", "alert"),
    "alertes/<int:pk>/annuler/": change("facts money", "alert", posts=True),
    "revues/": About("own", "validation"),
    "revues/<int:pk>/renvoyer/": change("validation", "review"),
    # prioritisation
    "priorites/": AGENT,
    "priorites/nouvel-exercice/": matter("priorities"),
    "priorites/<int:pk>/": LIST.named("exercise"),
    "priorites/<int:pk>/modifier/": matter("priorities", "exercise"),
    "priorites/<int:pk>/etape/<slug:act>/": matter("priorities", "exercise", posts=True),
    "priorites/<int:pk>/criteres/ajouter/": matter("priorities", "exercise"),
    "priorites/<int:pk>/criteres/<int:criterion_pk>/modifier/": matter("priorities", "criterion"),
    "priorites/<int:pk>/criteres/<int:criterion_pk>/retirer/": matter(
        "priorities", "criterion", posts=True
    ),
    "priorites/<int:pk>/candidats/ajouter/": matter("priorities", "exercise"),
    "priorites/<int:pk>/candidats/<int:candidate_pk>/retirer/": matter(
        "priorities", "any candidate"
    ),
    "priorites/<int:pk>/candidats/<int:candidate_pk>/": PROJECT.named("candidate"),
    "priorites/<int:pk>/notes/<int:candidate_pk>/<int:criterion_pk>/": PROJECT.named("score"),
    "priorites/<int:pk>/notes.csv": LIST.named("exercise"),
    "priorites/<int:pk>/poids/": matter("scores", "exercise"),
    "priorites/<int:pk>/poids/<slug:way>/": matter("scores", "exercise"),
    "priorites/<int:pk>/poids.csv": AGENT.named("exercise"),
    "priorites/<int:pk>/classement/": LIST.named("exercise"),
    "priorites/<int:pk>/classement.csv": LIST.named("exercise"),
    "priorites/<int:pk>/rangs.csv": LIST.named("exercise"),
    "donnees/priorites/<int:pk>/mesurer/": matter("priorities", "exercise", posts=True),
    # what belongs to no project
    "phases/": matter("accounts"),
    "phases/ajouter/": matter("accounts"),
    "phases/<int:pk>/": matter("accounts", "phase set"),
    "phases/<int:pk>/retirer/": matter("accounts", "phase set"),
    "phases/<int:pk>/phases/ajouter/": matter("accounts", "phase set"),
    "phases/phase/<int:pk>/": matter("accounts", "other phase"),
    "parametres/": AGENT,
    "parametres/ajouter/": matter("parameters"),
    "parametres/index/ajouter/": matter("parameters"),
    "parametres/index/<slug:name>/": About("agent", "parameters", "price index"),
    # what belongs to somebody
    "vues/": AGENT,
    "vues/enregistrer/": AGENT,
    "vues/<int:pk>/": PRIVATE.named("view"),
    "vues/<int:pk>/retirer/": About("private", of="view", posts=True),
    "imports/": AGENT,
    "imports/<int:pk>/": JOB,
    "imports/<int:pk>/avancement/": JOB,
    "imports/<int:pk>/erreurs/": JOB,
    "imports/<int:pk>/arreter/": About("private", of="job", posts=True),
    "imports/<int:pk>/annuler/": About("private", of="job", posts=True),
    "documents/": AGENT,
    "documents/fiche/<project:code>/": About("project", posts=True),
    "documents/<int:document_id>/": DOCUMENT.named("document"),
    "documents/<int:document_id>/avancement/": DOCUMENT.named("document"),
    "documents/<int:document_id>/fichier/": FILE.named("document"),
    # evidence
    "donnees/": AGENT,
    "donnees/collectes/": AGENT,
    "donnees/collectes/<int:run_id>/": AGENT.named("run"),
    "donnees/collectes/<int:run_id>/avancement/": AGENT.named("run"),
    "donnees/revisions/<int:target_id>/": PROJECT.named("target"),
    "donnees/collectes/<int:run_id>/decider/": matter("sources", "run", posts=True),
    "donnees/collectes/<int:run_id>/relire/": matter("sources", "run", posts=True),
    "donnees/reponses/<int:pk>/": matter("sources", "raw file"),
    "donnees/provenance/<slug:code>/<str:zone>/<str:day>/": AGENT,
    "donnees/registre/": AGENT,
    "donnees/registre.csv": AGENT,
    "donnees/registre.xlsx": AGENT,
    "donnees/a-regulariser/": AGENT,
    "donnees/sources/<slug:code>/": AGENT.named("source"),
    "donnees/sources/<slug:code>/modifier/": matter("sources", "source"),
    "donnees/sources/<slug:code>/accords/ajouter/": matter("sources", "source"),
    "donnees/accords/<int:pk>/modifier/": matter("sources", "agreement"),
    "donnees/accords/<int:pk>/retirer/": matter("sources", "agreement"),
    "donnees/indicateurs/<slug:code>/usages/": AGENT.named("indicator"),
    "donnees/indicateurs/<slug:code>/usages/declarer/": AGENT.named("indicator"),
    "donnees/indicateurs/": AGENT,
    "donnees/indicateurs/<slug:code>/": AGENT.named("indicator"),
    "donnees/indicateurs/<slug:code>/unite/": matter("sources", "indicator"),
    "donnees/indicateurs/<slug:code>/formule/": matter("sources", "indicator"),
    "donnees/sources/<slug:code>/cle/": matter("sources", "source"),
    "donnees/sources/<slug:code>/etat/": matter("sources", "source", posts=True),
    "donnees/flux/<slug:code>/": AGENT.named("feed"),
    "donnees/flux/<slug:code>/sources.yml": matter("sources", "feed"),
    "donnees/flux/<slug:code>/modifier/": matter("sources", "feed", posts=True),
    "donnees/flux/<slug:code>/etat/": matter("sources", "feed", posts=True),
    "donnees/flux/<slug:code>/contrat/": matter("sources", "feed"),
    "donnees/flux/<slug:code>/contrat/envoyer/": matter("sources", "feed"),
    "donnees/flux/<slug:code>/contrat.yml": AGENT.named("feed"),
    "donnees/brouillons/ajouter/": matter("sources", posts=True),
    "donnees/brouillons/<int:pk>/jeter/": About("private", of="draft", posts=True),
    "donnees/brouillons/<int:pk>/sources.yml": PRIVATE.named("draft"),
    "donnees/brouillons/<int:pk>/<slug:step>/": PRIVATE.named("draft"),
    "donnees/brouillons/<int:pk>/<slug:step>/garder/": About("private", of="draft", posts=True),
    "donnees/flux/<slug:code>/collecter/": matter("sources", "feed", posts=True),
    "donnees/flux/<slug:code>/deposer/": matter("sources", "deposit feed"),
    "donnees/flux/<slug:code>/deposants/": matter("sources", "deposit feed", posts=True),
    "donnees/flux/<slug:code>/modele.xlsx": matter("sources", "deposit feed"),
    "donnees/flux/<slug:code>/modele.csv": matter("sources", "deposit feed"),
    "donnees/depots/": AGENT,
    "donnees/depots/<int:pk>/": matter("sources", "deposit"),
    "donnees/depots/<int:pk>/avancement/": matter("sources", "deposit"),
    "donnees/depots/<int:pk>/fichier/": matter("sources", "deposit"),
    "donnees/depots/<int:pk>/jeter/": matter("sources", "waiting deposit", posts=True),
    "donnees/depots/<int:pk>/retirer/": matter("sources", "deposit", posts=True),
    "donnees/ruptures/": AGENT,
    "donnees/ruptures/declarer/": matter("sources"),
    "donnees/ruptures/<int:pk>/retirer/": matter("sources", "break"),
    "donnees/cibles/": AGENT,
    "donnees/cibles/ajouter/": matter("sources"),
    "donnees/cibles/<int:pk>/modifier/": matter("sources", "territory target"),
    "donnees/cibles/<int:pk>/retirer/": matter("sources", "territory target"),
    "donnees/groupes/": AGENT,
    "donnees/groupes/ajouter/": matter("sources"),
    "donnees/groupes/<slug:code>/modifier/": matter("sources", "group"),
    "donnees/lieux-a-comparer/": AGENT,
    "donnees/lieux-a-comparer/ajouter/": matter("sources"),
    "donnees/lieux-a-comparer/<int:pk>/modifier/": matter("sources", "place"),
    "donnees/lieux-a-comparer/<int:pk>/retirer/": matter("sources", "place"),
    "donnees/exemples/": AGENT,
    "donnees/preuves/": LIST,
    "donnees/preuves.csv": LIST,
    "donnees/preuves/inconnu/": LIST,
    "donnees/preuves/inconnu.csv": LIST,
    "donnees/preuves/promis-et-mesure/": LIST,
    "donnees/preuves/promis-et-mesure.csv": LIST,
    "donnees/effets/": OWN,
    "donnees/effets-mesures/": About("sum", drafts=False),
    "donnees/effets/programmes/<slug:code>/": SUM.named("programme"),
    "donnees/effets/<project:code>/": PROJECT,
    "donnees/effets/<project:code>/chaine/": PROJECT,
    "donnees/effets/<project:code>/chaine/ajouter/": change("facts"),
    "donnees/effets/<project:code>/chaine/<int:pk>/modifier/": change("facts", "link"),
    "donnees/effets/<project:code>/chaine/<int:pk>/retirer/": change("facts", "link"),
    "donnees/effets/<project:code>/cibles/ajouter/": change("facts"),
    "donnees/effets/<project:code>/cibles/<int:pk>/modifier/": change("facts", "target"),
    "donnees/effets/<project:code>/cibles/<int:pk>/retirer/": change("facts", "target"),
    "donnees/effets/<project:code>/statut/": PROJECT,
    # help
    "composants/": AGENT,
    "aide/": AGENT,
    "aide/visite/": About("agent", posts=True),
    "glossaire/": AGENT,
}

EXPECTED = {
    "healthz": OPEN,
    "readyz": OPEN,
    "metrics": OPEN,
    "robots.txt": OPEN,
    "langue/": OPEN,
    "oidc/retour/": OPEN,
    "oidc/sortie/": OPEN,
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
    "api/v1/^forecasts/$": LIST,
    "api/v1/^evaluations/$": LIST,
    "api/v1/^exercises/$": OPEN,
    "api/v1/^exercises/(?P<pk>[0-9]+)/$": OPEN.named("exercise"),
    "api/v1/schema/": OPEN,
    "api/v1/docs/": OPEN,
    "catalog.jsonld": PUBLIC,
    "donnees-ouvertes/indicateurs/<slug:code>.csv": PUBLIC,
    "tuiles/<slug:layer>/<int:z>/<int:x>/<int:y>.pbf": LIST,
    "fichiers/<int:pk>/": PROJECT.named("file"),
    **{f"pilotage/{route}": about for route, about in STEERING.items()},
    **{f"pilotage/projets/<project:code>/{route}": a for route, a in OF_A_PROJECT.items()},
}

VALUES = {
    "provenance/<slug:code>/<str:zone>/<str:day>": "provenance/a-measure/a-zone/2024-01-01",
    "plan/<slug:step>": "plan/question",
    "<slug:layer>/<int:z>/<int:x>/<int:y>": "projets/0/0/0", "<slug:name>": "money",
    "<str:section>/<int:year>": "investissement/2026", "<int:year>-<int:month>": "2026-5",
    "etape/<slug:act>": "etape/mesurer", "<slug:way>": "points",
    "<slug:step>": "source", "<str:axis>": "cout", "<slug:act>": "fermer", "<uidb64>": "x", "<token>": "x",
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
