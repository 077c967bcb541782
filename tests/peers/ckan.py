"""A real CKAN with its DataStore, over databases of the test cluster; without Solr."""

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote

from ops import venv
from ops.paths import OpsError
from ops.platform import free_port, wait_for
from ops.postgres import ROLE, Cluster
from ops.redis import Redis
from ops.test import test_cluster as cluster_of_the_tests
from ops.test import test_redis as redis_of_the_tests
from tests.platforms import Children

READER = "ckan_reader"  # CKAN refuses to start if who reads its DataStore may also write
START_S = 120
# The search of data sets is not what is tested here: CKAN's own index that does nothing takes over,
# and a search finds nothing.
PLUGIN = """
import ckan.plugins as plugins
from ckan.lib import search


def find_nothing(self, query, permission_labels=None, **words):
    self.count, self.results, self.facets = 0, [], {}
    return {"results": [], "count": 0}


class WithoutSolr(plugins.SingletonPlugin):
    search._INDICES["package"] = search.NoopSearchIndex
    search.PackageSearchQuery.run = find_nothing
"""
ENTRY_POINT = "[ckan.plugins]\nwithout_solr = without_solr:WithoutSolr\n"
SETTINGS = """
[app:main]
use = egg:ckan
SECRET_KEY = only-for-tests-{secret}
WTF_CSRF_SECRET_KEY = only-for-tests-{secret}
api_token.jwt.algorithm = HS256
api_token.jwt.encode.secret = string:only-for-tests-{secret}
api_token.jwt.decode.secret = string:only-for-tests-{secret}
sqlalchemy.url = {main}
ckan.datastore.write_url = {store}
ckan.datastore.read_url = {reader}
ckan.datastore.sqlsearch.enabled = true
ckan.redis.url = unix://{redis}?db=5
ckan.site_url = {url}
ckan.site_id = tests
ckan.plugins = datastore without_solr
ckan.storage_path = {folder}/files
ckan.auth.create_unowned_dataset = true
solr_url = http://127.0.0.1:1/solr
solr_timeout = 1

[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = plain
[logger_root]
level = WARNING
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = plain
[formatter_plain]
format = %(asctime)s %(levelname)s [%(name)s] %(message)s
"""


@dataclass
class Ckan:
    """One server. `token` is that of its administrator."""

    folder: Path
    cluster: Cluster
    redis: Redis
    port: int
    main: str
    store: str
    token: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, group: Children) -> None:
        program = venv.ensure(venv.CKAN, venv.CKAN_VENV).parent / "ckan"
        self._write(self.folder)
        self._run(program, "db", "init")
        rights = self._run(program, "datastore", "set-permissions")
        self._grant(rights[rights.index("/*") :])
        self._run(program, "user", "add", "admin", "email=a@example.org", "password=only-for-tests")
        self._run(program, "sysadmin", "add", "admin")
        told = self._run(program, "user", "token", "add", "admin", "tests", "-q")
        self.token = told.strip().splitlines()[-1]
        command = [str(program), "-c", "ckan.ini", "run", "-H", "127.0.0.1", "-p", str(self.port)]
        command += ["--disable-reloader", "--threaded"]
        group.start("ckan", command, env=self._environment(), cwd=self.folder)
        wait_for(f"{self.url}/api/3/action/status_show", patience_s=START_S)

    def act(self, action: str, **words: object) -> dict:
        """An action of CKAN's interface, as its administrator."""
        request = urllib.request.Request(
            f"{self.url}/api/3/action/{action}",
            data=json.dumps(words).encode(),
            headers={"Authorization": self.token, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["result"]
        except HTTPError as error:
            raise OpsError(f"{action}: {error.code} {error.read()[:2000]!r}") from error

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.folder), "PGOPTIONS": ""}

    def _run(self, program: Path, *words: str) -> str:
        done = subprocess.run(
            [str(program), "-c", "ckan.ini", *words],
            check=False, cwd=self.folder, env=self._environment(), capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode != 0:
            raise OpsError(f"ckan {' '.join(words)} failed: {done.stderr[-2000:]}")
        return done.stdout

    def _address(self, database: str, role: str = ROLE) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.cluster.folder))}"

    def _write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "without_solr.py").write_text(PLUGIN)
        about = folder / "without_solr-1.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: without-solr\nVersion: 1\n")
        (about / "entry_points.txt").write_text(ENTRY_POINT)
        text = SETTINGS.format(
            secret="x" * 50, main=self._address(self.main), store=self._address(self.store),
            reader=self._address(self.store, READER), redis=self.redis.socket, url=self.url,
            folder=folder,
        )  # fmt: skip
        (folder / "ckan.ini").write_text(text)

    def _grant(self, sql: str) -> None:
        """CKAN's own script of rights, as the superuser of the cluster."""
        lines = [line for line in sql.splitlines() if not line.startswith("\\connect")]
        self.cluster.query(self.store, "\n".join(lines))


def start_ckan(folder: Path, stem: str = "ckan") -> Iterator[Ckan]:
    """`stem`: of the names of its databases, where a test process has two servers at once."""
    cluster, worker = cluster_of_the_tests(), os.environ.get("PYTEST_XDIST_WORKER", "main")
    names = [f"{stem}_{worker}", f"{stem}_store_{worker}"]
    server = Ckan(folder, cluster, redis_of_the_tests(), free_port(), *names)
    group = Children(folder / "run")
    try:
        if not cluster.query("postgres", f"SELECT 1 FROM pg_roles WHERE rolname = '{READER}'"):
            cluster.query("postgres", f"CREATE ROLE {READER} LOGIN")
        for name in names:
            _drop(cluster, name)
            cluster.create_database(name)
        server.start(group)
        yield server
    finally:
        group.stop()
        for name in names:
            _drop(cluster, name)


def _drop(cluster: Cluster, name: str) -> None:
    cluster.query("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
