"""Where answers are kept as they were received: by their SHA-256, compressed, in a folder or on S3.

The same bytes are kept once. An address is `/a/folder` or `s3://bucket/prefix?region=…` (the options
are those of pyarrow's S3FileSystem; its keys come from the environment).
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import pyarrow as pa
from pyarrow import fs

CHUNK = 1 << 20
CODEC = "zstd"
BEGUN = "new"  # where a file is written before it has its name


class RawLostError(Exception):
    """The store does not hold these bytes, or they are no longer what their digest says."""


class RawStore:
    """Raises OSError where the store cannot be written or reached."""

    def __init__(self, address: str) -> None:
        if address.startswith("s3://"):
            self._files, self._root = fs.FileSystem.from_uri(address)
        else:
            self._files, self._root = fs.LocalFileSystem(), str(Path(address).absolute())
        self._is_local = isinstance(self._files, fs.LocalFileSystem)

    def put(self, body: bytes | Path) -> tuple[str, int]:
        """Keep an answer; its digest and its size. An answer is there whole or not at all."""
        with _opened(body) as file:
            digest, size = hashlib.sha256(), 0
            for chunk in _chunks(file):
                digest.update(chunk)
                size += len(chunk)
        name = digest.hexdigest()
        if not self.holds(name):
            self._write(name, body)
        return name, size

    def copy(self, sha256: str, path: Path) -> None:
        """The answer as received, into a file. Raises RawLostError."""
        digest = hashlib.sha256()
        try:
            with path.open("wb") as into, self._reader(sha256) as kept:
                for chunk in _chunks(kept):
                    digest.update(chunk)
                    into.write(chunk)
        except FileNotFoundError as error:
            raise RawLostError(f"{sha256}: {error}") from error
        except OSError as error:
            self._put_away(sha256)
            raise RawLostError(f"{sha256}: {error}") from error
        if digest.hexdigest() != sha256:
            self._put_away(sha256)
            raise RawLostError(f"{sha256}: what is kept is {digest.hexdigest()}")

    def sweep(self, *, before: datetime) -> int:
        """Remove what interrupted writes left, begun before that instant; how many files. A write
        under way is younger, and an answer that is kept has another place. S3 keeps no half."""
        if not self._is_local:
            return 0
        selector = fs.FileSelector(f"{self._root}/{BEGUN}", allow_not_found=True)
        swept = 0
        for one in self._files.get_file_info(selector):
            if one.type == fs.FileType.File and one.mtime < before:
                with suppress(FileNotFoundError):  # whole in the meantime, or swept by another
                    self._files.delete_file(one.path)
                    swept += 1
        return swept

    def _put_away(self, name: str) -> None:
        """A spoilt file gives its name back, so that the same answer can be kept again. On S3 an
        error may be of the network: nothing is moved."""
        if self._is_local:
            path = self._path(name)
            self._files.move(path, f"{path}.spoilt")

    def _write(self, name: str, body: bytes | Path) -> None:
        path = self._path(name)
        # A file appears under its name once it is whole; S3 does so by itself.
        first = f"{self._root}/{BEGUN}/{uuid4()}" if self._is_local else path
        if self._is_local:
            self._files.create_dir(first.rpartition("/")[0], recursive=True)
            self._files.create_dir(path.rpartition("/")[0], recursive=True)
        with (
            _opened(body) as file,
            self._files.open_output_stream(first, compression=CODEC) as packed,
        ):
            for chunk in _chunks(file):
                packed.write(chunk)
        if self._is_local:
            self._files.move(first, path)

    def _reader(self, name: str) -> pa.NativeFile:
        return self._files.open_input_stream(self._path(name), compression=CODEC)

    def holds(self, name: str) -> bool:
        """True if something is kept under this digest."""
        (found,) = self._files.get_file_info([self._path(name)])
        return bool(found.type == fs.FileType.File)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name[:2]}/{name[2:]}.zst"


@contextmanager
def _opened(body: bytes | Path) -> Iterator[BinaryIO]:
    with body.open("rb") if isinstance(body, Path) else io.BytesIO(body) as file:
        yield file


def _chunks(file: BinaryIO | pa.NativeFile) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
