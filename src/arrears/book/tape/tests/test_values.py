"""Cells into our types: exact, and a bad one says why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.book.tape import values as v
from arrears.kernel.money import parse_amount, parse_rate


def column(*cells: Any) -> pa.ChunkedArray:
    """A column of cells."""
    return pa.chunked_array([list(cells)])


def test_amounts_in_units_become_minor_units() -> None:
    parsed = v.parse_amounts(column("1234.5", "1,234.50", "-0.05", "", " 7 ", "¥12", "007.10"), "units", "CNY")
    assert parsed.values.to_pylist() == [123450, 123450, -5, None, 700, 1200, 710]
    assert parsed.reasons == {}


def test_a_large_amount_keeps_every_fen() -> None:
    assert v.parse_amounts(column("90071992547409.93"), "units", "CNY").values.to_pylist() == [9007199254740993]


def test_minor_units_stay_as_they_are_and_yen_have_no_decimals() -> None:
    assert v.parse_amounts(column("123450", "-3"), "minor", "CNY").values.to_pylist() == [123450, -3]
    assert v.parse_amounts(column("1200"), "units", "JPY").values.to_pylist() == [1200]


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("1.234", "3 decimals"),
        ("1.234,50", "cannot be read"),
        ("12,34", "cannot be read"),
        ("abc", "cannot be read"),
        ("NaN", "cannot be read"),
    ],
)
def test_an_amount_that_needs_a_guess_is_bad(cell: str, says: str) -> None:
    assert says in v.parse_amounts(column("1", cell), "units", "CNY").reasons[1]


def test_parquet_numbers_are_scaled_exactly_and_a_third_decimal_is_bad() -> None:
    parsed = v.parse_amounts(column(0.1, 2.675, 13649.18, None, float("nan")), "units", "USD")
    assert parsed.values.to_pylist() == [10, None, 1364918, None, None]
    assert parsed.reasons == {1: "more than 2 decimals"}


def test_a_number_beyond_int64_is_bad_and_not_wrapped_round() -> None:
    assert v.parse_amounts(column(2**62, 5), "units", "CNY").reasons == {0: "too large"}
    assert v.parse_whole(column(2**40, 5)).reasons == {0: "too large"}


@pytest.mark.parametrize(("cell", "ppm"), [("0.12", 120_000), ("12%", 120_000), ("0.0704", 70_400), ("0", 0), ("14.4 %", 144_000)])
def test_a_rate_is_a_fraction_or_bears_a_percent_sign(cell: str, ppm: int) -> None:
    assert v.parse_rates(column(cell)).values.to_pylist() == [ppm]


@pytest.mark.parametrize("cell", ["18", "1.8", "-0.1", "0.1234567", "180%", 18, 18.0, -0.1])
def test_a_rate_of_18_for_18_percent_is_bad_and_never_divided(cell: Any) -> None:
    assert list(v.parse_rates(column(cell)).reasons) == [0]


@pytest.mark.parametrize(
    ("cell", "form", "day", "expected"),
    [
        pytest.param("2026-02-28", "", "", dt.date(2026, 2, 28), id="iso"),
        pytest.param("2024-02-29", "", "", dt.date(2024, 2, 29), id="leap_day"),
        pytest.param("03-31-2026", "MM-DD-YYYY", "", dt.date(2026, 3, 31), id="us"),
        pytest.param("20260905", "YYYYMMDD", "", dt.date(2026, 9, 5), id="packed"),
        pytest.param("02/2016", "MM/YYYY", "first", dt.date(2016, 2, 1), id="month_first"),
        pytest.param("02/2016", "MM/YYYY", "15", dt.date(2016, 2, 15), id="month_15th"),
        pytest.param("2016-02", "YYYY-MM", "last", dt.date(2016, 2, 29), id="month_last"),
        pytest.param("", "", "", None, id="empty"),
    ],
)
def test_days_come_in_the_declared_form(cell: str, form: str, day: str, expected: dt.date | None) -> None:
    parsed = v.parse_days(column(cell), form, day)
    assert (parsed.values.to_pylist(), parsed.reasons) == ([expected], {})


@pytest.mark.parametrize("cell", ["2026-02-29", "2026-13-01", "2026-00-10", "1026-01-01", "01/02/2026", "2026-1-1", "soon"])
def test_an_impossible_day_is_bad(cell: str) -> None:
    assert v.parse_days(column(cell), "", "").reasons == {0: "not a possible day of the form YYYY-MM-DD"}


def test_ids_are_text_with_their_zeros_and_a_spreadsheets_float_is_bad() -> None:
    parsed = v.parse_id(column("007", "A 1", "车贷1", "19406600.0", "1.94066E+07", "a/b", " x"))
    assert parsed.values.to_pylist() == ["007", "A 1", "车贷1", None, None, None, None]
    assert "spreadsheet" in parsed.reasons[3]
    assert "joins the parts" in parsed.reasons[5]
    assert v.parse_id(column(19406600.0)).reasons
    assert v.parse_id(column(19406600)).values.to_pylist() == ["19406600"]


def test_an_instant_needs_an_offset() -> None:
    parsed = v.parse_instants(column("2026-09-08T09:00:00+08:00", "2026-09-08T09:00:00", ""))
    assert parsed.values.to_pylist() == ["2026-09-08T09:00:00+08:00", None, None]
    assert "no UTC offset" in parsed.reasons[1]


def test_yes_and_no_in_both_languages() -> None:
    parsed = v.parse_bools(column("TRUE", "0", "是", "", "maybe"))
    assert parsed.values.to_pylist() == [True, False, True, None, None]
    assert list(parsed.reasons) == [4]


CELLS = st.one_of(
    st.decimals(min_value=-(10**12), max_value=10**12, places=2).map(str),
    st.integers(-(10**12), 10**12).map(lambda number: f"{number:,}"),
    st.text(alphabet="0123456789.,-+% ¥()", max_size=12),
)


GROUPED = re.compile(r"[^0-9]*[0-9]{1,3}( [0-9]{3})+([^0-9 ].*)?")


def alone(read: Callable[[str], int], cell: str) -> int | None:
    """What the kernel's reader makes of one cell, blanks between groups of three taken out; None where it refuses or it is empty."""
    cell = cell.strip()
    try:
        return read(cell.replace(" ", "") if GROUPED.fullmatch(cell) else cell) if cell else None
    except ValueError:
        return None


@given(st.lists(CELLS, min_size=1, max_size=8))
def test_columns_of_amounts_and_rates_mean_what_the_kernel_reads_cell_by_cell(cells: list[str]) -> None:
    amounts, rates = v.parse_amounts(column(*cells), "units", "CNY"), v.parse_rates(column(*cells))
    assert amounts.values.to_pylist() == [alone(lambda text: parse_amount(text, "CNY"), cell) for cell in cells]
    assert rates.values.to_pylist() == [alone(parse_rate, cell) for cell in cells]
    assert sorted(amounts.reasons) == [at for at, value in enumerate(amounts.values.to_pylist()) if value is None and cells[at].strip()]


@pytest.mark.parametrize(
    ("cell", "fen"),
    [("１２３．４５", 12_345), ("６０，０００", 6_000_000), ("60 000.00", 6_000_000), ("－５", -500), ("￥１２", 1_200), (" 7\u3000", 700)],
)
def test_full_width_signs_and_grouped_blanks_are_read_in_amounts(cell: str, fen: int) -> None:
    assert v.parse_amounts(column(cell), "units", "CNY").values.to_pylist() == [fen]


def test_a_blank_that_does_not_group_three_digits_is_refused() -> None:
    assert list(v.parse_amounts(column("12 34", "1 2"), "units", "CNY").reasons) == [0, 1]


def test_full_width_and_grouped_whole_numbers_and_rates() -> None:
    assert v.parse_whole(column("３６", "1,200", "74.0", "3.5", "1,2")).values.to_pylist() == [36, 1200, 74, None, None]
    assert v.parse_rates(column("０．１２", "１２％", "0.15800000")).values.to_pylist() == [120_000, 120_000, 158_000]


def test_percent_without_a_sign_is_read_only_where_the_mapping_says_so() -> None:
    cells = column("12", "12.5", "8.00", "12%", "")
    assert v.parse_rates(cells, "percent").values.to_pylist() == [120_000, 125_000, 80_000, 120_000, None]
    assert list(v.parse_rates(cells).reasons) == [0, 1, 2]


def test_further_decimals_are_rounded_half_even_only_where_the_mapping_says_so() -> None:
    cells = column("199.583721", "1830.56000000", "0.125", "0.135", "-0.005", "100.00000000")
    assert v.parse_amounts(cells, "units", "USD", rounded=True).values.to_pylist() == [19_958, 183_056, 12, 14, 0, 10_000]
    assert list(v.parse_amounts(cells, "units", "USD").reasons) == [0, 1, 2, 3, 4, 5]
    assert v.parse_rates(column("0.0289999999999999"), rounded=True).values.to_pylist() == [29_000]


@pytest.mark.parametrize(
    ("form", "cell"),
    [("YYYY/M/D", "2026/2/5"), ("YYYY年M月D日", "２０２６年2月5日"), ("MM-DD-YYYY", "02-05-2026"), ("YYYYMMDD", "20260205")],
)
def test_days_in_the_forms_that_tapes_use(form: str, cell: str) -> None:
    assert v.parse_days(column(cell), form, "").values.to_pylist() == [dt.date(2026, 2, 5)]


def test_several_forms_are_tried_in_order() -> None:
    parsed = v.parse_days(column("07/2026", "2026-07-01", "07.2026"), "MM/YYYY|YYYY-MM-01", "15")
    assert parsed.values.to_pylist() == [dt.date(2026, 7, 15), dt.date(2026, 7, 15), None]
    assert "MM/YYYY or YYYY-MM-01" in parsed.reasons[2]


@pytest.mark.parametrize("cell", ["0", "0.0", "", "NONE", "No score", "9", "1200"])
def test_what_is_no_score_is_none_and_no_reject(cell: str) -> None:
    assert v.parse_score(column(cell, "673.0", "608.5")) == v.Parsed(pa.array([None, 673, 608], type=pa.int64()), {})


def test_an_id_of_two_parts_can_be_told_from_any_other() -> None:
    joined = v.joined([column("A:1", "A", "", "A/1"), column("2", "1:2", "x/y%", "")])
    assert joined.to_pylist() == ["A%3A1:2", "A:1:2", "x%2Fy%25", ""]
