"""The private cluster starts from nothing and after every kind of accident."""

import os
import signal
import time
from pathlib import Path

import pytest

from ops import paths, postgres
from ops.paths import OpsError
from ops.postgres import Cluster

pytestmark = pytest.mark.server


def server_pid(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])


def test_a_new_cluster_has_postgis_and_listens_on_no_network(cluster: Cluster):
    cluster.start()
    cluster.create_database("essai")

    assert cluster.query("essai", "SELECT postgis_lib_version()")[0] == "3"
    assert cluster.query("essai", "SHOW listen_addresses") == ""
    assert (cluster.folder.stat().st_mode & 0o777) == 0o700


def test_starting_twice_keeps_the_same_server(cluster: Cluster):
    cluster.start()
    first = server_pid(cluster)
    cluster.start()

    assert server_pid(cluster) == first


def test_it_starts_after_a_crash_with_its_data(cluster: Cluster):
    cluster.start()
    cluster.create_database("essai")
    cluster.query("essai", "CREATE TABLE t AS SELECT 1 AS n")
    cluster.query("essai", "CHECKPOINT")
    os.kill(server_pid(cluster), signal.SIGKILL)
    time.sleep(0.5)

    cluster.start()

    assert cluster.query("essai", "SELECT n FROM t") == "1"


def test_a_stale_pid_file_that_names_another_process_is_no_obstacle(cluster: Cluster):
    cluster.start()
    pid_file = cluster.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    cluster.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    cluster.start()

    assert cluster.query("postgres", "SELECT 1") == "1"


def test_a_server_older_than_its_files_is_restarted(cluster: Cluster, monkeypatch):
    cluster.start()
    first = server_pid(cluster)
    monkeypatch.setattr(postgres, "installed_version", lambda: "15.999")

    cluster.start()

    assert server_pid(cluster) != first


def test_a_creation_cut_short_starts_again(cluster: Cluster):
    cluster.data.mkdir(parents=True)
    (cluster.data / "half").write_text("written before the power went")

    cluster.start()

    assert cluster.query("postgres", "SELECT 1") == "1"


def test_a_full_disk_says_how_much_is_missing(cluster: Cluster, monkeypatch):
    usage = type("Usage", (), {"free": 3_000_000})
    monkeypatch.setattr(paths.shutil, "disk_usage", lambda folder: usage)

    with pytest.raises(OpsError, match="3 MB free"):
        cluster.start()
    assert not cluster.data.exists()


@pytest.mark.skipif(not paths.running_as_root(), reason="only root can close a folder to postgres")
def test_a_folder_that_the_server_may_not_enter_is_replaced(short_folder: Path, monkeypatch):
    closed = short_folder / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(paths, "VAR", closed)

    chosen = paths.server_folder("postgres")

    assert closed not in chosen.parents


def test_a_path_too_long_for_a_socket_is_replaced(monkeypatch):
    monkeypatch.setattr(paths, "VAR", Path("/tmp") / ("long" * 30))

    assert len(str(paths.server_folder("postgres"))) < paths.SOCKET_PATH_LIMIT
