"""Counting ranks over many draws, a chunk at a time: memory does not grow with the draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portfolio.analysis.ranking.inputs import Floats

Ints = npt.NDArray[np.int64]
EXACT_UP_TO = 2000  # projects; beyond, a table n × n would not fit: ranks are counted by classes
CLASSES = 100
FINE = 40  # bits of a value of 0..1: what differs by less is equal
PLACE = 20  # bits of the place of a project
EQUAL = 1 << PLACE


def classes_of(projects: int) -> Ints:
    """The last rank of each class: every rank, or the first alone and about a hundred classes."""
    if projects <= EXACT_UP_TO:
        return np.arange(1, projects + 1)
    return np.unique(np.concatenate([[1], np.linspace(1, projects, CLASSES).round()])).astype(
        np.int64
    )


@dataclass
class Tally:
    """`counts`: projects × classes of ranks. `first_weights`: sum of weights where a project leads."""

    last_ranks: Ints
    counts: Ints
    first_weights: Floats

    @classmethod
    def empty(cls, projects: int, criteria: int) -> Tally:
        last = classes_of(projects)
        return cls(last, np.zeros(projects * len(last), np.int64), np.zeros((projects, criteria)))

    def __add__(self, other: Tally) -> Tally:
        counts = self.counts + other.counts
        return Tally(self.last_ranks, counts, self.first_weights + other.first_weights)

    def add(self, values: Floats, weights: Floats) -> None:
        """`values`: draws × projects, within 0..1 (changed in place); `weights`: draws × criteria."""
        keys = _keys(values)
        keys.sort(axis=1)
        ranks = _ranks(keys)
        keys &= EQUAL - 1
        self._lead(keys, ranks, weights)
        classes = np.searchsorted(self.last_ranks, np.arange(1, keys.shape[1] + 1))
        keys *= len(self.last_ranks)
        keys += classes[ranks]
        self.counts += np.bincount(keys.ravel(), minlength=len(self.counts))

    def _lead(self, projects: Ints, ranks: Ints, weights: Floats) -> None:
        """Equal firsts all lead."""
        if ranks.ndim == 1:
            np.add.at(self.first_weights, projects[:, 0], weights)
            return
        draws, places = np.nonzero(ranks == 0)
        np.add.at(self.first_weights, projects[draws, places], weights[draws])


def _keys(values: Floats) -> Ints:
    """The value, turned so that the best is lowest, and the place of the project in one integer:
    sorting integers in place is much faster than sorting places by their values."""
    np.subtract(1, values, out=values)
    values *= 1 << FINE
    np.rint(values, out=values)
    keys = values.astype(np.int64)
    keys <<= PLACE
    keys |= np.arange(values.shape[1])
    return keys


def _ranks(keys: Ints) -> Ints:
    """From 0, of sorted keys; equal values share the better rank. One row where no two are equal."""
    places = np.arange(keys.shape[1])
    if keys.shape[1] < 2:
        return places
    apart = np.ones(keys.shape, bool)
    apart[:, 1:] = (keys[:, 1:] ^ keys[:, :-1]) >= EQUAL
    if apart.all():
        return places
    return np.asarray(np.maximum.accumulate(np.where(apart, places, 0), axis=1), np.int64)
