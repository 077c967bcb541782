"""Spoils the answers that pass through mitmdump, as a file says: run by mitmproxy's own Python.

`FAULTS_FOLDER/told.json` holds {"generation", "faults": {request number: fault}, "otherwise"}; a
fault is {"name", …}. Each request is noted in `FAULTS_FOLDER/requests-GENERATION`, one line each;
they are counted from 1 in each generation.
"""

import asyncio
import copy
import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path

from mitmproxy import http

FOLDER = Path(os.environ["FAULTS_FOLDER"])
MEGABYTE = b" " * 1_000_000
HONEST = {"name": "honest"}


# ------------------------------------------------- faults that need no answer of the platform


def status(flow: http.HTTPFlow, told: dict) -> None:
    flow.response = http.Response.make(told["code"], b"oops", told.get("headers", {}))


def html_with_200(flow: http.HTTPFlow, told: dict) -> None:
    page = b"<html><body>msLoadMap(): error</body></html>"
    flow.response = http.Response.make(200, page, {"Content-Type": "text/html"})


def empty_200(flow: http.HTTPFlow, told: dict) -> None:
    flow.response = http.Response.make(200, b"", {"Content-Type": "application/geo+json"})


def document(flow: http.HTTPFlow, told: dict) -> None:
    body = json.dumps(told["body"]).encode()
    flow.response = http.Response.make(200, body, {"Content-Type": "application/geo+json"})


def gzip_bomb(flow: http.HTTPFlow, told: dict) -> None:
    """Five hundred megabytes of blanks; one is packed, the others are its copies."""
    packer = zlib.compressobj(wbits=31)
    head, same = (packer.compress(MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    flow.response = http.Response.make(200, b"", {"Content-Encoding": "gzip"})
    flow.response.raw_content = head + same * 499
    flow.response.headers["Content-Length"] = str(len(flow.response.raw_content))


def endless(flow: http.HTTPFlow, told: dict) -> None:
    """Always another page, each with a row of its own."""
    number = flow.metadata["number"]
    row = {"type": "Feature", "id": number, "geometry": None, "properties": {}}
    link = {"rel": "next", "href": f"?page={number}"}
    document(flow, {"body": {"type": "FeatureCollection", "features": [row], "links": [link]}})


async def silence(flow: http.HTTPFlow, told: dict) -> None:
    await asyncio.sleep(told["seconds"])
    flow.kill()


async def hold(flow: http.HTTPFlow, told: dict) -> None:
    """Waits until the file `open` is there, then lets the request go on."""
    while not (FOLDER / "open").exists():
        await asyncio.sleep(0.05)


# ------------------------------------------------- faults of the question


def ignores_filter(flow: http.HTTPFlow, told: dict) -> None:
    flow.request.query.pop("datetime", None)


def first_page_again(flow: http.HTTPFlow, told: dict) -> None:
    """The content of the first page, under whatever address."""
    flow.request.query["offset"] = "0"


def shifts(flow: http.HTTPFlow, told: dict) -> None:
    """As where rows are added (by < 0: some come twice) or deleted while pages are turned."""
    if "offset" in flow.request.query:
        flow.request.query["offset"] = str(int(flow.request.query["offset"]) + told["by"])


# ------------------------------------------------- faults of the answer


def truncated_json(flow: http.HTTPFlow, told: dict) -> None:
    content = flow.response.content
    flow.response.content = content[: len(content) // 2]


def cut_connection(flow: http.HTTPFlow, told: dict) -> None:
    content = flow.response.raw_content
    flow.response.raw_content = content[: len(content) // 2]
    flow.response.headers["Content-Length"] = str(len(content))
    flow.response.headers["Connection"] = "close"


def closes(flow: http.HTTPFlow, told: dict) -> None:
    """The whole answer, after which the connection is closed: the next page opens another."""
    flow.response.headers["Connection"] = "close"


def replaces(flow: http.HTTPFlow, told: dict) -> None:
    """Text by text, spaces after colons or not: `count` times (all unless said)."""
    old = told["old"] if told["old"] in flow.response.text else told["old"].replace('": ', '":')
    if old not in flow.response.text:
        raise ValueError(f"{old} is not in the answer")
    flow.response.text = flow.response.text.replace(old, told["new"], told.get("count", -1))


def renames(flow: http.HTTPFlow, told: dict) -> None:
    def one(row: dict) -> None:
        row["properties"][told["to"]] = row["properties"].pop(told["field"])

    edit(flow, one)


def sets(flow: http.HTTPFlow, told: dict) -> None:
    """A field of every row."""
    edit(flow, lambda row: row["properties"].update({told["field"]: told["value"]}))


def multiplies(flow: http.HTTPFlow, told: dict) -> None:
    def one(row: dict) -> None:
        if all(row["properties"][name] == value for name, value in told["where"].items()):
            row["properties"]["valeur"] *= told["by"]

    edit(flow, one)


def places(flow: http.HTTPFlow, told: dict) -> None:
    """Every row at one point."""
    edit(flow, lambda row: row.update(geometry={"type": "Point", "coordinates": told["at"]}))


def loses(flow: http.HTTPFlow, told: dict) -> None:
    """The last rows of each page are not there."""
    answer = json.loads(flow.response.content)
    answer["features"] = answer["features"][: -told["rows"]]
    flow.response.content = json.dumps(answer).encode()


def edit(flow: http.HTTPFlow, change: Callable[[dict], object]) -> None:
    answer = json.loads(flow.response.content)
    for row in answer["features"]:
        change(row)
    flow.response.content = json.dumps(answer).encode()


BEFORE = {f.__name__: f for f in (
    status, html_with_200, empty_200, document, gzip_bomb, endless, silence, hold,
    ignores_filter, first_page_again, shifts,
)}  # fmt: skip
OUR_OWN_ANSWER = {
    "status", "html_with_200", "empty_200", "document", "gzip_bomb", "endless", "silence",
    "huge_body", "drip_feed",
}  # fmt: skip
AFTER = {f.__name__: f for f in (
    truncated_json, cut_connection, closes, replaces, renames, sets, multiplies, places, loses,
)}  # fmt: skip
FROM_OUR_ORIGIN = {"huge_body", "drip_feed"}  # passed on as they come


class Origin:
    """A server of ours behind the proxy, for bodies that no memory should hold."""

    port = 0

    async def start(self) -> None:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        try:
            await (self._huge(writer) if b"huge_body" in head else self._drip(writer))
        except ConnectionError:
            pass  # the client had enough
        finally:
            writer.close()

    async def _huge(self, writer: asyncio.StreamWriter) -> None:
        for _ in range(2000):
            writer.write(MEGABYTE)
            await writer.drain()

    async def _drip(self, writer: asyncio.StreamWriter) -> None:
        for _ in range(600):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)


class Injector:
    def __init__(self) -> None:
        self.origin, self.generation, self.count = Origin(), None, 0

    async def running(self) -> None:
        await self.origin.start()

    async def request(self, flow: http.HTTPFlow) -> None:
        told = self._told(flow)
        flow.metadata["told"] = told
        flow.metadata["upstream"] = f"http://{flow.request.host}:{flow.request.port}"
        fault = BEFORE.get(told["name"])
        if told["name"] in FROM_OUR_ORIGIN:
            flow.request.port, flow.request.path = self.origin.port, f"/{told['name']}"
        elif fault is not None:
            waits = fault(flow, told)
            if waits is not None:
                await waits

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        if flow.metadata["told"]["name"] in FROM_OUR_ORIGIN:
            flow.response.stream = True

    def response(self, flow: http.HTTPFlow) -> None:
        told = flow.metadata["told"]
        if told["name"] not in OUR_OWN_ANSWER:
            self._lead_here(flow)
        if told["name"] in AFTER:
            AFTER[told["name"]](flow, told)

    def _lead_here(self, flow: http.HTTPFlow) -> None:
        """Links of the platform lead back through the proxy."""
        here = f"http://{flow.request.host_header}".encode()
        there = flow.metadata["upstream"].encode()
        flow.response.content = flow.response.content.replace(there, here)

    def _told(self, flow: http.HTTPFlow) -> dict:
        told = json.loads((FOLDER / "told.json").read_text())
        if told["generation"] != self.generation:
            self.generation, self.count = told["generation"], 0
        self.count += 1
        flow.metadata["number"] = self.count
        with (FOLDER / f"requests-{self.generation}").open("a") as file:
            file.write(flow.request.path + "\n")
        return copy.deepcopy(told["faults"].get(str(self.count), told["otherwise"]))


addons = [Injector()]
