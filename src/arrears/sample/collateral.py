"""Vehicles and liens of the sample as JSON texts, made by the column: a first lien of a bank, then ours; some facts are missing."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.door import lien_columns
from arrears.sample.dates import Ints
from arrears.sample.paying import GPS_FEE
from arrears.sample.story import LENDER
from arrears.sample.terms import Loans, Mask

BANKS = ("栖谷农商银行", "望潮商业银行", "远帆银行", "霁川银行")  # invented, as the lender is
COST_SHEET = f'[{{"code": "gps", "max_fen": {GPS_FEE}}}, {{"code": "filing", "max_fen": 20000}}]'
_KINDS = ("轿车", "SUV", "MPV", "轻型客车", "轻型货车", "纯电动轿车")
_NO_CLAIM, _NO_DAY, _NO_LIENS, _UNREGISTERED = 0.02, 0.01, 0.008, 0.025


def vehicles(rng: np.random.Generator, loans: Loans) -> dict[str, pa.Array]:
    """The columns of LOANS that speak of the vehicle and the liens on it."""
    n = loans.count
    first_share = rng.uniform(0.05, 0.45, n)
    # what both lenders are owed is 50 to 115 % of the vehicle
    value = (loans.principal / np.maximum(rng.uniform(0.5, 1.15, n) - first_share, 0.12)).astype(np.int64) // 100_000 * 100_000
    claim = (value * first_share).astype(np.int64) // 100_000 * 100_000
    kind = pa.array(_KINDS).take(pa.array(rng.integers(0, len(_KINDS), n)))
    year = pa.array(2026 - rng.integers(1, 9, n)).cast(pa.string())
    liens = _liens(rng, loans, claim)
    rank, missing = lien_columns(pa.chunked_array([liens]))
    return {
        "vehicle": _joined('{"kind": "', kind, '", "model_year": ', year, "}"),
        "vehicle_value_fen": pa.array(value),
        "vehicle_valued_on": _dates(loans.signed - rng.integers(0, 20, n)),
        "liens": liens,
        "lien_rank": rank,
        "lien_missing": missing,
    }


def _liens(rng: np.random.Generator, loans: Loans, claim: Ints) -> pa.Array:
    """The list of liens of each loan; a fact that is missing is left out."""
    n = loans.count
    holder = pa.array(BANKS).take(pa.array(rng.integers(0, len(BANKS), n)))
    registered = loans.signed - rng.integers(90, 900, n)
    claimed = _joined(', "claim_fen": ', pa.array(claim).cast(pa.string()), ', "claim_on": "', _iso(loans.signed), '"')
    entered = _joined(', "registered_on": "', _iso(registered), '", "registry": "车管所"')
    first = _joined(
        '{"rank": 1, "holder": "', holder, '"', _unless(rng.random(n) < _NO_CLAIM, claimed), _unless(rng.random(n) < _NO_DAY, entered),
        ', "ours": false}',
    )  # fmt: skip
    luck = rng.random(n)
    registered_by_us = _joined(', "registered_on": "', _iso(loans.disbursed), '", "registry": "车管所"')
    ours = _joined(
        '{"rank": 2, "holder": "', pa.array([LENDER] * n), '", "claim_fen": ', pa.array(loans.principal).cast(pa.string()),
        pc.if_else(pa.array(luck < _UNREGISTERED), ', "registry": "未登记"', _unless(luck > 1 - _NO_DAY, registered_by_us)),
        ', "ours": true}',
    )  # fmt: skip
    return pc.if_else(pa.array(rng.random(n) < _NO_LIENS), "[]", _joined("[", first, ", ", ours, "]"))


def _joined(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _unless(gone: Mask, text: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(gone), "", text)


def _dates(numbers: Ints) -> pa.Array:
    return pa.array(numbers.astype(np.int32)).cast(pa.date32())


def _iso(numbers: Ints) -> pa.Array:
    return _dates(numbers).cast(pa.string())
