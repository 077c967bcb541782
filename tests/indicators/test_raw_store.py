import hashlib
import os
import threading
from datetime import UTC, datetime, timedelta

import pytest

from indicators.raw_store import RawLostError, RawStore

BODY = b'{"features": []}' * 1000


@pytest.fixture
def store(tmp_path):
    return RawStore(str(tmp_path / "raw"))


def kept_files(tmp_path):
    return [path for path in (tmp_path / "raw").rglob("*") if path.is_file()]


def test_what_is_kept_comes_back_byte_for_byte(store, tmp_path):
    sha256, size = store.put(BODY)
    assert (sha256, size) == (hashlib.sha256(BODY).hexdigest(), len(BODY))
    store.copy(sha256, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == BODY


def test_the_same_bytes_are_kept_once_and_compressed(store, tmp_path):
    (tmp_path / "answer").write_bytes(BODY)
    assert store.put(BODY) == store.put(tmp_path / "answer")
    (kept,) = kept_files(tmp_path)
    assert kept.stat().st_size < len(BODY) / 10


def test_an_empty_answer_is_kept_too(store, tmp_path):
    sha256, size = store.put(b"")
    store.copy(sha256, tmp_path / "again")
    assert (size, (tmp_path / "again").read_bytes()) == (0, b"")


def test_what_is_no_longer_there_is_said_so(store, tmp_path):
    with pytest.raises(RawLostError):
        store.copy("0" * 64, tmp_path / "again")


def test_what_was_changed_on_the_disk_is_said_so(store, tmp_path):
    sha256, _size = store.put(BODY)
    other, _size = store.put(b"something else")
    kept = {path.stem[:6]: path for path in kept_files(tmp_path)}
    kept[sha256[2:8]].write_bytes(kept[other[2:8]].read_bytes())
    with pytest.raises(RawLostError):
        store.copy(sha256, tmp_path / "again")


def test_what_an_interrupted_write_left_is_swept_and_nothing_else(store, tmp_path):
    sha256, _size = store.put(BODY)
    left, under_way = (tmp_path / "raw" / "new" / name for name in ("left", "under-way"))
    for half in (left, under_way):
        half.write_bytes(BODY[:100])
    long_ago = datetime.now(UTC) - timedelta(days=2)
    os.utime(left, (long_ago.timestamp(), long_ago.timestamp()))
    assert store.sweep(before=long_ago + timedelta(days=1)) == 1
    assert (left.exists(), under_way.exists(), store.holds(sha256)) == (False, True, True)


def test_a_store_that_nothing_was_written_to_has_nothing_to_sweep(store):
    assert store.sweep(before=datetime.now(UTC)) == 0


def test_writers_and_sweepers_at_once_lose_nothing(store):
    """Even one that sweeps what is a day old while answers are being kept."""
    before = datetime.now(UTC) - timedelta(days=1)
    bodies = [b"%d" % number * 10_000 for number in range(60)]
    kept: list[str] = []

    def write(some):
        kept.extend(store.put(body)[0] for body in some)

    def sweep():
        for _ in range(50):
            store.sweep(before=before)

    threads = [threading.Thread(target=write, args=(bodies[n::3],)) for n in range(3)]
    threads += [threading.Thread(target=sweep) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(kept) == 60
    assert all(store.holds(name) for name in kept)
