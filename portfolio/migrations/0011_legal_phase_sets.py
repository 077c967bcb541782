"""The phases that the law gives to each kind of works, and those of a study.

Design elements are those of the Code de la commande publique, book IV: new buildings
(art. R2431-8 to R2431-18), rehabilitation of buildings (art. R2431-19 to R2431-23),
infrastructure (art. R2431-24 to R2431-31). What comes before and after them is the owner's own
part: programme (art. L2421-2 to L2421-5), guarantee (Code civil, art. 1792-6), review.

Sets that exist already stay as they are: these have codes of their own.
"""

from django.db import migrations

NEW = "CCP, art. R2431-4"
REHABILITATION = "CCP, art. R2431-19 à R2431-23"
INFRASTRUCTURE = "CCP, art. R2431-24 à R2431-31"
GUARANTEE = "Code civil, art. 1792-6"
OWNER = "CCP, art. L2421-2 à L2421-5"

# code, short, French, English; the source is the set's own unless OWNERS or a mark says otherwise
BEFORE = [
    ("faisabilite", "FAI", "Faisabilité", "Feasibility"),
    ("programme", "PRG", "Programme", "Brief"),
]
AFTER = [
    ("act", "ACT", "Passation des marchés de travaux", "Award of the works contracts"),
    ("exe-visa", "EXE/VISA", "Études d’exécution ou visa", "Execution drawings or their approval"),
    ("det", "DET", "Direction de l’exécution des travaux", "Direction of the works"),
    ("aor", "AOR", "Assistance à la réception", "Assistance at handover"),
    ("gpa", "GPA", "Garantie de parfait achèvement", "Year of the perfect-completion guarantee"),
    ("mise-en-service", "MES", "Mise en service", "Commissioning"),
    ("bilan", "BIL", "Bilan", "Review of results"),
]
FIRST = {
    "mop-batiment": ("esq", "ESQ", "Esquisse", "Sketch design"),
    "mop-rehabilitation": ("dia", "DIA", "Diagnostic", "Survey"),
    "mop-infrastructure": ("ep", "EP", "Études préliminaires", "Preliminary studies"),
}
DESIGN = [
    ("avp", "AVP", "Avant-projet", "Preliminary design"),
    ("pro", "PRO", "Projet", "Final design"),
]
STUDY = [
    ("lancement", "", "Lancement", "Start"),
    ("diagnostic", "", "Diagnostic partagé", "Shared diagnosis"),
    ("scenarios", "", "Scénarios", "Scenarios"),
    ("concertation", "", "Concertation", "Consultation"),
    ("arbitrage", "", "Arbitrage", "Decision"),
    ("rendu", "", "Rendu", "Final report"),
]
SETS = [
    ("mop-batiment", "MOP, construction neuve de bâtiment", "Public works: new building", NEW),
    ("mop-rehabilitation", "MOP, réhabilitation de bâtiment", "Public works: rehabilitation",
     REHABILITATION),
    ("mop-infrastructure", "MOP, infrastructure", "Public works: infrastructure", INFRASTRUCTURE),
]
OWNERS = {"faisabilite": OWNER, "programme": OWNER, "gpa": GUARANTEE, "mise-en-service": "",
          "bilan": ""}
OF_NEW_BUILDING = {"esq": "CCP, art. R2431-8", "avp": "CCP, art. R2431-9 à R2431-11",
                   "exe-visa": "CCP, art. R2431-15 et R2431-16"}
OF_REHABILITATION = {"dia": "CCP, art. R2431-19", "avp": "CCP, art. R2431-20 à R2431-22"}
OF_INFRASTRUCTURE = {"ep": "CCP, art. R2431-24 (R2431-25 : diagnostic, en réhabilitation)",
                     "avp": "CCP, art. R2431-26"}
MARKED = {"mop-batiment": OF_NEW_BUILDING, "mop-rehabilitation": OF_REHABILITATION,
          "mop-infrastructure": OF_INFRASTRUCTURE}


def enter(apps, schema_editor):
    for code, name_fr, name_en, source in SETS:
        phases = [*BEFORE, FIRST[code], *DESIGN, *AFTER]
        own = {**OWNERS, **MARKED[code]}
        _set(apps, (code, name_fr, name_en, source), phases, own, source)
    _set(apps, ("etude-urbaine", "Étude urbaine ou de faisabilité", "Urban or feasibility study", ""),
         STUDY, {}, "")
    # Sets from before this column: their phase of works says so.
    apps.get_model("portfolio", "Phase").objects.filter(code="travaux").update(is_works=True)


def _set(apps, names, phases, own, source):
    code, name_fr, name_en, of_set = names
    sets, steps = (apps.get_model("portfolio", name) for name in ("PhaseSet", "Phase"))
    if sets.objects.filter(code=code).exists():
        return
    made = sets.objects.create(code=code, name_fr=name_fr, name_en=name_en, source=of_set)
    for rank, (phase, short, french, english) in enumerate(phases, start=1):
        steps.objects.create(
            phase_set=made, code=phase, short=short, name_fr=french, name_en=english, rank=rank,
            source=own.get(phase, source), is_works=phase == "det",
        )


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0010_schedule")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
