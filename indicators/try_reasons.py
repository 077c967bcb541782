"""What went wrong with a try, in plain words: what happened, and what to do now."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.connectors.base import SourceError

Text = str | Promise
BUSY = (_("The source does not answer well at the moment."), _("Try again in some minutes. If it goes on, ask its producer."))  # fmt: skip
NO_DATA = (
    _("A page came instead of data: this is not the address of the service, or it speaks another protocol."),
    _("Open the address in a browser, compare it with the example, and check the protocol."),
)  # fmt: skip
PAGES = (
    _("The pages of the answer do not fit together: rows could be missing or double."),
    _("Report it to the producer."),
)
REASONS: dict[str, tuple[Text, Text]] = {
    "ADDRESS_REFUSED": (
        _("This installation only opens the addresses on its list, and this one is not on it."),
        _("Ask the operator to add it to OUTBOUND_ALLOW, then try again. A name opens public addresses only: inside the network, the address in figures itself must be on the list."),
    ),
    "UNREACHABLE": (
        _("Nothing answers at this address."),
        _("Check its spelling and its port. If it is right, the source may be down: try again later."),
    ),
    "TIMEOUT": (_("The source did not answer in time."), _("Try again. If it stays slow, ask its producer.")),
    "DEADLINE": (
        _("The answer took longer than a try may last."),
        _("Choose a smaller collection, or an option that asks only for the days that are wanted."),
    ),
    "TOO_BIG": (
        _("The answer is larger than a try may read."),
        _("Choose a smaller file, or an option that asks for less. A pull may read more than a try."),
    ),
    "REDIRECT": (
        _("The source sends us to another address, which is never followed."),
        _("Look at the technical detail: if you trust the new address, write it here."),
    ),
    "MISSING_COLLECTION": (
        _("The service answers, but it does not have this collection."),
        _("Check its identifier, or see what the address offers."),
    ),
    "ACCESS_REFUSED": (
        _("The source refuses the user, the key, or access to this collection."),
        _("Check the key. If it is right, ask the producer for the right to read."),
    ),
    "QUERY_REFUSED": (
        _("The source does not understand the question."),
        _("The technical detail often names the field: correct the settings."),
    ),
    "BAD_OPTIONS": (_("A setting does not say what the protocol needs."), _("Correct the settings below.")),
    "SECRET_LOST": (_("The key can no longer be read."), _("Enter it again.")),
    "HTTP_STATUS": BUSY,
    "TRUNCATED": BUSY,
    "NOT_JSON": NO_DATA,
    "NOT_XML": NO_DATA,
    "WRONG_SHAPE": NO_DATA,
    "PAGE_LOOP": PAGES,
    "PAGE_CAP": PAGES,
    "UNSTABLE_PAGES": PAGES,
    "FOREIGN_LINK": PAGES,
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """`entry`: what the operator would add to OUTBOUND_ALLOW, where that is the matter."""

    code: str
    happened: Text
    to_do: Text
    detail: str
    entry: str = ""


def fault_of(code: str, detail: str) -> Fault:
    """A code of `SourceError`, in words."""
    happened, to_do = REASONS.get(code, BUSY)
    entry = detail.partition(" ")[0] if code == "ADDRESS_REFUSED" else ""  # host:port
    return Fault(code, happened, to_do, detail, entry)


def fault(error: SourceError) -> Fault:
    return fault_of(error.code, error.message)
