"""An agent of a department, signed in."""

import pytest

from portfolio.models import User
from tests.factories.portfolio import make_organisation, make_user


@pytest.fixture
def agent(client, db) -> User:
    agent = make_user(organisation=make_organisation())
    client.force_login(agent)
    return agent
