"""A figure is known, or it is unknown for a reason: never None, never 0 for both."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unknown:
    """`reason` is an UPPERCASE code; screens turn it into a sentence and a next action."""

    reason: str
