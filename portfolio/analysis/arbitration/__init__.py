"""A scenario of arbitration as frozen inputs: plain values that can be kept, hashed and solved again.

The inputs are a dictionary of JSON (`FORMAT`), written by `portfolio.queries.scenario_inputs`:

- `years`: of the envelopes, in order; `tail`: years after them that late payments may fall in;
- `ap_total`: most of all authorisations, or None; `cp`: most of the payments by year (text of the
  year; a year that is not there has no limit), both in euros;
- `delay`, `discount`: years a project may be put off, share of its value lost for each;
- `candidates`: `id` (text), `code`, names, `role`, `value`, `ap` and `cp` by year in euros, `subsidy`
  and `waits` (years it waits for), `delay` (its own), `people` while it is paid for, `co2` in tonnes,
  `department`, `policy`, `communes` (share of each, or None: place not known), `variants`;
- `unweighed`: candidates that lack a figure, with the codes of their reasons: they are in no programme;
- `conditions`: `kind` and what it says; `communes`: code, name, inhabitants.

A figure that is not known is None here, and a candidate that needs it is `unweighed`; never 0.
"""

import hashlib
import json
from typing import Any

FORMAT = 1
METHOD = "1"  # of this package: a result says which one made it
Frozen = dict[str, Any]


def digest(frozen: Frozen) -> str:
    """SHA-256 of the inputs, whatever the order of their keys."""
    text = json.dumps(frozen, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
