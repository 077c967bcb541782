"""A file is what its content says; its name is cleaned; what a browser could run is not kept."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portfolio.imports import file_content
from portfolio.imports.table import FileRefusedError
from tests.uploads import archive, image, office, open_document, pdf

KEPT = {
    "pdf": pdf(), "docx": office("word/document.xml"), "xlsx": office("xl/workbook.xml"),
    "odt": open_document("text"), "ods": open_document("spreadsheet"), "png": image(),
    "jpg": image("JPEG"), "csv": b"a;b\n1;2\n", "txt": "Été\n".encode(),
}  # fmt: skip


@pytest.mark.parametrize("extension", KEPT)
def test_each_kind_is_recognised_by_its_content(extension):
    found = file_content.recognised(f"Plan.{extension}", KEPT[extension])
    assert (found.extension, found.name) == (extension, f"Plan.{extension}")
    assert found.media_type == file_content.MEDIA_TYPES[extension]


@pytest.mark.parametrize("extension", sorted(set(KEPT) - {"csv"}))
def test_a_name_without_an_extension_is_given_one(extension):
    assert file_content.recognised("Plan", KEPT[extension]).name == f"Plan.{extension}"


SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
REFUSED = {
    "empty": ("a.pdf", b""),
    "svg": ("a.svg", SVG),
    "svg as text": ("a.txt", SVG),
    "html": ("a.html", b"<!DOCTYPE html><script>alert(1)</script>"),
    "html as csv": ("a.csv", b"\n\n  <HTML><body onload=alert(1)>"),
    "html as pdf": ("a.pdf", b"<html>%PDF-1.7 %%EOF"),
    "pdf after something else": ("a.pdf", b"GIF89a" + pdf()),
    "pdf cut off": ("a.pdf", pdf()[:-8]),
    "png named pdf": ("a.pdf", image()),
    "pdf named docx": ("a.docx", pdf()),
    "program": ("a.exe", b"MZ\x90\x00"),
    "binary as text": ("a.txt", b"abc\x00def"),
    "latin as text": ("a.txt", "été".encode("latin-1")),
    "plain archive": ("a.zip", archive(**{"x.txt": "x"})),
    "archive as docx": ("a.docx", archive(**{"x.txt": "x"})),
    "archive with a path": ("a.docx", archive(**{"../../etc/passwd": "x"})),
    "macros": ("a.docx", office("word/document.xml", "word/vbaProject.bin")),
    "macros of open document": (
        "a.odt", archive(**{"mimetype": "application/vnd.oasis.opendocument.text",
                            "Basic/Standard/M.xml": "x"})),
    "broken archive": ("a.docx", office("word/document.xml")[:60]),
    "broken image": ("a.png", image()[:40]),
    "gif": ("a.gif", b"GIF89a\x01\x00\x01\x00"),
    "too large": ("a.txt", b"x" * (file_content.MAX_BYTES + 1)),
    "name alone": ("a.pdf", b"hello"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_kept_is_refused_with_a_reason(case):
    with pytest.raises(FileRefusedError) as error:
        file_content.recognised(*REFUSED[case])
    assert str(error.value)


def test_an_image_that_claims_to_be_huge_is_refused():
    claim = bytearray(image())
    claim[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(FileRefusedError):
        file_content.recognised("a.png", bytes(claim))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_archive_whose_parts_do_not_unpack_is_refused(method):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method) as whole:
        whole.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    broken = bytearray(body.getvalue())
    broken[38:58] = b"\xff" * 20  # after the header and the name
    with pytest.raises(FileRefusedError, match=r"."):
        file_content.recognised("a.odt", bytes(broken))


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(file_content, "MAX_UNPACKED", 5)
    with pytest.raises(FileRefusedError, match=r"."):
        file_content.recognised("a.docx", office("word/document.xml"))


def test_a_photograph_keeps_its_pixels_and_nothing_else():
    exif = Image.Exif()
    exif[0x9286] = "chez Mme Durand"
    exif[0x0112] = 6  # lying on its side
    sent = image("JPEG", exif=exif) + b"<script>alert(1)</script>"
    kept = file_content.recognised("a.jpeg", sent)
    assert kept.name == "a.jpg"
    assert b"Durand" not in kept.body
    assert b"script" not in kept.body
    with Image.open(io.BytesIO(kept.body)) as drawn:
        assert drawn.size == (6, 8)
        assert not drawn.getexif()


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Temp\\Étude n°1.pdf", "Étude n°1.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("..", "document"),
        (".pdf", "document.pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
        ('a"<b>:c.pdf', "abc.pdf"),
        ("", "document"),
    ],
)
def test_a_name_leads_nowhere(given_name, clean):
    assert file_content.clean_name(given_name) == clean


@given(st.text(max_size=60))
def test_no_name_leads_elsewhere(name):
    clean = file_content.clean_name(name)
    assert clean
    assert not set(clean) & set('/\\<>:"|?*\x00\r\n')
    assert not clean.startswith(".")
    assert len(clean) <= 140


@given(st.binary(max_size=200), st.sampled_from(["", ".pdf", ".docx", ".png", ".txt", ".csv"]))
def test_no_content_breaks_the_reader(data, suffix):
    for start in (b"", b"%PDF-", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"):
        with contextlib.suppress(FileRefusedError):
            file_content.recognised(f"a{suffix}", start + data)
