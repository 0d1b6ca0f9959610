"""How borrowers are: a type for life and a hidden state that changes from month to month. The lender never sees either.

The state and some luck make a score; who scores low in a month pays late or not at all. How many do so is set in `months`
by the published rates, so a change of the figures here moves money between people, not the rates.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from arrears.sample.dates import Ints
from arrears.sample.terms import Floats

TYPES = ("steady", "forgetful", "stretched", "evasive")
TYPE_SHARES = (0.74, 0.12, 0.11, 0.03)
STATES = ("usual", "forgets", "short", "ill", "out_of_work", "evades", "recovers", "dead")
USUAL, FORGETS, SHORT, ILL, OUT_OF_WORK, EVADES, RECOVERS, DEAD = range(len(STATES))
_SHIFT = np.array([1.4, -0.6, -0.8, -1.3, -1.6, -2.2, 0.6, -9.0])
_TYPE_SHIFT = np.array([0.5, 0.0, -0.5, -1.2])

# From each state to each state in a month, by type; rows sum to 1. The dead stay dead.
_CHAIN: npt.NDArray[np.float64] = np.array(
    [
        [
            [0.962, 0.015, 0.013, 0.004, 0.005, 0.0005, 0.0, 0.0005],
            [0.850, 0.130, 0.010, 0.004, 0.005, 0.0005, 0.0, 0.0005],
            [0.300, 0.020, 0.400, 0.020, 0.060, 0.0095, 0.190, 0.0005],
            [0.200, 0.010, 0.150, 0.400, 0.080, 0.005, 0.150, 0.005],
            [0.120, 0.010, 0.220, 0.020, 0.500, 0.029, 0.100, 0.001],
            [0.050, 0.010, 0.100, 0.010, 0.080, 0.690, 0.0595, 0.0005],
            [0.450, 0.020, 0.080, 0.010, 0.0295, 0.010, 0.400, 0.0005],
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
        ]
    ]
    * len(TYPES)
)
_CHAIN[1, :, FORGETS] += 0.20
_CHAIN[2, :, SHORT] += 0.10
_CHAIN[2, :, OUT_OF_WORK] += 0.02
_CHAIN[3, :, EVADES] += 0.25
_CHAIN[:, DEAD] = np.eye(len(STATES))[DEAD]
_CHAIN /= _CHAIN.sum(axis=2, keepdims=True)
_EDGES = _CHAIN.cumsum(axis=2)


def draw_types(rng: np.random.Generator, n: int) -> Ints:
    """A type for each borrower."""
    return rng.choice(len(TYPES), n, p=TYPE_SHARES).astype(np.int64)


def next_state(rng: np.random.Generator, kind: Ints, state: Ints) -> Ints:
    """The state of the coming month."""
    moved: Ints = (rng.random(len(state))[:, None] > _EDGES[kind, state]).sum(axis=1)
    return np.minimum(moved, DEAD)


def score(rng: np.random.Generator, kind: Ints, state: Ints) -> Floats:
    """How able and willing each borrower is this month; only the order counts."""
    shown: Floats = _SHIFT[state] + _TYPE_SHIFT[kind] + rng.normal(0.0, 1.0, len(state))
    return shown
