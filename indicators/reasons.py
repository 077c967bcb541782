"""The stored codes of the pull, in plain words: what happened, and what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

RUN_REASONS: dict[str, Text] = {
    "UNREACHABLE": _("The source cannot be reached. Check its address, or ask its producer."),
    "TIMEOUT": _("The source did not answer in time. It is asked again at the next pull."),
    "DEADLINE": _("The whole answer took too long. Ask the producer, or shorten the window."),
    "HTTP_STATUS": _("The source answered with an error. It is asked again at the next pull."),
    "REDIRECT": _("The source sends us to another address. Check it, then correct the source."),
    "ADDRESS_REFUSED": _("This address is not among those that may be reached (OUTBOUND_ALLOW)."),
    "ACCESS_REFUSED": _("The source refuses its user or key. Check them, then their rights."),
    "NOT_JSON": _("The source answered with a page instead of data."),
    "NOT_XML": _("The source answered with a page instead of data."),
    "TRUNCATED": _("The answer of the source was cut short."),
    "WRONG_SHAPE": _("The answer is not of the kind that this protocol promises."),
    "TOO_BIG": _("The answer is larger than allowed."),
    "MISSING_COLLECTION": _("The source no longer has this collection. It may have been renamed."),
    "PAGE_LOOP": _("The source gave the same page twice: rows could be counted twice."),
    "UNSTABLE_PAGES": _("A row came on two pages: others may be missing. Ask the producer."),
    "PAGE_CAP": _("The source gave more pages than allowed."),
    "FOREIGN_LINK": _("The next page is at another address than the source."),
    "UNKNOWN_PROTOCOL": _("The protocol of the source is not known here."),
    "BAD_MAPPING": _("The mapping of the feed is wrong: correct it and apply the sources again."),
    "BAD_OPTIONS": _(
        "The options of the feed are wrong: correct them and apply the sources again."
    ),
    "QUERY_REFUSED": _("The source refuses the question: a field may have been renamed."),
    "REDEFINED": _("The feed was redefined while it was being read. It is read again soon."),
    "EMPTY_ANSWER": _("The source gave no row where it used to. The earlier values stay."),
    "ALL_REJECTED": _("No row could be used: see the rows set aside. The earlier values stay."),
    "DRIFT": _("The answer is no longer what its contract says: ask its producer."),
    "INTERNAL": _("The software failed on this answer. Look at the worker's log."),
    "STORE": _("The answer could not be kept. Ask the operator: the disk may be full."),
    "SECRET_LOST": _("The key of the source can no longer be read: enter it again."),
    "RAW_LOST": _("The answer that was kept of this pull is no longer there."),
    "NOTHING_TO_ASK": _("Nothing is asked of this source: its files are deposited."),
    "FILE_EMPTY": _("The file is empty."),
    "FILE_OTHER": _(
        "This is not an Excel workbook or a CSV file, whatever its name says. Save it as .xlsx or .csv."
    ),
    "FILE_PROTECTED": _("The file is protected by a password. Save it without one."),
    "FILE_DAMAGED": _("The workbook is damaged. Open it in a spreadsheet and save it as .xlsx."),
    "FILE_TOO_BIG": _(
        "The file is too large: at most 10 MB, 50,000 rows, 100 columns and 300,000 cells, unpacked."
    ),
    "FILE_MERGED": _("Cells are merged: separate them, so that each cell says one thing."),
    "FILE_TWO_COLUMNS": _("Two columns have the same name: keep one, or rename it."),
    "FILE_LONG_LINE": _(
        "The line has more cells than there are columns: a separator stands in a cell. "
        "Put that cell in quotes."
    ),
    "FILE_QUOTES": _("The quotes of this line do not match."),
    "FILE_SHEET": _("The workbook has no sheet of this name."),
    "FILE_COLUMNS": _("Columns are missing, or named otherwise than in the template."),
    "ATTEMPTS": _(
        "The pull was interrupted three times, and its feed is set apart: look at the worker's log, "
        "then pull by hand."
    ),
}

ROW_REASONS: dict[str, Text] = {
    "MISSING_FIELD": _("the field is missing: it may have been renamed"),
    "BAD_TIME": _("the time cannot be read"),
    "NONEXISTENT_TIME": _("this local time does not exist: the clock skipped it"),
    "NOT_A_NUMBER": _("the value is not a number"),
    "NOT_FINITE": _("the value is not a finite number"),
    "TOO_LARGE": _("the value is too large to be a measure"),
    "UNKNOWN_ZONE": _("no zone of the territory has this code"),
    "UNKNOWN_GROUP": _("the mapping names no group of people for this text"),
    "NO_ZONE_THERE": _("no zone of the territory holds this place"),
    "BAD_KEY": _("the series cannot be named from this value"),
    "OFF_GRAIN": _("the time is between the instants that the contract promises"),
    "IMPLAUSIBLE": _("the value is outside the range of the contract"),
    "OUTSIDE_TERRITORY": _("the place is outside the territory"),
    "LOOKS_SWAPPED": _("the place is outside the territory: latitude and longitude look swapped"),
    "LOOKS_PROJECTED": _("the place looks like Lambert-93 metres: degrees were agreed on"),
    "BAD_POINT": _("the place cannot be read"),
    "BAD_SHAPE": _("the polygon cannot be read"),
    "NOT_A_POLYGON": _("the shape is no polygon"),
    "EMPTY_SHAPE": _("the polygon is empty"),
    "OUTSIDE": _("the period is before the first day of the feed, or has not begun"),
    "DUPLICATE": _("the same row was received twice: it counts once"),
    "CONFLICT": _("two rows give different values for the same period: neither is published"),
}


def run_reason(code: str) -> Text:
    """A sentence for the error code of a run; empty for a run without error."""
    return RUN_REASONS.get(code, code)


# What to do about a row of a deposited file, where the reason alone does not say it.
ROW_ADVICE: dict[str, Text] = {
    "BAD_TIME": _("write a date of Excel, or 2026-10, 2026-10-31, 2026-T4"),
    "NOT_A_NUMBER": _("write a plain number; leave the cell empty where there is no value"),
    "UNKNOWN_ZONE": _("take a code of the sheet of zones; Excel may have taken off a leading zero"),
    "CONFLICT": _("keep the row that is right"),
    "DUPLICATE": _("take the second row off"),
}
FORMULA = _("the formula has no computed value: open the file in a spreadsheet and save it again")


def row_advice(code: str, value: str = "") -> Text:
    """What to do about it; empty where the reason says it. `value` is the cell as it was read."""
    return FORMULA if value.startswith("=") else ROW_ADVICE.get(code, "")


def row_reason(code: str) -> Text:
    """A phrase for the reason of a row set aside."""
    return ROW_REASONS.get(code, code)


# Why a status is not known, or not yet: what happened, and the next action.
STATUS_REASONS: dict[str, Text] = {
    "NO_BASELINE": _("The starting value was never stated. State it, with its date."),
    "NO_TARGET": _("No value to reach was set. Set one, with its date."),
    "TARGET_EQUALS_BASELINE": _("The value to reach is the starting value. Correct one of them."),
    "INVALID_TARGET": _("The target contradicts its indicator. Correct it."),
    "NO_OBSERVATION": _("Nothing has been measured yet. Look at the state of the source."),
    "NO_OBSERVATION_SINCE_BASELINE": _("Nothing has been measured since the starting date."),
    "LAST_VALUE_MISSING": _("The source gives no value since the starting date. Ask its producer."),
    "STALE": _("The last value is too old to judge by. Look at the state of the source."),
}

ABSENCE_REASONS: dict[str, Text] = {
    "NO_VALUE": _("the source gives no value"),
    "INCOMPLETE": _("a part of the territory has no value"),
    "PARTLY_MEASURED": _("too little of the period, or of the zone, was measured"),
    "NO_POPULATION": _("the number of inhabitants is missing"),
    "INPUT_MISSING": _("one of the inputs of its formula has no value"),
    "DIVISION_BY_ZERO": _("its formula would divide by zero"),
    "OVERFLOW": _("its formula gives more than can be counted"),
    "NOT_COMPUTED": _("its formula no longer gives this period"),
}


def status_reason(code: str) -> Text:
    """A sentence for the reason of an unknown status; empty for a status that is known."""
    return STATUS_REASONS.get(code, code)


def absence_reason(code: str) -> Text:
    """A phrase for a value that is not there."""
    return ABSENCE_REASONS.get(code, code)


PERSONAL_KINDS: dict[str, Text] = {
    "EMAIL": _("e-mail addresses"),
    "PHONE": _("telephone numbers"),
    "PLATE": _("number plates"),
    "NAME": _("names of people"),
    "BIRTH": _("dates of birth"),
    "IDENTITY": _("social security numbers"),
}


def personal_kind(code: str) -> Text:
    """What a field looks like, in plain words."""
    return PERSONAL_KINDS.get(code, code)
