"""The menu, the screens, the tour and the help call a thing by one name."""

import re

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portfolio.queries import guide
from portfolio.templatetags.navigation import BAR, GROUPS
from tests.factories.portfolio import make_user

pytestmark = pytest.mark.django_db
ENTRIES = [*BAR, *(entry for _title, entries in GROUPS for entry in entries)]
IN_OTHER_WORDS = {"portfolio:carry-over"}  # its title names the year
TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_screen_bears_the_name_that_the_menu_gives_it(client, entry, language):
    client.force_login(make_user(is_superuser=True))
    with translation.override(language):
        label, address = str(entry.label), reverse(entry.name)
    title = TITLE.search(client.get(address).content.decode()).group(1)
    assert label in title or entry.name in IN_OTHER_WORDS


def test_the_tour_names_screens_as_the_menu_does():
    names = [str(entry.label) for entry in ENTRIES]
    of_menu = [step for step in guide.TOUR if any(name in str(step.title) for name in names)]
    others = [step.title for step in guide.TOUR if step not in of_menu]
    assert others == [_("One project")]
