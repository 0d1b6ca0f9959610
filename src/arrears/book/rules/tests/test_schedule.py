"""Schedules: the contract's rows to the fen, against worked examples, an outside library and a slow reference."""

from __future__ import annotations

import datetime as dt
import json
import os
import tracemalloc
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import numpy_financial as npf
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.book.columns import SCHEDULE
from arrears.book.rules.schedule import SCHEMA, iter_schedules, make_schedules, restructured
from arrears.book.rules.tests.schedule_reference import Row, Terms, reference_schedule

METHODS = ("equal_instalment", "equal_principal", "interest_first", "bullet", "simple_interest")
EXAMPLES = int(os.environ.get("ARREARS_SCHEDULE_EXAMPLES", "60"))  # each example is up to 12 loans made in one call


def table(*loans: Terms) -> pa.Table:
    """Terms as the maker takes them."""
    columns: dict[str, Any] = {name: [getattr(loan, name) for loan in loans] for name in Terms.__dataclass_fields__}
    types = dict.fromkeys(("principal_fen", "rate_ppm"), pa.int64())
    types |= dict.fromkeys(("term_count", "step_months", "due_day"), pa.int32())
    types |= dict.fromkeys(("first_due_on", "disbursed_on"), pa.date32())
    return pa.table({name: pa.array(values, types.get(name, pa.string())) for name, values in columns.items()})


def made(*loans: Terms) -> list[Row]:
    """The maker's rows without the loan id, in its own order."""
    return [Row(**{k: v for k, v in row.items() if k != "loan_id"}) for row in make_schedules(table(*loans)).to_pylist()]


def loan(method: str, principal_fen: int, rate_ppm: int, term_count: int, **more: Any) -> Terms:
    """A loan paid out on 2026-02-05, first due a month later unless told otherwise."""
    dates = {"first_due_on": dt.date(2026, 3, 5), "disbursed_on": dt.date(2026, 2, 5)}
    return Terms(method, principal_fen, rate_ppm, term_count, **(dates | more))


@pytest.mark.behaviour("S001")
def test_equal_instalments_of_60000_at_12_percent() -> None:
    rows = made(loan("equal_instalment", 6_000_000, 120_000, 24))
    assert [row.interest_fen + row.principal_fen for row in rows] == [282_441] * 23 + [282_437]
    assert sum(row.principal_fen for row in rows) == 6_000_000
    assert (rows[0].interest_fen, rows[0].principal_fen) == (60_000, 222_441)
    assert (rows[-1].interest_fen, rows[-1].principal_fen) == (2_796, 279_641)


@pytest.mark.behaviour("S002")
def test_equal_principal_of_36000_at_12_percent() -> None:
    rows = made(loan("equal_principal", 3_600_000, 120_000, 12))
    assert [row.principal_fen for row in rows] == [300_000] * 12
    assert [row.interest_fen for row in rows] == list(range(36_000, 0, -3_000))  # 360.00, 330.00 ... 30.00


@pytest.mark.behaviour("S003")
@pytest.mark.parametrize(
    ("first", "due_day", "expected"),
    [
        pytest.param("2026-01-31", 0, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"], id="day_31_comes_back"),
        pytest.param("2028-01-30", 0, ["2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30"], id="day_30_in_a_leap_year"),
        pytest.param("2026-02-28", 31, ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"], id="agreed_day_31_starting_in_february"),
        pytest.param("2026-02-28", 0, ["2026-02-28", "2026-03-28", "2026-04-28", "2026-05-28"], id="day_28_stays_28"),
    ],
)
def test_due_days_clamp_at_month_end_and_return(first: str, due_day: int, expected: list[str]) -> None:
    rows = made(loan("equal_principal", 400, 0, 4, first_due_on=dt.date.fromisoformat(first), due_day=due_day))
    assert [str(row.due_on) for row in rows] == expected


def test_interest_first_pays_interest_each_quarter_and_principal_last() -> None:
    rows = made(loan("interest_first", 1_000_000, 120_000, 4, step_months=3))
    assert [(row.interest_fen, row.principal_fen) for row in rows] == [(30_000, 0)] * 3 + [(30_000, 1_000_000)]
    assert [str(row.due_on) for row in rows] == ["2026-03-05", "2026-06-05", "2026-09-05", "2026-12-05"]


def test_bullet_is_one_row_at_the_end() -> None:
    assert made(loan("bullet", 1_000_000, 120_000, 6)) == [Row("I01", dt.date(2026, 8, 5), 60_000, 1_000_000)]


def test_bullet_by_actual_days_counts_from_the_pay_out() -> None:
    # 5 February to 5 August 2026 is 181 days: 1,000,000 x 0.12 x 181 / 365 = 59,506.85
    assert made(loan("bullet", 1_000_000, 120_000, 6, day_count="actual/365"))[0].interest_fen == 59_507


def test_simple_interest_is_level_to_the_last_row_and_carries_no_interest() -> None:
    rows = made(loan("simple_interest", 6_000_000, 120_000, 24, day_count="actual/365"))
    assert {(row.interest_fen, row.principal_fen) for row in rows} == {(0, 282_441)}


def test_actual_days_keep_the_level_amount_and_the_last_takes_the_rest() -> None:
    rows = made(loan("equal_instalment", 6_000_000, 120_000, 3, day_count="actual/360"))
    # 28 days: 6,000,000 x 0.12 x 28 / 360 = 56,000; then 31 days on 4,015,867: 41,497.29
    assert [(row.interest_fen, row.principal_fen) for row in rows] == [(56_000, 1_984_133), (41_497, 1_998_636), (20_172, 2_017_231)]


def test_a_month_dearer_than_the_level_amount_never_lowers_principal_below_zero() -> None:
    rows = made(loan("equal_instalment", 10_000_000, 240_000, 360, day_count="actual/360", disbursed_on=dt.date(2026, 2, 2)))
    assert (rows[0].interest_fen, rows[0].principal_fen) == (206_667, 0)  # level 200,160.17 for months of 30 days; 31 days cost more
    assert sum(row.principal_fen for row in rows) == 10_000_000


@pytest.mark.parametrize(
    ("principal_fen", "count", "expected"),
    [
        pytest.param(5, 8, [1, 1, 1, 1, 1, 0, 0, 0], id="shares_rounded_up_end_early"),
        pytest.param(5, 2, [2, 3], id="a_tie_goes_to_even_and_the_last_takes_the_rest"),
        pytest.param(0, 2, [0, 0], id="nothing_owed"),
    ],
)
def test_shares_of_a_very_small_loan(principal_fen: int, count: int, expected: list[int]) -> None:
    assert [row.principal_fen for row in made(loan("equal_principal", principal_fen, 0, count))] == expected
    assert [row.principal_fen for row in made(loan("equal_instalment", principal_fen, 0, count))] == expected


@pytest.mark.parametrize("principal_fen", [50, 150, 250, 9_999_999_950])
def test_a_level_amount_on_an_exact_tie_is_rounded_to_even(principal_fen: int) -> None:
    # one period at 1 %: A = P x 1.01, which ends in .5 for these principals
    assert made(loan("simple_interest", principal_fen, 120_000, 1))[0].principal_fen == round(Decimal(principal_fen) * Decimal("1.01"))


@pytest.mark.parametrize(
    ("principal_fen", "rate_ppm", "count", "level_fen"),
    [(60_152_387, 60_000, 24, 2_665_991), (372_630_220, 96_000, 36, 11_953_872), (1_511_112_621, 96_000, 24, 69_451_530)],
)
def test_a_level_amount_next_to_a_tie_is_not_taken_for_the_tie(principal_fen: int, rate_ppm: int, count: int, level_fen: int) -> None:
    # Each lies above a half by less than the kept binary places can tell; for the last two, doubles round the wrong way.
    near = loan("simple_interest", principal_fen, rate_ppm, count)
    assert made(near)[0].principal_fen == reference_schedule(near)[0].principal_fen == level_fen


def test_obligations_are_numbered_with_at_least_two_digits() -> None:
    labels = [row.obligation for row in made(loan("equal_principal", 10_000, 0, 101))]
    assert (labels[0], labels[98], labels[99], labels[100]) == ("I01", "I99", "I100", "I101")


def test_rows_come_by_loan_id_then_number_whatever_the_order_of_terms() -> None:
    result = make_schedules(table(loan("bullet", 7, 0, 3, loan_id="B"), loan("equal_principal", 8, 0, 2, loan_id="A")))
    assert result["loan_id"].to_pylist() == ["A", "A", "B"]
    assert result["obligation"].to_pylist() == ["I01", "I02", "I01"]


def test_columns_are_those_of_the_declaration() -> None:
    for result in (make_schedules(table(loan("bullet", 7, 0, 3))), make_schedules(table())):
        assert result.schema == SCHEMA
        assert result.column_names == list(SCHEDULE)


def test_chunks_give_the_same_rows() -> None:
    terms = table(*[loan(METHODS[n % 5], 1_000 + n, 90_000, 1 + n % 7, loan_id=f"L{n:02d}") for n in range(23)])
    assert pa.concat_tables(iter_schedules(terms, chunk=4)).equals(make_schedules(terms))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"method": "given"}, "method must be one of", id="given_rows_are_not_made_here"),
        pytest.param({"day_count": "30/365"}, "day_count must be one of", id="day_count"),
        pytest.param({"principal_fen": -1}, "principal_fen must be 0..10000000000, got -1", id="negative_principal"),
        pytest.param({"principal_fen": 10**10 + 1}, "principal_fen must be", id="principal_too_large"),
        pytest.param({"principal_fen": None}, "principal_fen is missing", id="null"),
        pytest.param({"rate_ppm": 18_000_000}, "rate_ppm must be 0..1000000, got 18000000", id="rate_18_for_18_percent"),
        pytest.param({"rate_ppm": 600_000, "step_months": 24}, "100 % a period", id="more_than_everything_in_a_period"),
        pytest.param({"term_count": 0}, "term_count must be 1..1200, got 0", id="term_0"),
        pytest.param({"step_months": 101}, "at most 1200, got 1212", id="a_hundred_years"),
        pytest.param({"due_day": 32}, "due_day must be 0..31", id="due_day"),
        pytest.param({"disbursed_on": dt.date(2026, 3, 6), "day_count": "actual/365"}, "disbursed_on must be given", id="paid_out_late"),
        pytest.param({"disbursed_on": None, "day_count": "actual/365"}, "disbursed_on must be given", id="no_pay_out_day"),
    ],
)
def test_bad_terms_are_refused_with_the_loan_named(change: dict[str, Any], says: str) -> None:
    good = loan("equal_instalment", 100, 0, 12, loan_id="L1")
    bad = Terms(**(vars(good) | {"loan_id": "L2"} | change))
    with pytest.raises(ValueError, match="loan L2: ") as refusal:
        make_schedules(table(good, bad))
    assert says in str(refusal.value)
    assert "(1 such loans)" in str(refusal.value)


def test_a_duplicate_loan_is_refused() -> None:
    with pytest.raises(ValueError, match="loan L: a loan may stand once only"):
        make_schedules(table(loan("bullet", 7, 0, 3), loan("bullet", 8, 0, 3)))


def test_a_missing_pay_out_day_is_no_matter_under_30_360() -> None:
    assert made(loan("bullet", 100, 120_000, 1, disbursed_on=None)) == [Row("I01", dt.date(2026, 3, 5), 1, 100)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("day_count", ["30/360", "actual/360", "actual/365"])
def test_the_largest_loan_does_not_overflow(method: str, day_count: str) -> None:
    big = loan(method, 10**10, 10**6, 100, step_months=12, day_count=day_count, disbursed_on=dt.date(1970, 1, 1))
    assert made(big) == reference_schedule(big)


def test_the_extension_of_b06_is_50_instalments_of_798_75_and_a_last_of_798_96() -> None:
    rows = restructured(
        pa.table(
            {
                "loan_id": ["B06"],
                "principal_fen": [3_178_892],
                "rate_ppm": [120_000],
                "count": pa.array([51], pa.int32()),
                "step_months": pa.array([1], pa.int32()),
                "first_due_on": [dt.date(2026, 9, 20)],
            }
        )
    )
    totals = pc.add(rows["interest_fen"], rows["principal_fen"]).to_pylist()
    assert totals == [79_875] * 50 + [79_896]
    assert rows["obligation"].to_pylist()[:2] == ["R01", "R02"]
    # signed on 19 September, first due the day after: still a whole month's interest, 3,178,892 x 1 %
    assert (rows["interest_fen"][0].as_py(), rows["due_on"][0].as_py()) == (31_789, dt.date(2026, 9, 20))


@pytest.mark.parametrize(("rate_ppm", "count"), [(120_000, 24), (144_000, 24), (96_000, 36), (240_000, 60), (35_900, 72), (180_000, 12)])
def test_level_amounts_agree_with_numpy_financial(rate_ppm: int, count: int) -> None:
    principals = range(1_000_000, 30_000_000, 777_777)
    level = [row.principal_fen for p in principals for row in made(loan("simple_interest", p, rate_ppm, count))[:1]]
    # pmt works in doubles: its relative error is near 1e-13, so on sums of 10**7 fen it is far below a fen, but it may
    # fall on the other side of a tie. One fen of difference is therefore its rounding; two would be our mistake.
    golden = [int(Decimal(float(-npf.pmt(rate_ppm / 12e6, count, p))).to_integral_value()) for p in principals]
    assert np.abs(np.array(level) - np.array(golden)).max() <= 1


def test_the_known_annuity_agrees_exactly_with_numpy_financial() -> None:
    assert Decimal(float(-npf.pmt(0.01, 24, 6_000_000))).to_integral_value() == 282_441


STORY = Path(os.environ.get("ARREARS_SHARED", Path(__file__).parents[6] / "shared")) / "facts" / "demo-story.json"


@pytest.mark.skipif(not STORY.exists(), reason=f"the story's numbers are not here ({STORY.name}); set ARREARS_SHARED")
@pytest.mark.parametrize("name", [f"B{n:02d}" for n in range(1, 11)])
def test_the_ten_loans_of_the_story(name: str) -> None:
    told = json.loads(STORY.read_text(encoding="utf-8"))["loans"][name]
    terms, first = told["terms"], dt.date.fromisoformat(told["terms"]["first_due"])
    rate_ppm = int(Decimal(terms["rate"]) * 1_000_000)
    rows = made(loan(terms["method"], terms["principal"], rate_ppm, terms["n"], first_due_on=first, step_months=terms["step_months"]))
    expected = [Row(f"I{r['k']:02d}", dt.date.fromisoformat(r["due"]), r["interest"], r["principal"]) for r in told["schedule"]]
    assert rows == expected


@st.composite
def any_terms(draw: st.DrawFn) -> Terms:
    """A loan inside the maker's bounds; small sums and round rates often, because they tie most."""
    step = draw(st.sampled_from([1, 1, 1, 2, 3, 6, 12]))
    first = draw(st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31)))
    return Terms(
        method=draw(st.sampled_from(METHODS)),
        principal_fen=draw(st.one_of(st.integers(0, 5_000), st.integers(0, 30_000_000), st.integers(0, 10**10))),
        rate_ppm=draw(st.one_of(st.sampled_from([0, 60_000, 120_000, 180_000, 240_000]), st.integers(0, 360_000), st.integers(0, 10**6))),
        term_count=draw(st.one_of(st.integers(1, 60), st.integers(1, 1200 // step).map(lambda n: min(n, 240)))),
        first_due_on=first,
        disbursed_on=first - dt.timedelta(days=draw(st.integers(0, 400))),
        step_months=step,
        day_count=draw(st.sampled_from(["30/360", "30/360", "actual/360", "actual/365"])),
        due_day=draw(st.one_of(st.just(0), st.integers(1, 31))),
    )


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(any_terms(), min_size=1, max_size=12))
def test_random_loans_equal_the_slow_reference_on_every_fen(loans: list[Terms]) -> None:
    named = [Terms(**(vars(terms) | {"loan_id": f"L{n:02d}"})) for n, terms in enumerate(loans)]
    assert made(*named) == [row for terms in named for row in reference_schedule(terms)]


def test_schedules_are_made_in_columns_not_loan_by_loan() -> None:
    n = 20_000
    terms = pa.table(
        {
            "loan_id": [f"L{i:05d}" for i in range(n)],
            "method": ["equal_instalment"] * n,
            "day_count": ["30/360"] * n,
            "principal_fen": np.arange(1_000_000, 1_000_000 + n),
            "rate_ppm": np.arange(n) % 50 * 1000,
            "term_count": np.full(n, 36, np.int32),
            "step_months": np.full(n, 1, np.int32),
            "disbursed_on": pa.array([20_000] * n, pa.int32()).cast(pa.date32()),
            "first_due_on": pa.array([20_031] * n, pa.int32()).cast(pa.date32()),
            "due_day": np.full(n, 0, np.int32),
        }
    )
    tracemalloc.start()
    rows = make_schedules(terms)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows.num_rows == 36 * n
    assert peak < 60 * 36 * n  # bytes of Python and numpy objects; Arrow's own memory comes on top
    assert pc.sum(rows["principal_fen"]).as_py() == pc.sum(terms["principal_fen"]).as_py()
