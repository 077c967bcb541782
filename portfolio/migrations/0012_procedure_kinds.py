"""The usual procedures of a project, each with the text that founds it."""

from django.db import migrations

# code, names, source, residents take part, steps, plain words
KINDS = [
    ("concertation", "Concertation préalable", "Public consultation",
     "Code de l’urbanisme, art. L103-2 à L103-6", True,
     "Objectifs et modalités fixés par délibération\nDossier et registre mis à disposition\n"
     "Observations recueillies\nBilan arrêté et rendu public",
     "Council sets aims and means\nFile and register open to all\nRemarks collected\n"
     "Results approved and published",
     "Avant que le projet soit arrêté, habitants et associations donnent leur avis ; "
     "la métropole dit ensuite ce qu’elle en retient.",
     "Before the project is settled, residents and associations give their views; "
     "the metropolis then says what it keeps of them."),
    ("enquete-publique", "Enquête publique", "Public inquiry",
     "Code de l’environnement, art. L123-1 à L123-18", True,
     "Désignation du commissaire enquêteur\nArrêté d’ouverture et affichage\n"
     "Enquête (30 jours au moins avec évaluation environnementale, 15 sans)\n"
     "Rapport et conclusions publiés",
     "Inquiry commissioner appointed\nOpening order posted\n"
     "Inquiry (30 days at least with an environmental assessment, 15 without)\n"
     "Report and conclusions published",
     "Un commissaire indépendant recueille les avis de tous, puis rend un rapport public.",
     "An independent commissioner collects everybody’s views, then publishes a report."),
    ("dup", "Déclaration d’utilité publique", "Declaration of public utility",
     "Code de l’expropriation, art. L121-1 à L121-5", False,
     "Dossier déposé en préfecture\nEnquête préalable close\n"
     "Acte du préfet, un an au plus après l’enquête",
     "File sent to the prefect\nPrior inquiry closed\n"
     "Prefect’s act, within a year of the inquiry",
     "L’État dit si le projet justifie, au besoin, d’acquérir des terrains par expropriation.",
     "The State says whether the project justifies acquiring land, by expropriation if need be."),
    ("evaluation-environnementale", "Évaluation environnementale", "Environmental assessment",
     "Code de l’environnement, art. L122-1", False,
     "Examen au cas par cas ou évaluation systématique\nÉtude d’impact\n"
     "Avis de l’autorité environnementale\nRéponse du maître d’ouvrage",
     "Case-by-case review or compulsory assessment\nImpact study\n"
     "Opinion of the environmental authority\nOwner’s answer",
     "Une autorité indépendante donne son avis sur l’étude des effets du projet sur "
     "l’environnement et la santé.",
     "An independent authority gives its opinion on the study of the project’s effects on the "
     "environment and on health."),
    ("autorisation-environnementale", "Autorisation environnementale",
     "Environmental permit", "Code de l’environnement, art. L181-1", False,
     "Dossier déposé\nExamen et consultation du public\nArrêté préfectoral",
     "File submitted\nReview and public consultation\nPrefect’s order",
     "L’autorisation de l’État pour les travaux qui touchent l’eau, les milieux ou les espèces.",
     "The State’s permit for works that affect water, habitats or species."),
    ("permis-construire", "Permis de construire", "Building permit",
     "Code de l’urbanisme, art. L421-1", False,
     "Dossier déposé en mairie\nInstruction\nArrêté et affichage\nRecours purgés",
     "File submitted to the town hall\nReview\nOrder posted\nTime for appeals over",
     "L’autorisation de construire, donnée au vu des plans.",
     "The permission to build, given on the plans."),
    ("permis-amenager", "Permis d’aménager", "Development permit",
     "Code de l’urbanisme, art. L421-2", False,
     "Dossier déposé en mairie\nInstruction\nArrêté et affichage\nRecours purgés",
     "File submitted to the town hall\nReview\nOrder posted\nTime for appeals over",
     "L’autorisation d’aménager un terrain, un espace public ou un lotissement.",
     "The permission to lay out land, a public space or plots."),
]


def enter(apps, schema_editor):
    kinds = apps.get_model("portfolio", "ProcedureKind")
    for code, french, english, source, taking_part, steps_fr, steps_en, plain_fr, plain_en in KINDS:
        kinds.objects.create(
            code=code, name_fr=french, name_en=english, source=source,
            is_participation=taking_part, steps_fr=steps_fr, steps_en=steps_en,
            plain_fr=plain_fr, plain_en=plain_en,
        )


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0011_legal_phase_sets")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
