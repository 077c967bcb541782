"""What a try asks of a real PostgreSQL: its tables, and a few rows."""

from dataclasses import replace

import pytest

from indicators.connectors.registry import opened
from tests.peers.warehouse import warehouse
from tests.pulling import POLICY
from tests.services.test_sql import MEASURES, measures, query, rows

__all__ = ["warehouse"]
pytestmark = pytest.mark.server


def test_tables_that_the_role_may_read_are_listed(warehouse):
    measures(warehouse)
    warehouse.fill("ferme.secrets", MEASURES, [])
    with opened("sql", query(warehouse, ""), POLICY) as connector:
        names = [one.code for one in connector.collections()]
    assert "ouvert.mesures" in names
    assert not [name for name in names if name.startswith(("ferme.", "pg_"))]


def test_a_try_takes_a_few_rows_of_a_large_table(warehouse):
    measures(warehouse)
    asked = query(warehouse, "ouvert.mesures")
    assert len(rows(asked)) > 3
    assert len(rows(asked, policy=replace(POLICY, sample=3))) == 3
