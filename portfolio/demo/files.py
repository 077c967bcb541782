"""Reading the demonstration's data files."""

from pathlib import Path
from typing import Any

import yaml

# The parser in C reads them ten times faster; wheels have it, some builds from source do not.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file of plain values."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 - safe ones
