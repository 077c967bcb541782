"""`make bench`: every benchmark of bench/, on private servers; what they print is kept."""

import os
import platform as machine_facts
import subprocess
import sys

from ops import paths, test
from ops.paths import ROOT, OpsError

RECORD = ROOT / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`. Ratios within one run matter; seconds depend on the machine.

"""


def main() -> int:
    cluster, redis = test.test_cluster(), test.test_redis()
    try:
        test.prepare()
        test.GROUP.stop()
        cluster.start()
        redis.start(test.GROUP)
        sections = [_run(name, test.environment(cluster, redis)) for name in _names()]
    except OpsError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        test.GROUP.stop()
        if cluster.data.exists():
            cluster.stop()
    about = f"{os.cpu_count()} cores, Python {machine_facts.python_version()}.\n"
    RECORD.write_text(HEAD + about + "".join(sections))
    return 0


def _names() -> list[str]:
    return sorted(path.stem for path in (ROOT / "bench").glob("*.py"))


def _run(name: str, environment: dict[str, str]) -> str:
    """Run one benchmark; its Markdown goes to the screen and to the record."""
    command = [str(paths.VENV / "bin" / "python"), f"bench/{name}.py"]
    done = subprocess.run(
        command, check=False, cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    print(done.stdout, flush=True)
    if done.returncode != 0:
        raise OpsError(f"bench/{name}.py failed: see above.")
    return f"\n{done.stdout.strip()}\n"


if __name__ == "__main__":
    sys.exit(main())
