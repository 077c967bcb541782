"""GDAL, GEOS and PROJ from the wheels of pyogrio and shapely, found before Django loads.

They are newer than Debian's and need no system package. Where the wheels carry no library
(a build from source), Django looks for the system's own.
"""

import ctypes
import importlib.util
import os
from pathlib import Path

PATTERNS = {
    "gdal": ("pyogrio", ["pyogrio.libs/libgdal-*", "pyogrio/.dylibs/libgdal.*.dylib"]),
    "geos": ("shapely", ["shapely.libs/libgeos_c-*", "shapely/.dylibs/libgeos_c.*.dylib"]),
}


def library(name: str) -> str | None:
    """Path of the wheel's "gdal" or "geos", or None to let Django search the system."""
    package, patterns = PATTERNS[name]
    site = _package_folder(package).parent
    found = sorted(path for pattern in patterns for path in site.glob(pattern))
    if found and name == "geos":
        # libgeos_c does not know where its own libgeos is: loaded first, it is found by name
        for core in found[0].parent.glob("libgeos-*"):
            ctypes.CDLL(str(core))
    return str(found[0]) if found else None


def use_bundled_data() -> None:
    """Point GDAL and PROJ at the data files that match the wheel's libraries."""
    folder = _package_folder("pyogrio")
    for variable, name in (("GDAL_DATA", "gdal_data"), ("PROJ_DATA", "proj_data")):
        if (folder / name).is_dir():
            os.environ[variable] = str(folder / name)


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return Path(spec.origin).parent
