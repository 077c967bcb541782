"""A real MapServer 8 (WFS 2.0) behind lighttpd, over a table of the test cluster."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import psycopg

from ops.platform import free_port, wait_for
from ops.postgres import ROLE, Cluster
from tests.platforms import Children

COLUMNS = ("commune", "jour", "instant", "valeur", "statut")
TABLE = """
    CREATE TABLE {name} (
        id serial PRIMARY KEY,
        geom geometry(Point, 4326) DEFAULT ST_SetSRID(ST_MakePoint(-0.5, 45.2), 4326),
        commune text, jour date, instant timestamptz, valeur double precision, statut text
    )
"""
GEOJSON = """
  OUTPUTFORMAT
    NAME "geojson" DRIVER "OGR/GEOJSON" MIMETYPE "application/json; subtype=geojson"
    FORMATOPTION "STORAGE=stream" FORMATOPTION "FORM=SIMPLE"
  END"""
MAP = """MAP
  NAME "plateforme" EXTENT -180 -90 180 90
  PROJECTION "init=epsg:4326" END{formats}
  WEB METADATA
    "ows_enable_request" "*" "wfs_title" "Plateforme" "wfs_onlineresource" "{url}"
    "wfs_srs" "EPSG:4326" {listed} "wfs_maxfeatures" "{most}"
  END END
  LAYER
    NAME "{table}" TYPE POINT STATUS ON EXTENT -180 -90 180 90
    CONNECTIONTYPE POSTGIS CONNECTION "host={host} dbname={database} user={user}"
    DATA "geom FROM {table} USING UNIQUE id USING SRID=4326"
    PROJECTION "init=epsg:4326" END
    METADATA
      "wfs_title" "Mesures" "wfs_srs" "EPSG:4326" "gml_include_items" "all"
      "gml_featureid" "id" "gml_types" "auto"
    END
  END
END
"""
LIGHTTPD = """
server.document-root = "{folder}"
server.port = {port}
server.bind = "127.0.0.1"
server.modules = ("mod_alias", "mod_setenv", "mod_cgi")
server.errorlog = "{folder}/error.log"
alias.url = ("/json" => "{program}", "/gml" => "{program}", "/broken" => "{program}")
cgi.assign = ("" => "")
setenv.add-environment = ("MAPSERVER_CONFIG_FILE" => "{folder}/mapserver.conf")
$HTTP["url"] =~ "^/json" {{ setenv.add-environment += ("MS_MAPFILE" => "{folder}/json.map") }}
$HTTP["url"] =~ "^/gml" {{ setenv.add-environment += ("MS_MAPFILE" => "{folder}/gml.map") }}
$HTTP["url"] =~ "^/broken" {{ setenv.add-environment += ("MS_MAPFILE" => "{folder}/gone.map") }}
"""


@dataclass(frozen=True)
class MapServer:
    """Three addresses over one table: /json offers GeoJSON and GML, /gml only GML, and the
    configuration of /broken is gone. At most `most` features an answer."""

    folder: Path
    cluster: Cluster
    database: str
    port: int
    most: int = 40
    table: str = "mesures"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> psycopg.Connection:
        host = str(self.cluster.folder)
        return psycopg.connect(host=host, dbname=self.database, user=ROLE, autocommit=True)

    def fill(self, rows: Iterable[dict]) -> None:
        """Replace the rows of the table."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {self.table} RESTART IDENTITY")
            with cursor.copy(f"COPY {self.table} ({', '.join(COLUMNS)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([row.get(name) for name in COLUMNS])

    def configure(self) -> Path:
        """Write the files of the two programs; returns that of lighttpd."""
        for name, formats, listed in (
            ("json", GEOJSON, '"wfs_getfeature_formatlist" "geojson"'), ("gml", "", ""),
        ):  # fmt: skip
            text = MAP.format(
                formats=formats, listed=listed, url=f"{self.url}/{name}", most=self.most,
                table=self.table, host=self.cluster.folder, database=self.database, user=ROLE,
            )  # fmt: skip
            (self.folder / f"{name}.map").write_text(text)
        (self.folder / "mapserver.conf").write_text(
            'CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n  END\nEND\n'
        )
        written = self.folder / "lighttpd.conf"
        program = which("mapserv") or "mapserv"
        written.write_text(LIGHTTPD.format(folder=self.folder, port=self.port, program=program))
        return written


@contextmanager
def started(folder: Path, cluster: Cluster, database: str, most: int = 40) -> Iterator[MapServer]:
    """A server over an empty table of a database made for it."""
    cluster.query("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    cluster.create_database(database)
    server = MapServer(folder, cluster, database, free_port(), most)
    with server.connect() as connection:
        connection.execute(TABLE.format(name=server.table))
    group = Children(folder / "run")
    program = which("lighttpd", path=f"{os.environ['PATH']}:/usr/sbin") or "lighttpd"
    command = [program, "-D", "-f", str(server.configure())]
    try:
        group.start("lighttpd", command, env=os.environ, cwd=folder)
        words = "service=WFS&version=2.0.0&request=GetCapabilities"
        wait_for(f"{server.url}/json?{words}", patience_s=60)
        yield server
    finally:
        group.stop()
        cluster.query("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
