"""Copy front-end files from their registry packages into static/vendor (maintainers only).

`package-lock.json` pins the versions; users of the repository never run this.
"""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

from ops.paths import ROOT

TARGET = ROOT / "static" / "vendor"
TEST_TARGET = ROOT / "tests" / "vendor"
FILES = {
    "htmx.org": ["dist/htmx.min.js", "LICENSE"],
    "maplibre-gl": [
        "dist/maplibre-gl.mjs",
        "dist/maplibre-gl-worker.mjs",
        "dist/maplibre-gl.css",
        "LICENSE.txt",
    ],
    "axe-core": ["axe.min.js", "LICENSE"],
}

MAPPING = {"axe-core": TEST_TARGET}


def copy() -> dict[str, dict[str, str]]:
    """Copy every listed file; returns package → version, licence and file digests."""
    record: dict[str, dict[str, str]] = {}
    for package, files in FILES.items():
        source = ROOT / "node_modules" / package
        about = json.loads((source / "package.json").read_text())
        target = MAPPING.get(package, TARGET) / package
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        entry = {"version": about["version"], "licence": about["license"]}
        for name in files:
            copied = Path(shutil.copy(source / name, target / Path(name).name))
            entry[str(copied.relative_to(ROOT))] = digest(copied.read_bytes())
        record[package] = entry
    return record


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def main() -> None:
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(npm, check=True, cwd=ROOT)
    listing = json.dumps(copy(), indent=2, sort_keys=True) + "\n"
    (TARGET / "VENDOR.json").write_text(listing)
    shutil.rmtree(ROOT / "node_modules")


if __name__ == "__main__":
    main()
