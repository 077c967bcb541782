"""The commented example of every protocol is accepted as it stands."""

import pytest
import yaml

from indicators.connectors.registry import protocols
from indicators.models import Feed
from indicators.services import sources
from indicators.services.deposit_preview import preview
from indicators.services.mapping import FeedMapping
from indicators.services.plain_yaml import PlainLoader
from indicators.services.sources import SCHEMA
from tests.deposits import NOW
from tests.examples import apply_example
from tests.factories.portfolio import make_zone
from tests.pulling import means

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("protocol", protocols())
def test_the_example_can_be_applied(protocol):
    path = SCHEMA.parent / "examples" / f"sources-{protocol}.yml"
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)
    assert {change.kind for change in sources.apply(document=document)} >= {"datasource", "feed"}
    feeds = Feed.objects.filter(source__protocol=protocol)
    assert [FeedMapping.from_json(feed.mapping).value for feed in feeds]
    assert feeds.count() == len(document["feeds"])


def test_the_example_of_what_residents_say_is_read_whole(transactional_db):
    for code in ("33063", "33281"):
        make_zone(code=code)
    apply_example("drop")
    feed = Feed.objects.get(source__protocol="drop")
    content = (SCHEMA.parent / "examples" / "signalements.csv").read_bytes()
    told = preview(feed=feed, content=content, means=means(NOW))
    assert (told.received, told.new, told.set_aside) == (6, 6, 0)
