"""What an uploaded file is, by its content; its name only says what to call it.

Kept: PDF, Word and Excel without macros, OpenDocument, PNG and JPEG drawn again, CSV and plain
text. Nothing that a browser would run (HTML, SVG) is among them.
"""

import io
import lzma
import re
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from portfolio.imports.table import FileRefusedError

MAX_BYTES = 25_000_000
MAX_PIXELS = 60_000_000
MAX_PARTS = 5_000
MAX_UNPACKED = 400_000_000
MAX_NAME = 120
MARKUP = re.compile(
    rb"<\s*(?:!doctype|\?xml|html|svg|script|body|head|iframe|img|meta)", re.IGNORECASE
)
OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "csv": "text/csv",
    "txt": "text/plain",
}
SAME = {"jpeg": "jpg", "text": "txt"}


@dataclass(frozen=True)
class FileContent:
    """What is kept of a file: for an image, its pixels alone, drawn again."""

    extension: str
    media_type: str
    name: str
    body: bytes


def recognised(name: str, data: bytes) -> FileContent:
    """The file by its content, under a clean name. Raises FileRefusedError with the reason."""
    if not data:
        raise FileRefusedError(_("The file is empty."))
    if len(data) > MAX_BYTES:
        raise FileRefusedError(_("Over %(size)d MB.") % {"size": MAX_BYTES // 1_000_000})
    given = PurePosixPath(clean_name(name)).suffix.lstrip(".").lower()
    extension, body = _recognised(data, given)
    if given and SAME.get(given, given) != extension:
        raise FileRefusedError(
            _("The file is named .%(given)s, but its content is %(found)s.")
            % {"given": given, "found": extension.upper()}
        )
    stem = PurePosixPath(clean_name(name)).stem if given else clean_name(name)
    return FileContent(extension, MEDIA_TYPES[extension], f"{stem}.{extension}", body)


def clean_name(name: str) -> str:
    """The last part of a path, without what could lead elsewhere or deceive a reader."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        letter
        for letter in last
        if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        and letter not in '<>:"|?*'
    )
    stem, dot, suffix = kept.strip(" ").rstrip(".").rpartition(".")
    if not dot or len(suffix) > 8:
        stem, suffix = kept.strip(" ."), ""
    stem = stem.strip(" .")[:MAX_NAME] or "document"
    return f"{stem}.{suffix}" if suffix else stem


# ---------------------------------------------------------------- by content


def _recognised(data: bytes, given: str) -> tuple[str, bytes]:
    readers: list[tuple[bytes, Callable[[bytes], tuple[str, bytes]]]] = [
        (b"%PDF-", _pdf),
        (b"PK\x03\x04", _archive),
        (b"\x89PNG\r\n\x1a\n", _image),
        (b"\xff\xd8\xff", _image),
    ]
    for start, reader in readers:
        if data.startswith(start):
            return reader(data)
    return _text(data, given)


def _pdf(data: bytes) -> tuple[str, bytes]:
    if b"%%EOF" not in data[-2048:]:
        raise FileRefusedError(_("The PDF is cut off."))
    return "pdf", data


def _archive(data: bytes) -> tuple[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_size(archive)
            return _office(archive), data
    except (
        zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError,
        RuntimeError, ValueError, KeyError,
    ) as error:  # fmt: skip
        raise FileRefusedError(_("The file is damaged.")) from error


def _check_size(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileRefusedError(_("The file is too large once unpacked."))


def _office(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if any("vbaproject" in name.lower() or name.startswith("Basic/") for name in names):
        raise FileRefusedError(_("The file holds macros: save it without them."))
    if "[Content_Types].xml" in names:
        for part, extension in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx")):
            if part in names:
                return extension
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
        kind = archive.read("mimetype").decode("ascii", "replace")
        for extension in ("odt", "ods"):
            if kind == MEDIA_TYPES[extension]:
                return extension
    raise _not_kept()


def _image(data: bytes) -> tuple[str, bytes]:
    """Its pixels, the right way up: what else a file can carry (a place, a script) is dropped."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _drawn_again(data)
    except (
        UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError,
        Image.DecompressionBombWarning, Image.DecompressionBombError,
    ) as error:  # fmt: skip
        raise FileRefusedError(_("The image is damaged or too large.")) from error


def _drawn_again(data: bytes) -> tuple[str, bytes]:
    body = io.BytesIO()
    with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValueError(image.size)
        kind = image.format
        plain = ImageOps.exif_transpose(image)
        if kind == "JPEG":
            plain.convert("RGB").save(body, "JPEG", quality=88, optimize=True)
            return "jpg", body.getvalue()
        mode = "RGBA" if plain.has_transparency_data else "RGB"
        clean = Image.new(mode, plain.size)
        clean.paste(plain.convert(mode))
        clean.save(body, "PNG", optimize=True)
    return "png", body.getvalue()


def _text(data: bytes, given: str) -> tuple[str, bytes]:
    """Text is known by holding nothing else; only its name tells a table from a note."""
    extension = SAME.get(given, given) or "txt"
    if extension not in {"csv", "txt"} or MARKUP.search(data[:4096]) or _has_controls(data):
        raise _not_kept()
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefusedError(_("The text must be in UTF-8.")) from error
    return extension, data


def _has_controls(data: bytes) -> bool:
    return any(byte < 32 and byte not in b"\t\n\r\f" for byte in data)


def _not_kept() -> FileRefusedError:
    return FileRefusedError(
        _("Not a PDF, DOCX, XLSX, ODT, ODS, PNG, JPEG, CSV or text file: it is not kept.")
    )
