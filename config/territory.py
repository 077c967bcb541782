"""The territory that an installation serves: name, projected CRS, envelope, population."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Territory:
    """`envelope` is (west, south, east, north) in degrees; `crs` an EPSG code in metres."""

    code: str
    name: str
    crs: int
    envelope: tuple[float, float, float, float]
    population: int | None
    demonstration: bool


DEMONSTRATION = Territory(
    code="MV",
    name="Métropole de Valombre",
    crs=2154,
    envelope=(-0.85, 45.0, -0.25, 45.45),
    population=612_000,
    demonstration=True,
)


def read_territory(text: str) -> Territory:
    """The `TERRITORY` setting: JSON, or the path of a JSON file; empty: the demonstration.

    Raises ValueError naming the field that is missing or wrong.
    """
    if not text.strip():
        return DEMONSTRATION
    raw = text if text.lstrip().startswith("{") else Path(text).read_text(encoding="utf-8")
    data = json.loads(raw)
    missing = {"code", "name", "crs", "envelope"} - data.keys()
    if missing:
        raise ValueError(f"TERRITORY lacks {', '.join(sorted(missing))}")
    envelope = tuple(float(value) for value in data["envelope"])
    if len(envelope) != 4 or envelope[0] >= envelope[2] or envelope[1] >= envelope[3]:
        raise ValueError("TERRITORY envelope must be [west, south, east, north]")
    return Territory(
        code=data["code"],
        name=data["name"],
        crs=int(data["crs"]),
        envelope=envelope,
        population=data.get("population"),
        demonstration=bool(data.get("demonstration", False)),
    )
