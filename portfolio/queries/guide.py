"""What the help says: the steps of the guided tour, and what each reader does week by week."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Step:
    """One step of the tour; `address` names the screen it speaks of."""

    title: Promise
    text: Promise
    address: str


@dataclass(frozen=True)
class Role:
    """What a reader does, and how often."""

    name: Promise
    tasks: tuple[tuple[Promise, Promise, str], ...]  # how often, what, where


TOUR = (
    Step(_("My week"), _("The first screen lists what waits for you: dates that slip, costs that grow, effects off their way. Each counter leads to its list."), "portfolio:home"),
    Step(_("Dashboard"), _("Your department at a glance: what is off track, late or dearer, its money, its effects, its reviews. Each counter leads to its list."), "portfolio:board"),
    Step(_("Projects"), _("Find a project by its name, programme, phase or place. The filter is in the address: send it, and your colleague sees the same list."), "portfolio:projects"),
    Step(_("One project"), _("Everything about a project is on one page, block by block. Press “Change” in a block to change it in place; each change asks why, can be undone, and stays in the history."), "portfolio:projects"),
    Step(_("Programmes and PPI"), _("Programmes add their projects up and say what the sums cover. The PPI shows the credits of each year."), "portfolio:programmes"),
    Step(_("Data quality"), _("The board says which facts are missing or stale, and who enters them."), "portfolio:quality"),
    Step(_("Help"), _("Words underlined with dots explain themselves. The help page says what to do each week, and starts this tour again."), "portfolio:help"),
)  # fmt: skip

WEEKLY, MONTHLY, YEARLY = _("Each week"), _("Each month"), _("Each year")
ROLES = (
    Role(_("Project manager"), (
        (WEEKLY, _("Look at what needs you, and enter what happened: a date reached, a date that moves, with its reason."), "portfolio:home"),
        (MONTHLY, _("Write the review of the month from your week: a judgement on each subject and a sentence, or that nothing has changed."), "portfolio:home"),
        (MONTHLY, _("Check that phase, milestones and estimate are still true, and complete what the project's page says is missing."), "portfolio:quality"),
    )),
    Role(_("Finance officer"), (
        (MONTHLY, _("Enter what was committed and paid on the credits of the year."), "portfolio:ppi"),
        (YEARLY, _("Once accounts are closed, enter the payments of the year and what is carried over; enter the votes of the council as acts."), "portfolio:carry-over"),
    )),
    Role(_("Director"), (
        (WEEKLY, _("Look at late milestones and grown costs of your department, and ask why where no reason is given."), "portfolio:board"),
        (MONTHLY, _("Read the programmes: money by year, phases, effects. Read each sum with what it covers."), "portfolio:programmes"),
    )),
    Role(_("Validator"), (
        (WEEKLY, _("Read the reviews that wait for you: validate them, or send one back and say why."), "portfolio:validation"),
    )),
    Role(_("Committee member"), (
        (YEARLY, _("Before an arbitration, score the projects you know, say what each score rests on, and give your weights: nobody else sees them until they are revealed."), "portfolio:priorities"),
    )),
    Role(_("Data steward"), (
        (WEEKLY, _("Open the data-quality board, and write to those who enter what is missing."), "portfolio:quality"),
        (MONTHLY, _("Look at the runs of the sources and at what was set aside."), "indicators:sources"),
    )),
    Role(_("Whoever prepares the arbitration"), (
        (YEARLY, _("Copy last year's scenario, set its envelopes, say what is missing of each candidate, and read why each project is in or out."), "portfolio:scenarios"),
        (MONTHLY, _("Try in front of the committee what it asks for, and keep the try as a scenario."), "portfolio:scenarios"),
    )),
    Role(_("Committee secretary"), (
        (WEEKLY, _("Look at what proposes itself for an agenda: put it on one, or say why it needs no decision."), "portfolio:committees"),
        (MONTHLY, _("Put the agenda in order and make the pack; after the meeting, make the minutes."), "portfolio:committees"),
    )),
    Role(_("Committee member"), (
        (MONTHLY, _("Read the pack, and declare your interests before the meeting; give your position from your phone."), "portfolio:committees"),
        (YEARLY, _("Open the register, and ask of each decision what it yielded."), "portfolio:decisions"),
    )),
)  # fmt: skip
