"""A file is checked cell by cell, shown, then applied project by project."""

import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from portfolio.imports.exchange import marked
from portfolio.imports.exchange.columns import TITLES
from portfolio.imports.exchange.plan import CellFault
from portfolio.models import ImportJob, PaymentCredit, Project, Section
from portfolio.services import import_jobs, projects
from tests.factories.portfolio import (
    NOW,
    make_credit,
    make_organisation,
    make_phase_set,
    make_programme,
    make_project,
    make_user,
)
from tests.portfolio.imports.exchange.sheets import (
    apply,
    cell,
    changed,
    clock,
    code_of,
    exported,
    put,
    send,
    stored,
)

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def owner(client, db):
    owner = make_user(username="cheffe", organisation=make_organisation(name_fr="Voirie"))
    client.force_login(owner)
    return owner


@pytest.fixture
def project(owner) -> Project:
    return make_project(
        code="P-1", name_fr="Pont-quai", name_en="", lead=owner.organisation, manager=owner,
        programme=make_programme(name_fr="Réseau cyclable"), summary_fr="Un pont.\r\n\r\nÀ pied.",
        starts_on=date(2025, 1, 1), ends_on=date(2027, 6, 30),
    )  # fmt: skip


def edit(client, *edits):
    """The exported file with some cells changed: (sheet, line, key, value)."""

    def change(book):
        for edit_ in edits:
            put(book, *edit_)

    return changed(exported(client), change)


def messages(job) -> dict[str, str]:
    return {fault["cell"]: fault["reason"] for fault in job.faults}


def test_a_file_that_comes_back_untouched_changes_nothing(client, owner, project):
    make_credit(project)
    job = send(exported(client), owner)
    assert (job.state, job.faults, job.changes, job.unchanged) == ("CHECKED", [], [], 1)
    with pytest.raises(ValidationError):
        import_jobs.ask(job=job, reason="x", forced=(), by=owner)


def test_a_changed_cell_is_shown_before_and_after_then_stored_with_author_and_reason(
    client, owner, project
):
    data = edit(client, ("PROJECTS", 2, "ends_on", date(2028, 3, 1)),
                ("PROJECTS", 2, "phase", "Mise en service"))  # fmt: skip
    job = send(data, owner)
    (change,) = job.changes
    assert [(f["key"], f["before"], f["after"]) for f in change["fields"]] == [
        ("phase", "Travaux", "Mise en service"), ("ends_on", "2027-06-30", "2028-03-01"),
    ]  # fmt: skip
    assert stored("P-1").ends_on == date(2027, 6, 30)
    job = apply(job)
    assert job.state == "DONE"
    after = stored("P-1")
    assert (after.ends_on, after.phase.code) == (date(2028, 3, 1), "service")
    event = Project.pgh_event_model.objects.filter(pgh_obj=after).latest("pgh_id")
    assert event.pgh_context.metadata["user"] == owner.pk
    assert event.pgh_context.metadata["reason"].startswith("Revue de juin")


def test_every_wrong_cell_is_named_and_the_nearest_value_is_proposed(client, owner, project):
    data = edit(client, ("PROJECTS", 2, "phase", "Travau"), ("PROJECTS", 2, "starts_on", "hier"),
                ("PROJECTS", 2, "name_fr", None))  # fmt: skip
    job = send(data, owner)
    assert set(messages(job)) == {"J2", "M2", "B2"}
    assert "Travaux" in messages(job)["J2"]
    assert job.changes == []


def test_the_same_file_comes_back_with_its_errors_and_nothing_else_changed(client, owner, project):
    data = edit(client, ("PROJECTS", 2, "phase", "Travau"))
    job = send(data, owner)
    body, suffix = marked.mark(data, [CellFault(**fault) for fault in job.faults])
    before, after = (load_workbook(io.BytesIO(b)) for b in (data, body))
    assert suffix == ".xlsx"
    page, was = after.worksheets[0], before.worksheets[0]
    assert "Travaux" in page.cell(2, was.max_column + 1).value
    assert page["J2"].fill.fgColor.rgb == "00F9D6D2"
    assert [[c.value for c in row] for row in page.iter_rows(max_col=was.max_column)] == [
        [c.value for c in row] for row in was.iter_rows()
    ]
    assert len(page.data_validations.dataValidation) == len(was.data_validations.dataValidation)

    def correct(book):
        put(book, "PROJECTS", 2, "phase", "Mise en service")

    again = send(changed(body, correct), owner)
    assert (again.faults, code_of(again), again.notes) == ([], ["P-1"], [])


def test_what_the_register_refuses_is_told_at_its_cell_before_anything_is_stored(
    client, owner, project
):
    make_credit(project, 2026)
    data = edit(client, ("PROJECTS", 2, "ends_on", date(2020, 1, 1)),
                ("CREDITS", 2, "paid_eur", 400_000))  # fmt: skip
    assert set(messages(send(data, owner))) == {"N2"}
    data = edit(client, ("CREDITS", 2, "paid_eur", 400_000))
    assert set(messages(send(data, owner))) == {"H2"}
    assert PaymentCredit.objects.get().paid_eur == 200_000


def test_credits_go_out_and_come_back(client, owner, project):
    make_credit(project, 2026)
    data = edit(client, ("CREDITS", 2, "voted_eur", 750_000.5), ("CREDITS", 2, "paid_eur", None),
                ("CREDITS", 3, "code", "P-1"), ("CREDITS", 3, "section", str(Section.INVESTMENT.label)),
                ("CREDITS", 3, "year", 2027), ("CREDITS", 3, "voted_eur", "1,5 M€"))  # fmt: skip
    job = apply(send(data, owner))
    assert job.lines.get().result == "APPLIED"
    first, second = PaymentCredit.objects.order_by("year")
    assert (first.voted_eur, first.paid_eur) == (Decimal("750000.50"), None)
    assert (second.voted_eur, second.paid_eur) == (1_500_000, None)


def test_a_new_project_is_entered_by_those_who_may_change_it_afterwards(client, owner, project):
    def add(department):
        return edit(client, ("PROJECTS", 3, "code", "P-9"), ("PROJECTS", 3, "name_fr", "Halle"),
                    ("PROJECTS", 3, "phase_set", make_phase_set().name),
                    ("PROJECTS", 3, "lead", department))  # fmt: skip

    other = make_organisation(name_fr="Espaces verts")
    assert list(messages(send(add(other.name_fr), owner))) == ["G3"]
    job = send(add("Voirie"), owner)
    assert job.changes[0]["is_new"]
    apply(job)
    assert (stored("P-9").visibility, stored("P-9").lead) == ("DRAFT", owner.organisation)


def test_a_project_of_others_is_refused_at_its_code(client, owner, project):
    make_project(code="P-2", visibility="INTERNAL", name_fr="Autre")
    data = changed(exported(client, "q=Autre"), lambda b: put(b, "PROJECTS", 2, "address", "ici"))
    assert list(messages(send(data, owner))) == ["A2"]


def test_a_row_changed_since_the_export_is_told_and_left_out_unless_chosen(client, owner, project):
    data = edit(client, ("PROJECTS", 2, "address", "Quai des Mariniers"))
    colleague = make_user(username="collegue", first_name="Ana", last_name="Sol")
    projects.update(project=project, changes={"name_en": "Bridge"}, by=colleague, reason="r",
                    at=LATER)  # fmt: skip
    job = send(data, owner)
    assert (job.changes[0]["stale"], job.changes[0]["stale_by"]) == (True, "Ana Sol")
    assert apply(job).lines.get().result == "STALE"
    assert stored("P-1").address == ""
    chosen = apply(send(data, owner), forced=("P-1",))
    assert chosen.lines.get().result == "APPLIED"
    assert stored("P-1").address == "Quai des Mariniers"


def test_what_changes_after_the_preview_is_left_out(client, owner, project):
    job = send(edit(client, ("PROJECTS", 2, "address", "Quai")), owner)
    projects.update(project=project, changes={"address": "Place"}, by=owner, reason="r", at=LATER)
    job = apply(job, forced=("P-1",))
    assert job.lines.get().result == "MOVED"
    assert stored("P-1").address == "Place"


def test_an_emptied_cell_of_an_exported_row_empties_and_of_a_row_of_ones_own_says_nothing(
    client, owner, project
):
    data = edit(client, ("PROJECTS", 2, "ends_on", None), ("PROJECTS", 2, "starts_on", "n.d."))
    apply(send(data, owner))
    assert (stored("P-1").starts_on, stored("P-1").ends_on) == (None, None)
    data = edit(client, ("PROJECTS", 2, "programme", None), ("PROJECTS", 2, "version", None))
    assert send(data, owner).changes == []


def test_a_worker_that_dies_leaves_each_project_done_once(client, owner, project, monkeypatch):
    make_project(code="P-2", name_fr="Halle", manager=owner)
    data = edit(client, ("PROJECTS", 2, "address", "ici"), ("PROJECTS", 3, "address", "là"))
    job = send(data, owner)
    import_jobs.ask(job=job, reason="r", forced=(), by=owner)
    create, calls = import_jobs.ImportLine.objects.create, []

    def dies(**fields):
        calls.append(fields)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return create(**fields)

    monkeypatch.setattr(import_jobs.ImportLine.objects, "create", dies)
    with pytest.raises(KeyboardInterrupt):
        import_jobs.apply(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.state, job.done, job.lines.count()) == ("APPLYING", 1, 1)
    assert Project.objects.filter(address="").count() == 1
    import_jobs.apply(job_id=job.pk, clock=clock)  # still held
    assert job.lines.count() == 1
    import_jobs.apply(job_id=job.pk, clock=lambda: NOW + timedelta(minutes=20))
    job.refresh_from_db()
    assert (job.state, job.lines.filter(result="APPLIED").count()) == ("DONE", 2)
    events = Project.pgh_event_model.objects.filter(pgh_label="update", code__in=["P-1", "P-2"])
    assert events.count() == 2


def test_a_job_that_is_stopped_keeps_what_was_applied(client, owner, project, monkeypatch):
    make_project(code="P-2", name_fr="Halle", manager=owner)
    data = edit(client, ("PROJECTS", 2, "address", "ici"), ("PROJECTS", 3, "address", "là"))
    job = send(data, owner)
    import_jobs.ask(job=job, reason="r", forced=(), by=owner)
    create = import_jobs.ImportLine.objects.create

    def stops(**fields):
        import_jobs.cancel(job=job, at=NOW)
        return create(**fields)

    monkeypatch.setattr(import_jobs.ImportLine.objects, "create", stops)
    import_jobs.apply(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.state, job.lines.count()) == ("CANCELLED", 1)


def test_an_import_is_taken_back_except_for_what_changed_again(client, owner, project):
    make_credit(project, 2026)
    data = edit(client, ("PROJECTS", 2, "address", "ici"), ("PROJECTS", 2, "ends_on", None),
                ("CREDITS", 2, "voted_eur", 900_000))  # fmt: skip
    job = apply(send(data, owner))
    projects.update(project=project, changes={"address": "ailleurs"}, by=owner, reason="r",
                    at=LATER)  # fmt: skip
    back = import_jobs.undo(job=job, by=owner, at=LATER)
    import_jobs.check(job_id=back.pk, clock=clock)
    back.refresh_from_db()
    assert back.faults == []
    apply(back)
    after = stored("P-1")
    assert (after.address, after.ends_on) == ("ailleurs", date(2027, 6, 30))
    assert PaymentCredit.objects.get().voted_eur == 500_000


def test_a_job_that_kills_every_worker_ends_failed(owner):
    job = ImportJob.objects.create(owner=owner, file_name="x", content=b"", sha256="", language="fr",
                                   sent_at=NOW, attempts=5)  # fmt: skip
    import_jobs.check(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert job.state == "FAILED"


def test_the_file_has_lists_help_real_dates_and_numbers_and_no_formula(client, owner, project):
    make_project(code="P-2", name_fr="=1+1", manager=owner)
    book = load_workbook(io.BytesIO(exported(client, "q=P-")))
    page = book.worksheets[0]
    assert page.title == str(TITLES["PROJECTS"])
    assert page.freeze_panes == "C2"
    assert page.auto_filter.ref == "A1:S3"
    assert page["A1"].comment is not None
    assert page["B2"].data_type == "s"
    assert isinstance(cell(book, "PROJECTS", 3, "starts_on"), datetime)
    assert cell(book, "PROJECTS", 3, "current_cost_eur") == 1_200_000
    kinds = [rule.type for rule in page.data_validations.dataValidation]
    assert kinds.count("list") == 7
    assert page.column_dimensions["S"].hidden
    assert page.protection.sheet
    assert len(book.sheetnames) == 4  # projects, credits, lists, notes


def test_a_file_is_emptied_after_ninety_days_and_its_result_stays(client, owner, project):
    job = apply(send(edit(client, ("PROJECTS", 2, "address", "ici")), owner))
    before = (job.sha256, job.changes, job.done)
    assert import_jobs.forget(now=NOW + timedelta(days=90)) == 0
    assert import_jobs.forget(now=NOW + timedelta(days=91)) == 1
    assert import_jobs.forget(now=NOW + timedelta(days=91)) == 0
    job = ImportJob.objects.get(pk=job.pk)
    assert bytes(job.content) == b""
    assert (job.sha256, job.changes, job.done) == before
    assert job.lines.count() == 1
    assert client.get(f"/pilotage/imports/{job.pk}/").status_code == 200
    assert client.get(f"/pilotage/imports/{job.pk}/erreurs/").status_code == 404


def test_an_old_import_that_nobody_decided_on_is_stopped_one_that_is_asked_is_not(
    client, owner, project
):
    data = edit(client, ("PROJECTS", 2, "address", "ici"))
    left, asked = send(data, owner), send(data, owner)
    import_jobs.ask(job=asked, reason="x", forced=(), by=owner)
    import_jobs.forget(now=NOW + timedelta(days=91))
    states = dict(ImportJob.objects.values_list("pk", "state"))
    assert states == {left.pk: "CANCELLED", asked.pk: "ASKED"}
    assert bytes(ImportJob.objects.get(pk=asked.pk).content) == data


def test_a_list_that_its_owner_may_no_longer_bring_ends_in_words(client, owner, project):
    job = send(edit(client, ("PROJECTS", 2, "address", "ici")), owner)
    import_jobs.ask(job=job, reason="x", forced=(), by=owner)
    ImportJob.objects.filter(pk=job.pk).update(content=b"a;b\n1;2\n")
    import_jobs.apply(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    assert job.state == "FAILED"
    assert job.faults[0]["reason"]
    assert client.get(f"/pilotage/imports/{job.pk}/").status_code == 200
