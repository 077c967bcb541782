"""The database server dies in the middle of a pull and comes back: a server of the test's own, that
nobody else uses."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import timezone

from indicators.models import ObservationVersion, Quarantine, Run
from ops import paths
from ops.postgres import ROLE, Cluster, binary
from ops.test import test_cluster as cluster_of_the_tests
from tests.faults import steps
from tests.faults.invariants import assert_invariants
from tests.faults.steps import has_ended, ring
from tests.sockets import of_file
from tests.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture
def own_server(transactional_db) -> Iterator[Cluster]:
    """A PostgreSQL with a copy of the test's database, which Django uses until the end."""
    name = f"restarted-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    cluster = Cluster(paths.server_folder(name), throwaway=True)
    database, usual = connection.settings_dict["NAME"], dict(connection.settings_dict)
    cluster.start()
    try:
        # what is committed must outlive the crash, unlike on the other servers of the tests
        cluster.query("postgres", "ALTER SYSTEM SET synchronous_commit = 'on'")
        cluster.query("postgres", "SELECT pg_reload_conf()")
        cluster.create_database(database)
        copy_database(database, cluster_of_the_tests(), cluster)
        connection.close()
        connection.settings_dict["HOST"] = str(cluster.folder)
        yield cluster
    finally:
        connection.close()
        connection.settings_dict.update(usual)
        cluster._control("stop", "-m", "immediate", check=False)
        shutil.rmtree(cluster.folder)


def copy_database(name: str, source: Cluster, into: Cluster) -> None:
    dump = [str(binary("pg_dump")), "-h", str(source.folder), "-U", ROLE, "-d", name,
            "--no-owner", "--no-comments", "--extension=plpgsql"]  # fmt: skip
    load = [str(binary("psql")), "-h", str(into.folder), "-U", ROLE, "-d", name, "-Xq",
            "-v", "ON_ERROR_STOP=1"]  # fmt: skip
    text = subprocess.run(dump, check=True, capture_output=True).stdout
    subprocess.run(load, check=True, input=text, capture_output=True)


def restart(cluster: Cluster) -> None:
    """As after a power cut: no session is told, nothing is put in order."""
    cluster._control("restart", "-m", "immediate", "-w", "-t", "60")
    connection.close()


def test_a_database_that_restarts_in_mid_publication_loses_nothing_and_is_found_again(
    own_server, platform, injector, broker, start_worker, tmp_path
):
    truth, run = steps.undisturbed(platform), steps.planned(injector.url)
    worker = start_worker(
        "only",
        allow=f"127.0.0.1:{injector.port}",
        database=own_server.url(connection.settings_dict["NAME"]),
    )
    with steps.held_at("PUBLISHING", injector):
        ring(broker, "pull_run", run.pk)
        steps.wait_at("PUBLISHING", run, injector)
        restart(own_server)
    assert steps.state(run) == "STAGED"
    assert not ObservationVersion.objects.filter(run=run).exists()
    assert not Quarantine.objects.filter(run=run).exists()
    steps.let_lease_lapse(run)
    ring(broker, "tick")
    wait_until(lambda: has_ended(run))
    assert worker.poll() is None  # the same worker: it connects again by itself
    done = Run.objects.select_related("feed").get(pk=run.pk)
    assert (done.state, done.attempts, done.accepted) == ("PARTIAL", 2, 1200)
    assert_invariants(
        done.feed, truth=truth, now=timezone.now(), sockets=of_file(tmp_path / "sockets"),
        allowed={("127.0.0.1", injector.port)},
    )  # fmt: skip
