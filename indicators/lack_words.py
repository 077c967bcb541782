"""What a source lacks, in plain words: the reason, and the next action."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Words:
    """`name`: for a filter; `reason`; `action`: the label of the link; `place`: where it leads:
    facts (form of the source), agreement, feed (its pulls), page (a part of the source's page)."""

    name: Text
    reason: Text
    action: Text
    place: str


_FACTS = _("State it")
_AGREE = _("Enter the agreement")
_RENEW = _("Open the agreement")
_PULLS = _("Look at its pulls")

LACKS: dict[str, Words] = {
    "NO_OWNER": Words(_("owner"), _("No department is answerable for it."), _FACTS, "facts"),
    "NO_STEWARD": Words(_("steward"), _("Nobody looks after it."), _FACTS, "facts"),
    "NO_PRODUCER": Words(
        _("producer"),
        _("Its producer is not known: nobody can tell whether an agreement is due."),
        _FACTS,
        "facts",
    ),
    "NO_LICENCE": Words(
        _("licence"), _("Its licence is not known: nobody can tell who may reuse it."), _FACTS,
        "facts",
    ),
    "NO_COUNTRY": Words(
        _("hosting country"), _("The country where it is hosted is not known."), _FACTS, "facts"
    ),
    "NO_PERSONAL_CLASS": Words(
        _("personal data"), _("It is not known whether it holds personal data."), _FACTS, "facts"
    ),
    "NO_LEGAL_BASIS": Words(
        _("legal basis"), _("It holds personal data and states no legal basis."), _FACTS, "facts"
    ),
    "NO_PROCESSING_REFERENCE": Words(
        _("register of processing"),
        _("It holds personal data and has no reference in the register of processing."),
        _FACTS,
        "facts",
    ),
    "NO_AGREEMENT": Words(
        _("supply agreement"), _("Its producer is outside and no agreement says what it supplies."),
        _AGREE, "agreement",
    ),
    "AGREEMENT_ENDED": Words(_("agreement ended"), _("Its agreement ended."), _RENEW, "page"),
    "AGREEMENT_ENDS_SOON": Words(
        _("agreement ends soon"), _("Its agreement ends within 90 days."), _RENEW, "page"
    ),
    "NO_DEADLINE": Words(
        _("deadline of supply"), _("Its agreement does not say how often and by when."), _RENEW,
        "page",
    ),
    "DELIVERY_LATE": Words(
        _("late delivery"), _("The delivery that its agreement promises is late."), _RENEW, "page"
    ),
    "DISPENSATION_NOT_PUBLISHED": Words(
        _("publication of the dispensation"),
        _("Its dispensation is not published: the law wants it public."), _RENEW, "page",
    ),
    "NO_CONTRACT": Words(
        _("data contract"), _("Feeds without a data contract:"), _("See its feeds"), "page"
    ),
    "FEED_EMPTY": Words(
        _("feed without values"), _("Feeds that have never published anything:"), _PULLS, "feed"
    ),
    "FEED_STALE": Words(
        _("stale feed"), _("Feeds overdue for over 30 days:"), _PULLS, "feed"
    ),
    "FEED_FAILING": Words(
        _("failing feed"), _("Feeds that have failed for over 30 days:"), _PULLS, "feed"
    ),
    "NO_FEED": Words(
        _("feed"), _("Nothing reads it."), _("Read it, or switch it off"), "facts"
    ),
    "NEVER_USED": Words(
        _("declared use"), _("Nobody has declared a use of its figures."),
        _("Declare a use, or switch it off"), "use",
    ),
    "NOT_USED_FOR_A_YEAR": Words(
        _("recent use"), _("Nobody has used its figures for 12 months."),
        _("Declare a use, or switch it off"), "use",
    ),
}  # fmt: skip
