"""The files of a GBFS system of version 2.3, in two languages, as its operator would publish."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

UPDATED = datetime.fromisoformat("2024-02-01T08:00:00+00:00")


class System:
    """`url`: where the folder is served; station n lies in the region `regions[n]`, and so on again
    from the first."""

    def __init__(
        self, folder: Path, url: str, *, stations: int = 180, regions: Sequence[str] = "AB"
    ) -> None:
        self.folder, self.url = folder, url
        feeds = ("station_status", "station_information", "system_information")
        listed = {"feeds": [{"name": one, "url": f"{url}/{one}.json"} for one in feeds]}
        self.write("gbfs", UPDATED, en=listed, fr=listed)
        self.write("system_information", UPDATED, name="V³", license_id="LO-2.0")
        told = [
            {"station_id": str(n), "name": f"Station {n}", "lat": 44.8, "lon": -0.5, "capacity": 20,
             "region_id": regions[n % len(regions)]}
            for n in range(stations)
        ]  # fmt: skip
        self.write("station_information", UPDATED, stations=told)

    def write(self, name: str, at: datetime, /, **data: object) -> None:
        document = {"version": "2.3", "ttl": 60, "last_updated": int(at.timestamp()), "data": data}
        (self.folder / f"{name}.json").write_text(json.dumps(document))

    def report(self, at: datetime, bikes: Mapping[int, int | None]) -> None:
        """The bicycles of each station, a minute before the answer."""
        stations = [
            {"station_id": str(n), "num_bikes_available": value, "is_renting": True,
             "last_reported": int((at - timedelta(minutes=1)).timestamp())}
            for n, value in bikes.items()
        ]  # fmt: skip
        self.write("station_status", at, stations=stations)
