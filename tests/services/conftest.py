import pytest

from tests.platforms import platform

__all__ = ["platform"]


@pytest.fixture(scope="module")
def running_replica(request: pytest.FixtureRequest):
    """One replica for all the tests of a module, which says which: `REPLICA`."""
    with request.module.REPLICA() as replica:
        yield replica


@pytest.fixture
def replica(running_replica, request: pytest.FixtureRequest):
    """Each test finds what the module's `fill` puts there, whatever an earlier one has done."""
    request.module.fill(running_replica)
    return running_replica
