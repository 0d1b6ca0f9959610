"""Columns of text or numbers turned into our types, whole columns at once; each bad cell with its reason.

Common spellings go through Arrow; what they do not match goes cell by cell through the kernel's own readers, so an amount
means the same in a file and at a desk.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.tape.shape import Mask, Whole, days_of, mask_of, numbers
from arrears.kernel.days import business_day
from arrears.kernel.ids import check_part
from arrears.kernel.money import currency_of, parse_amount, parse_rate

Reasons = dict[int, str]

_FIRST_YEAR, _LAST_YEAR = 1950, 2199
# What a spreadsheet makes of a number that was text: 19406600.0, 1.94066E+07. The number it was is gone.
_SPREADSHEET = re.compile(r"[0-9]+\.0+|[0-9](\.[0-9]+)?[eE][+]?[0-9]+")


@dataclass(frozen=True)
class Parsed:
    """A column in our type (null where empty or bad) and the reason of each bad cell by row index."""

    values: pa.Array
    reasons: Reasons


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return any column as text, null as the empty string; whole numbers and days in their plain form."""
    if pa.types.is_floating(column.type):
        return pa.chunked_array([[_plain_float(value) for value in column.to_pylist()]], type=pa.string())
    return pc.fill_null(column.cast(pa.string()), "")


def parse_text(column: pa.ChunkedArray) -> Parsed:
    """Keep text as it stands."""
    return Parsed(as_text(column).combine_chunks(), {})


def parse_id(column: pa.ChunkedArray) -> Parsed:
    """Keep an id as it stands; refuse what cannot stand in an id and what a spreadsheet has turned into a float."""
    text = as_text(column)
    odd = ~mask_of(pc.match_substring_regex(text, r"^[!-.0-~]([ -.0-~]*[!-.0-~])?$")) & ~_blank(text)
    odd |= mask_of(pc.match_substring_regex(text, r"^[0-9]+(\.0+|(\.[0-9]+)?[eE]\+?[0-9]+)$"))
    return _by_cell(text, odd, text, _read_id)


def _read_id(value: str) -> str:
    """Check one id that is not plain."""
    if _SPREADSHEET.fullmatch(value):
        raise ValueError(f"{value!r} looks like a number that a spreadsheet has changed; ids are text, give the original file")
    return check_part("loan_id", value)


def parse_amounts(column: pa.ChunkedArray, unit: str, currency: str) -> Parsed:
    """Read amounts into minor units. `unit`: units of the currency, or minor for whole minor units."""
    scale = currency_of(currency).decimals if unit == "units" else 0
    if not _is_text(column):
        return _bounded(_from_numbers(column, 10**scale, f"more than {scale} decimals"), 10**17)
    text = pc.utf8_trim_whitespace(as_text(column))
    part = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
    plain = mask_of(pc.match_substring_regex(text, rf"^-?[0-9]{{1,15}}{part}$"))
    values = _scaled(pc.if_else(pa.array(plain), text, "0"), scale)
    reader = (lambda value: parse_amount(value, currency)) if unit == "units" else _read_whole
    return _by_cell(text, ~plain & ~_blank(text), values, reader)


def parse_rates(column: pa.ChunkedArray) -> Parsed:
    """Read yearly rates into ppm: a fraction below 1, or a number with a percent sign. 18 for 18 % is refused."""
    if not _is_text(column):
        parsed = _from_numbers(column, 1_000_000, "more than six decimals")
        floats = pc.fill_null(column.cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False)
        wrong = np.flatnonzero((floats >= 1) | (floats < 0))
        return Parsed(parsed.values, {**parsed.reasons, **{int(i): _rate_reason(str(floats[i])) for i in wrong}})
    text = pc.utf8_trim_whitespace(as_text(column))
    plain = mask_of(pc.match_substring_regex(text, r"^0(\.[0-9]{1,6})?$"))
    values = _scaled(pc.if_else(pa.array(plain), text, "0"), 6)
    return _by_cell(text, ~plain & ~_blank(text), values, parse_rate)


def _rate_reason(value: str) -> str:
    """Return the kernel's own words for a rate out of bounds."""
    try:
        parse_rate(value.removesuffix(".0"))
    except ValueError as error:
        return str(error)
    return f"rate {value!r} is not between 0 and 1"


def parse_whole(column: pa.ChunkedArray) -> Parsed:
    """Read whole numbers."""
    if not _is_text(column):
        return _bounded(_from_numbers(column, 1, "not a whole number"), 10**9)
    text = pc.utf8_trim_whitespace(as_text(column))
    plain = mask_of(pc.match_substring_regex(text, r"^-?[0-9]{1,9}$"))
    return _by_cell(text, ~plain & ~_blank(text), _scaled(pc.if_else(pa.array(plain), text, "0"), 0), _read_whole)


def _read_whole(value: str) -> int:
    """Refuse what is no whole number."""
    raise ValueError(f"{value!r} is not a whole number; allowed: digits with a leading minus")


_TRUE, _FALSE = ("true", "yes", "1", "y", "是"), ("false", "no", "0", "n", "否")


def parse_bools(column: pa.ChunkedArray) -> Parsed:
    """Read yes and no: true/false, yes/no, y/n, 1/0, 是/否."""
    text = pc.utf8_lower(pc.utf8_trim_whitespace(as_text(column)))
    true = mask_of(pc.is_in(text, value_set=pa.array(_TRUE)))
    false = mask_of(pc.is_in(text, value_set=pa.array(_FALSE)))
    bad = np.flatnonzero(~true & ~false & ~_blank(text))
    reason = f"not yes or no; allowed: {', '.join(_TRUE)}, {', '.join(_FALSE)}"
    return Parsed(pa.array(true, mask=~true & ~false), dict.fromkeys(bad.tolist(), reason))


def parse_days(column: pa.ChunkedArray, form: str, day: str) -> Parsed:
    """Read days in one declared form; a form without DD means the first day, the last, or the day given."""
    if pa.types.is_temporal(column.type):
        return Parsed(column.cast(pa.date32(), safe=False).combine_chunks(), {})
    form = form or "YYYY-MM-DD"
    text = pc.utf8_trim_whitespace(as_text(column))
    pattern = re.escape(form).replace("YYYY", "(?P<y>[0-9]{4})").replace("MM", "(?P<m>[0-9]{2})").replace("DD", "(?P<d>[0-9]{2})")
    found = pc.extract_regex(text, f"^{pattern}$").combine_chunks()
    year, month = (_digits(pc.struct_field(found, name)) for name in ("y", "m"))
    possible = mask_of(pc.is_valid(found)) & (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (month <= 12)
    months = np.where(possible, (year - 1970) * 12 + month - 1, 0)
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - first
    chosen = _day_of_month(found, form, day, length)
    possible &= (chosen >= 1) & (chosen <= length)
    bad = np.flatnonzero(~possible & ~_blank(text))
    return Parsed(days_of(first + chosen - 1, ~possible), dict.fromkeys(bad.tolist(), f"not a possible day of the form {form}"))


def _day_of_month(found: pa.StructArray, form: str, day: str, length: Whole) -> Whole:
    """Return the day of the month that each cell means."""
    if "DD" in form:
        return _digits(pc.struct_field(found, "d"))
    if day == "last":
        return length
    return np.full(len(length), int(day) if day.isdigit() else 1, dtype=np.int64)


def _digits(column: pa.Array) -> Whole:
    """Read digits; none is 0."""
    text = pc.fill_null(column, "0")
    return numbers(pc.if_else(pc.equal(text, ""), "0", text).cast(pa.int64()))


def parse_instants(column: pa.ChunkedArray) -> Parsed:
    """Keep aware instants as ISO 8601 text; one without an offset is refused, which day it means would be a guess."""
    if pa.types.is_timestamp(column.type) and column.type.tz:
        text = pa.chunked_array([[value.isoformat() if value else "" for value in column.to_pylist()]], type=pa.string())
    else:
        text = as_text(column)
    return _by_cell(text, ~_blank(text), text, _read_instant)


def _read_instant(value: str) -> str:
    """Check one instant."""
    try:
        business_day(dt.datetime.fromisoformat(value))
    except ValueError as error:
        raise ValueError(f"not an instant with an offset such as 2026-09-08T09:00:00+08:00 ({error})") from None
    return value


def parse_json(column: pa.ChunkedArray) -> Parsed:
    """Keep JSON as text; refuse what is none."""
    text = as_text(column)
    return _by_cell(text, ~_blank(text), text, _read_json)


def _read_json(value: str) -> str:
    """Check one JSON text."""
    try:
        json.loads(value)
    except ValueError as error:
        raise ValueError(f"not JSON ({error})") from None
    return value


def _by_cell(text: pa.ChunkedArray, odd: Mask, values: pa.Array, read: Callable[[str], str | int]) -> Parsed:
    """Take the columnar values, and read the odd cells one by one, each distinct text once."""
    blank, at = _blank(text), np.flatnonzero(odd)
    out = (values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values).filter(pa.array(~odd & ~blank))
    cells = text.take(pa.array(at)).to_pylist()
    answers: dict[str, str | int | ValueError] = {}
    for cell in dict.fromkeys(cells):
        try:
            answers[cell] = read(cell)
        except ValueError as error:
            answers[cell] = error
    reasons = {int(place): str(answers[cell]) for place, cell in zip(at, cells, strict=True) if isinstance(answers[cell], ValueError)}
    good = [(int(place), answers[cell]) for place, cell in zip(at, cells, strict=True) if int(place) not in reasons]
    pool = pa.concat_arrays([out, pa.array([value for _, value in good], type=out.type)])
    index = np.full(len(text), -1, dtype=np.int64)
    index[np.flatnonzero(~odd & ~blank)] = np.arange(len(out))
    index[[place for place, _ in good]] = np.arange(len(out), len(pool))
    return Parsed(pool.take(pa.array(index, mask=index < 0)), reasons)


def _from_numbers(column: pa.ChunkedArray, scale: int, reason: str) -> Parsed:
    """Scale a column of numbers exactly; a float must lie on the grid of the scale to a ten-thousandth of a unit."""
    if pa.types.is_integer(column.type):
        whole = _bounded(Parsed(column.cast(pa.int64()).combine_chunks(), {}), 10**17 // scale)
        return Parsed(pc.multiply(whole.values, scale), whole.reasons)
    floats = column.cast(pa.float64()).combine_chunks()
    present = mask_of(pc.is_finite(floats))
    scaled = np.where(present, pc.fill_null(floats, 0.0).to_numpy(zero_copy_only=False), 0.0) * scale
    rounded = np.rint(scaled)
    off = present & ((np.abs(scaled - rounded) > 1e-4) | (np.abs(rounded) > 2**53))
    return Parsed(pa.array(rounded.astype(np.int64), mask=~present | off), dict.fromkeys(np.flatnonzero(off).tolist(), reason))


def _bounded(parsed: Parsed, most: int) -> Parsed:
    """Give a reason to numbers beyond a bound."""
    far = np.flatnonzero(np.abs(numbers(parsed.values)) >= most)
    return Parsed(parsed.values, {**dict.fromkeys(far.tolist(), "too large"), **parsed.reasons})


def _scaled(text: pa.ChunkedArray, scale: int) -> pa.Array:
    """Return plain decimal text of at most 15 whole digits times 10^scale, exact."""
    wide = text.combine_chunks().cast(pa.decimal128(38, scale))
    # the low word of each 128-bit number, in two's complement, is the number itself: the text was bounded above
    words = np.frombuffer(wide.buffers()[1], dtype="<i8")[2 * wide.offset : 2 * (wide.offset + len(wide)) : 2]
    return pa.array(words.astype(np.int64))


def _blank(text: pa.ChunkedArray) -> Mask:
    """Say which cells are empty."""
    return mask_of(pc.equal(pc.utf8_trim_whitespace(text), ""))


def _is_text(column: pa.ChunkedArray) -> bool:
    """Say whether a column is text."""
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def _plain_float(value: float | None) -> str:
    """Write a float as text."""
    return "" if value is None or value != value else repr(value)
