"""Files of a data lake, over HTTP (RFC 9110) or the S3 interface (AWS Signature Version 4): CSV
(RFC 4180), Apache Parquet, GeoParquet 1.1 (OGC 24-013)."""

from django.utils.translation import gettext_noop

from indicators.connectors.base import About, Option
from indicators.connectors.files.client import connect

ABOUT = About(
    name="CSV, Parquet",
    address=gettext_noop("the folder, such as https://data.example.org/lake or s3://bucket/folder"),
    collection=gettext_noop(
        "the path of a file, a folder (with the option `files` or `partitions`), or on S3 a pattern "
        "such as counts/year=*/month=*/"
    ),
    options={
        "files": Option(gettext_noop("names of files in the folder"), examples=(["a.csv", "b.csv"],)),
        "partitions": Option(
            gettext_noop("how files in the folder are named by year, month and day"),
            examples=("year={yyyy}/month={mm}/data.parquet",),
        ),
        "format": Option(
            gettext_noop("csv or parquet, where the name of the file does not say it"),
            examples=("csv", "parquet"),
        ),
        "columns": Option(
            gettext_noop("the only columns to read; without it, all"),
            examples=(["station", "day", "count"],),
        ),
        "time_field": Option(
            gettext_noop("Parquet: the column that dates a row; parts outside the window are skipped"),
            examples=("day",),
        ),
        "delimiter": Option(gettext_noop("CSV: what separates two cells"), examples=(";",)),
        "encoding": Option(gettext_noop("CSV: the encoding; without it, UTF-8"), examples=("cp1252",)),
        "decimal": Option(gettext_noop("CSV: `,` if the comma is decimal"), examples=(",",)),
        "thousands": Option(
            gettext_noop("CSV: what separates thousands; a blank stands for any blank"),
            examples=(" ",),
        ),
        "endpoint": Option(
            gettext_noop("S3: the address of the service; without it, that of AWS"),
            examples=("https://s3.gra.io.cloud.ovh.net",),
        ),
        "region": Option(gettext_noop("S3: the region"), examples=("eu-west-3",)),
    },
    secret=gettext_noop("S3: KEY:SECRET. HTTP: user:password, or a token. None if all may read."),
    schemes=("http", "https", "s3"),
)  # fmt: skip
__all__ = ["ABOUT", "connect"]
