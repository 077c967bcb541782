"""A page of text as a small PDF (ISO 32000-1), enough for the documents of the demonstration."""

import textwrap
from collections.abc import Iterable

WIDTH, HEIGHT, MARGIN = 595, 842, 64  # A4, in points
COLUMNS = 78


def pdf(title: str, paragraphs: Iterable[str]) -> bytes:
    """One page: a title, then paragraphs. Letters are those of the Windows Latin set."""
    page = _page(title, paragraphs)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(fr)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R"
        b"/Resources<</Font<</R 5 0 R/B 6 0 R>>>>>>" % (WIDTH, HEIGHT),
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
        b"<</Title(%s)>>" % _escaped(title),
    ]
    body, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, count = len(body), len(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n" % count
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer<</Size %d/Root 1 0 R/Info 7 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start)
    return bytes(body)


def _page(title: str, paragraphs: Iterable[str]) -> bytes:
    lines = [b"BT /B 16 Tf 22 TL %d %d Td" % (MARGIN, HEIGHT - MARGIN)]
    lines += [b"(%s) Tj T*" % _escaped(line) for line in textwrap.wrap(title, 52)]
    lines.append(b"/R 11 Tf 16 TL T*")
    for paragraph in paragraphs:
        lines += [b"(%s) Tj T*" % _escaped(line) for line in textwrap.wrap(paragraph, COLUMNS)]
        lines.append(b"T*")
    return b"\n".join([*lines, b"ET"])


def _escaped(text: str) -> bytes:
    coded = text.encode("cp1252", "replace")
    return coded.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
