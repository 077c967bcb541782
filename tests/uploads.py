"""Small real files of each kind, for tests of what people send."""

import io
import zipfile

from PIL import Image


def pdf(text: str = "a") -> bytes:
    return f"%PDF-1.7\n% {text}\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n".encode()


def archive(**parts: bytes | str) -> bytes:
    """A zip file; `__` in a name stands for a slash."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return body.getvalue()


def office(*names: str) -> bytes:
    return archive(**dict.fromkeys(["[Content_Types].xml", *names], "<x/>"))


def open_document(kind: str) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return archive(**{"mimetype": mimetype, "content.xml": "<x/>"})


def image(form: str = "PNG", size: tuple[int, int] = (8, 6), **options) -> bytes:
    body = io.BytesIO()
    Image.new("RGB", size, (15, 76, 92)).save(body, form, **options)
    return body.getvalue()
