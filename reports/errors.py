"""Why a document cannot be asked for or made."""


class UnknownReportError(LookupError):
    """No document of this name is in the catalogue."""


class CannotAskError(ValueError):
    """The arguments, the language or the rights do not fit the document."""


class SubjectGoneError(Exception):
    """What the document is about does not exist, or its reader may not see it."""


class RenderError(Exception):
    """The page cannot be laid out."""
