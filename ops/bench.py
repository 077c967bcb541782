"""`make bench`: the benchmarks of bench/, on private servers; what each prints is kept.

`make bench ONLY="ingest screens"` runs those alone and renews their sections of the record.
"""

import os
import platform as machine_facts
import re
import subprocess
import sys

from ops import paths, test
from ops.paths import ROOT, OpsError

RECORD = ROOT / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`. Ratios within one run matter; seconds depend on the machine.

"""
MARK = "<!-- bench/{}.py -->"
SECTION = re.compile(r"<!-- bench/(\w+)\.py -->\n(.*?)(?=<!-- bench/|\Z)", re.DOTALL)


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(_all_names()))
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}.", file=sys.stderr)
        return 2
    cluster, redis = test.test_cluster(), test.test_redis()
    try:
        test.prepare()
        test.GROUP.stop()
        cluster.start()
        redis.start(test.GROUP)
        for name in names or _all_names():
            _keep(name, _run(name, test.environment(cluster, redis)))
    except OpsError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        test.GROUP.stop()
        if cluster.data.exists():
            cluster.stop()
    return 0


def _all_names() -> list[str]:
    return sorted(path.stem for path in (ROOT / "bench").glob("*.py"))


def _run(name: str, environment: dict[str, str]) -> str:
    """Run one benchmark; its Markdown goes to the screen."""
    command = [str(paths.VENV / "bin" / "python"), f"bench/{name}.py"]
    done = subprocess.run(
        command, check=False, cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    print(done.stdout, flush=True)
    if done.returncode != 0:
        raise OpsError(f"bench/{name}.py failed: see above.")
    return done.stdout.strip()


def _keep(name: str, told: str) -> None:
    """Renew one section of the record, the others stay: a benchmark may take long or fail."""
    kept = dict(SECTION.findall(RECORD.read_text()))
    machine = f"{os.cpu_count()} cores, Python {machine_facts.python_version()}."
    kept[name] = f"{told}\n\n{machine}\n\n"
    names = [name for name in _all_names() if name in kept]
    text = HEAD + "".join(f"{MARK.format(name)}\n{kept[name].strip()}\n\n" for name in names)
    RECORD.write_text(text.rstrip() + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
