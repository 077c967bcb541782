"""What can be wrong with a file as a whole, and where."""

from indicators.connectors.base import SourceError


class FileError(SourceError):
    """`line`: of the file, 0 for all of it; `detail`: a name or a range as the file has it."""

    code = "FILE_DAMAGED"

    def __init__(self, detail: str = "", *, line: int = 0) -> None:
        super().__init__(f"line {line}: {detail}" if line else detail)
        self.detail, self.line = detail, line


class EmptyFileError(FileError):
    code = "FILE_EMPTY"


class OtherFileError(FileError):
    """Something else than a table; `detail` names it."""

    code = "FILE_OTHER"


class ProtectedFileError(FileError):
    """Behind a password."""

    code = "FILE_PROTECTED"


class FileTooBigError(FileError):
    code = "FILE_TOO_BIG"


class MergedCellsError(FileError):
    """`detail` is the range, such as A1:C1."""

    code = "FILE_MERGED"


class TwoColumnsError(FileError):
    """Two columns of the same name, `detail`: each would say something else."""

    code = "FILE_TWO_COLUMNS"


class LongLineError(FileError):
    """More cells than columns: a separator in a cell shifts the others."""

    code = "FILE_LONG_LINE"


class QuotesError(FileError):
    code = "FILE_QUOTES"


class MissingSheetError(FileError):
    """`detail` is the sheet that the feed wants."""

    code = "FILE_SHEET"


class MissingColumnsError(FileError):
    """`detail` names the columns that the mapping of the feed wants and the file has not."""

    code = "FILE_COLUMNS"
