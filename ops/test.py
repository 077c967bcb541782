"""`make test`: every test, on private servers started and stopped here."""

import os
import subprocess
import sys

from ops import machine, npm, paths, translations, venv
from ops.paths import ROOT, VAR, OpsError
from ops.postgres import Cluster
from ops.processes import Group
from ops.redis import Redis, redis_in

GROUP = Group(VAR / "run" / "test")
# A question that runs away fails its own test instead of holding those that follow.
BOUNDS = {"PGOPTIONS": "-c statement_timeout=100s -c lock_timeout=50s"}


def test_cluster() -> Cluster:
    return Cluster(paths.server_folder("test-postgres"), throwaway=True)


def test_redis() -> Redis:
    return redis_in("test-redis")


def environment(cluster: Cluster, redis: Redis) -> dict[str, str]:
    """What the tests' Django reads: the throwaway servers, nothing of the demonstration."""
    static = VAR / "test-static"  # nothing is collected there, but whitenoise wants a folder
    static.mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "STATIC_ROOT": str(static),
        "DATABASE_URL": cluster.url("postgres"),
        "BROKER_URL": redis.broker_url,
        "CACHE_URL": redis.cache_url,
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
        "OUTBOUND_ALLOW": "127.0.0.1",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # the browser driver runs a loop in the test's thread
    }


def prepare() -> None:
    machine.ensure_packages((*machine.RUN_PACKAGES, *machine.TEST_PACKAGES))
    venv.ensure(venv.DEV)
    venv.ensure(venv.PLATFORM, venv.PLATFORM_VENV)
    venv.ensure(venv.MOTO, venv.MOTO_VENV)
    venv.ensure(venv.MITMPROXY, venv.MITMPROXY_VENV)
    venv.ensure(venv.CKAN, venv.CKAN_VENV)
    venv.ensure(venv.SENSORTHINGS, venv.SENSORTHINGS_VENV)
    npm.ensure(npm.PROVIDER, npm.PROVIDER_HOME)
    npm.ensure(npm.OPENDATASOFT, npm.OPENDATASOFT_HOME)
    translations.compile_catalogue()


def main(arguments: list[str]) -> int:
    cluster, redis = test_cluster(), test_redis()
    try:
        prepare()
        GROUP.stop()
        cluster.start()
        redis.start(GROUP)
        pytest = [str(paths.VENV / "bin" / "python"), "-m", "pytest", *arguments]
        return subprocess.run(
            pytest, check=False, cwd=ROOT, env=environment(cluster, redis) | BOUNDS
        ).returncode
    except OpsError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        GROUP.stop()
        if cluster.data.exists():
            cluster.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
