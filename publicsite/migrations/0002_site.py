"""The site's first pages, in French and English, instead of Wagtail's welcome page.

Editors own them from then on. Wagtail's tree is written by hand (`path`, `depth`, `numchild`):
historical models have none of its methods.
"""

import json
import uuid

from django.db import migrations

LANGUAGES = ("fr", "en")

HOME = {
    "fr": ("accueil", "Ce que la métropole transforme",
           "Où, quand, pour combien, et avec quel effet : les projets, leurs délais, leurs coûts"
           " et ce qu’ils changent, mesuré."),
    "en": ("home", "What the metropolis is transforming",
           "Where, when, for how much, and to what effect: the projects, their dates, their costs"
           " and the change they bring, measured."),
}
PROJECTS = {"fr": ("projets", "Les projets"), "en": ("projects", "Projects")}
TEXTS = (
    {
        "fr": ("accessibilite", "Accessibilité : non conforme", (
            "<p>Ce site est construit pour être lisible par tous : au clavier, avec un lecteur"
            " d’écran, sur un petit écran, imprimé. Chaque carte est accompagnée d’une liste, chaque"
            " graphique d’une phrase et d’un tableau.</p>",
            "<p>Il n’a pas encore été audité selon le référentiel général d’amélioration de"
            " l’accessibilité (RGAA). Faute d’audit, il doit être déclaré <b>non conforme</b>. Des"
            " contrôles automatiques passent à chaque version ; ils ne couvrent qu’une partie des"
            " critères.</p>",
            "<p>Si une information vous reste inaccessible, demandez-la à la métropole. Si la"
            " réponse ne vous convient pas, vous pouvez saisir le Défenseur des droits.</p>",
        )),
        "en": ("accessibility", "Accessibility: not compliant", (
            "<p>This site is built to be read by everyone: with a keyboard, with a screen reader,"
            " on a small screen, on paper. Every map comes with a list, every chart with a sentence"
            " and a table.</p>",
            "<p>It has not been audited against the French accessibility standard (RGAA) yet."
            " Without an audit it must be declared <b>not compliant</b>. Automatic checks run on"
            " every version; they cover only some of the criteria.</p>",
            "<p>If something remains out of your reach, ask the metropolis for it. If the answer"
            " does not help, you may turn to the Défenseur des droits.</p>",
        )),
    },
    {
        "fr": ("mentions-legales", "Mentions légales", (
            "<p>L’éditeur et l’hébergeur de ce site sont à compléter ici par la collectivité qui le"
            " met en service.</p>",
            "<p>Ce site ne dépose aucun traceur et ne charge rien d’un autre site. Sa consultation"
            " ne demande aucun compte.</p>",
            "<p>Les données des projets sont réutilisables selon la Licence Ouverte 2.0. Les mesures"
            " gardent la licence de leur producteur, indiquée auprès de chacune.</p>",
        )),
        "en": ("legal-notice", "Legal notice", (
            "<p>The publisher and the host of this site are to be filled in here by the authority"
            " that puts it into service.</p>",
            "<p>This site sets no tracker and loads nothing from another site. No account is needed"
            " to read it.</p>",
            "<p>The data about projects may be reused under the Licence Ouverte 2.0. Measures keep"
            " the licence of their producer, stated beside each of them.</p>",
        )),
    },
)  # fmt: skip


def make_site(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    root = Page.objects.get(depth=1)
    welcome = Page.objects.filter(depth=2)
    if welcome.exclude(url_path="/home/", content_type__model="page").exists():
        return  # somebody's own pages: theirs to arrange
    Site.objects.filter(root_page__in=welcome).delete()
    welcome.delete()
    Page.objects.filter(pk=root.pk).update(numchild=0)
    homes = _translations(apps, "HomePage", {code: root for code in LANGUAGES}, {
        code: {"slug": slug, "title": title, "lead": lead}
        for code, (slug, title, lead) in HOME.items()
    })  # fmt: skip
    _translations(apps, "ProjectsPage", homes, {
        code: {"slug": slug, "title": title} for code, (slug, title) in PROJECTS.items()
    })  # fmt: skip
    for text in TEXTS:
        _translations(apps, "TextPage", homes, {
            code: {"slug": slug, "title": title, "body": _body(paragraphs)}
            for code, (slug, title, paragraphs) in text.items()
        })  # fmt: skip
    Site.objects.create(hostname="localhost", port=80, root_page_id=homes["fr"].pk,
                        is_default_site=True)  # fmt: skip


def _translations(apps, model, parents, fields):
    """One page a language under its parent, tied by one translation key."""
    key = uuid.uuid4()
    return {
        code: _page(apps, model, parents[code], code, {**fields[code], "translation_key": key})
        for code in LANGUAGES
    }


def _page(apps, model, parent, language, fields):
    Page = apps.get_model("wagtailcore", "Page")
    locale, _ = apps.get_model("wagtailcore", "Locale").objects.get_or_create(
        language_code=language
    )
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="publicsite", model=model.lower()
    )
    parent = Page.objects.get(pk=parent.pk)
    parent.numchild += 1
    parent.save(update_fields=["numchild"])
    return apps.get_model("publicsite", model).objects.create(
        path=f"{parent.path}{parent.numchild:04d}",
        depth=parent.depth + 1,
        numchild=0,
        url_path=f"{parent.url_path}{fields['slug']}/",
        draft_title=fields["title"],
        locale_id=locale.pk,
        content_type_id=kind.pk,
        live=True,
        **fields,
    )


def _body(paragraphs):
    return json.dumps([{"type": "paragraph", "value": text, "id": str(uuid.uuid4())}
                       for text in paragraphs])  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("publicsite", "0001_pages"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("portfolio", "0002_french_search"),
    ]

    operations = [migrations.RunPython(make_site, migrations.RunPython.noop)]
