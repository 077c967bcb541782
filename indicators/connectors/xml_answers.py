"""Reading XML strictly: no document type, no entities; a page or half an answer is named."""

from collections.abc import Callable
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from indicators.connectors.base import Answer, NotXmlError, TruncatedError

Visit = Callable[[Element, int], bool]  # True: the element is done with, and may be forgotten


def xml_root(answer: Answer, visit: Visit | None = None) -> Element:
    """The outermost element, once the whole answer was read. `visit` is given each element as it
    ends, with its depth (the outermost has 1); one that it is done with leaves nothing in memory.
    Raises NotXmlError, TruncatedError."""
    with answer.open() as file:
        start = file.read(60)
        file.seek(0)
        try:
            root = _walk(file, visit)
        except DefusedXmlException as error:
            raise NotXmlError(f"{answer.url}: a document type is refused: {error!r}") from error
        except ParseError as error:
            kind = TruncatedError if _begun(start) else NotXmlError
            raise kind(f"{answer.url}: {error}, starting with {start!r}") from error
    if root is None or local_name(root).lower() == "html":
        told = answer.content_type or "no content type"
        raise NotXmlError(f"{answer.url}: {told}, starting with {start!r}")
    return root


def local_name(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _walk(file: BinaryIO, visit: Visit | None) -> Element | None:
    root, depth = None, 0
    for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            root = element if root is None else root
            depth += 1
            continue
        if visit is not None and visit(element, depth):
            element.clear()
        depth -= 1
    return root


def _begun(start: bytes) -> bool:
    """XML of a service, and not a page: pages are seldom well-formed."""
    text = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return text.startswith(b"<") and not text.startswith((b"<!doctype", b"<html", b"<head", b"<br"))
