"""The commented example of every protocol is accepted as it stands."""

import pytest
import yaml

from indicators.connectors.registry import protocols
from indicators.models import Feed
from indicators.services import sources
from indicators.services.mapping import FeedMapping
from indicators.services.plain_yaml import PlainLoader
from indicators.services.sources import SCHEMA

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("protocol", protocols())
def test_the_example_can_be_applied(protocol):
    path = SCHEMA.parent / "examples" / f"sources-{protocol}.yml"
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)
    assert {change.kind for change in sources.apply(document=document)} >= {"datasource", "feed"}
    feeds = Feed.objects.filter(source__protocol=protocol)
    assert [FeedMapping.from_json(feed.mapping).value for feed in feeds]
    assert feeds.count() == len(document["feeds"])
