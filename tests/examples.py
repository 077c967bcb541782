"""The examples of sources as code, as a data team would apply them."""

import yaml

from indicators.services import sources
from indicators.services.plain_yaml import PlainLoader
from indicators.services.sources import SCHEMA, Change


def apply_example(protocol: str) -> list[Change]:
    """What the example of a protocol changes."""
    path = SCHEMA.parent / "examples" / f"sources-{protocol}.yml"
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)
    return sources.apply(document=document)
