"""Columns of text or numbers turned into our types, whole columns at once; each bad cell with its reason.

Common spellings go through Arrow; what they do not match goes cell by cell through the kernel's own readers, so an amount
means the same in a file and at a desk. Full-width signs, blanks inside numbers and commas by three are read as what they
mean; a number with two meanings is refused.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.tape.shape import Mask, Whole, days_of, mask_of, numbers
from arrears.kernel.days import business_day
from arrears.kernel.ids import check_part
from arrears.kernel.money import currency_of, parse_amount, parse_rate

Reasons = dict[int, str]

_LOWEST_SCORE, _HIGHEST_SCORE = 250, 999
_FIRST_YEAR, _LAST_YEAR = 1950, 2199
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
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


def is_blank(column: pa.ChunkedArray) -> Mask:
    """Say which cells of any column are empty."""
    return _blank(as_text(column))


def translated(column: pa.ChunkedArray, words: Mapping[str, str]) -> pa.ChunkedArray:
    """Return text with the sender's words put into ours; a word that is not among them stays."""
    text = pc.utf8_trim_whitespace(as_text(column))
    at = pc.index_in(text, value_set=pa.array(list(words), type=pa.string()))
    return pc.coalesce(pa.chunked_array([pa.array(list(words.values()), type=pa.string()).take(at.combine_chunks())]), text)


def parse_text(column: pa.ChunkedArray) -> Parsed:
    """Keep text as it stands."""
    return Parsed(as_text(column).combine_chunks(), {})


def parse_id(column: pa.ChunkedArray) -> Parsed:
    """Keep an id as it stands; refuse what cannot stand in an id and what a spreadsheet has turned into a float."""
    text = as_text(column)
    odd = ~mask_of(pc.match_substring_regex(text, r"^[!-.0-~]([ -.0-~]*[!-.0-~])?$")) & ~_blank(text)
    odd |= mask_of(pc.match_substring_regex(text, r"^[0-9]+(\.0+|(\.[0-9]+)?[eE]\+?[0-9]+)$"))
    return _by_cell(text, odd, text, _read_id)


def joined(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Join columns into one id with ":"; an empty part is left out, and no two different rows can join to one id.

    "%" and "/" are written %25 and %2F, and a ":" inside a part that is not the last %3A; a row whose last part is empty
    has no id.
    """
    texts = [pc.utf8_trim_whitespace(as_text(column)) for column in columns]
    texts = [pc.replace_substring(pc.replace_substring(text, "%", "%25"), "/", "%2F") for text in texts]
    out = texts[-1]
    for text in reversed(texts[:-1]):
        first = pc.replace_substring(text, ":", "%3A")
        whole = pc.binary_join_element_wise(first, out, ":")
        out = pc.if_else(pc.or_(pc.equal(first, ""), pc.equal(out, "")), out, whole)
    return out


def _read_id(value: str) -> str:
    """Check one id that is not plain."""
    if _SPREADSHEET.fullmatch(value):
        raise ValueError(f"{value!r} looks like a number that a spreadsheet has changed; ids are text, give the original file")
    return check_part("loan_id", value)


def parse_amounts(column: pa.ChunkedArray, unit: str, currency: str, rounded: bool = False) -> Parsed:
    """Read amounts into minor units.

    Parameters
    ----------
    unit : units of the currency, or minor for whole minor units
    rounded : further decimals are rounded half-even to the minor unit; otherwise they are refused
    """
    scale = currency_of(currency).decimals if unit == "units" else 0
    if not _is_text(column):
        return _bounded(_from_numbers(column, 10**scale, f"more than {scale} decimals"), 10**17)
    text = _narrow(column)
    if rounded:
        text = pc.replace_substring_regex(
            pc.replace_substring_regex(text, r"^(-?[0-9]+)\.0+$", r"\1"), r"^(-?[0-9]+\.[0-9]*[1-9])0+$", r"\1"
        )
    part = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
    plain = mask_of(pc.match_substring_regex(text, rf"^-?[0-9]{{1,15}}{part}$"))
    values = _scaled(pc.if_else(pa.array(plain), text, "0"), scale)
    reader = (lambda value: parse_amount(_rounded(value, scale) if rounded else value, currency)) if unit == "units" else _read_whole
    return _by_cell(text, ~plain & ~_blank(text), values, reader)


def _rounded(text: str, scale: int) -> str:
    """Round decimal text half-even to a number of decimals; what is no plain number, or has no more decimals, stays."""
    if not _DECIMAL.fullmatch(text) or len(text.partition(".")[2]) <= scale:
        return text
    return format(Decimal(text).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_EVEN), "f")


def parse_rates(column: pa.ChunkedArray, unit: str = "units", rounded: bool = False) -> Parsed:
    """Read yearly rates into ppm: a fraction below 1, or a number with a percent sign. 18 for 18 % is refused.

    Parameters
    ----------
    unit : percent where a number without a sign is percent
    rounded : decimals beyond a millionth are rounded half-even; otherwise they are refused
    """
    if unit == "percent":
        return _rates_in_percent(column)
    if not _is_text(column):
        parsed = _from_numbers(column, 1_000_000, "more than six decimals")
        floats = pc.fill_null(column.cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False)
        wrong = np.flatnonzero((floats >= 1) | (floats < 0))
        return Parsed(parsed.values, {**parsed.reasons, **{int(i): _rate_reason(str(floats[i])) for i in wrong}})
    text = pc.replace_substring_regex(_narrow(column), r"^(0\.[0-9]{1,6})0+$", r"\1")
    plain = mask_of(pc.match_substring_regex(text, r"^0(\.[0-9]{1,6})?$"))
    values = _scaled(pc.if_else(pa.array(plain), text, "0"), 6)
    return _by_cell(text, ~plain & ~_blank(text), values, (lambda value: parse_rate(_rounded(value, 6))) if rounded else parse_rate)


def _rates_in_percent(column: pa.ChunkedArray) -> Parsed:
    """Read rates given in percent: the sign is put where it is left out, and the kernel reads them."""
    text = pc.replace_substring_regex(_narrow(column), r"^(-?[0-9]+(\.[0-9]*?[1-9])?)\.?0*$", r"\1")
    signed = pc.if_else(pc.match_substring_regex(text, r"^-?[0-9.]+$"), pc.binary_join_element_wise(text, "%", ""), text)
    none: Mask = np.zeros(len(text), dtype=np.bool_)
    return _by_cell(signed, ~none & ~_blank(text), pa.array(np.zeros(len(text), dtype=np.int64)), parse_rate)


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
    text = pc.replace_substring_regex(_narrow(column), r"^(-?[0-9]{1,3}(,[0-9]{3})*|-?[0-9]+)\.0+$", r"\1")
    text = pc.if_else(pc.match_substring_regex(text, r"^-?[0-9]{1,3}(,[0-9]{3})+$"), pc.replace_substring(text, ",", ""), text)
    plain = mask_of(pc.match_substring_regex(text, r"^-?[0-9]{1,9}$"))
    return _by_cell(text, ~plain & ~_blank(text), _scaled(pc.if_else(pa.array(plain), text, "0"), 0), _read_whole)


def _read_whole(value: str) -> int:
    """Refuse what is no whole number."""
    raise ValueError(f"{value!r} is not a whole number; allowed: digits with a leading minus")


def parse_score(column: pa.ChunkedArray) -> Parsed:
    """Read a credit score; 0, nothing, NONE, free text and a number no score has all say that there is none. Rejects nothing."""
    text = pc.replace_substring_regex(_narrow(column), r"^([0-9]{1,4})(\.[0-9]*)?$", r"\1")
    plain = mask_of(pc.match_substring_regex(text, r"^[0-9]{1,4}$"))
    values = numbers(_scaled(pc.if_else(pa.array(plain), text, "0"), 0))
    none = (values < _LOWEST_SCORE) | (values > _HIGHEST_SCORE)
    return Parsed(pa.array(values, mask=none), {})


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
    """Read days in the declared forms, joined by "|"; a form without a day means the first day, the last, or the day given."""
    if pa.types.is_temporal(column.type):
        return Parsed(column.cast(pa.date32(), safe=False).combine_chunks(), {})
    forms = (form or "YYYY-MM-DD").split("|")
    text = pc.utf8_trim_whitespace(pc.utf8_normalize(as_text(column), form="NFKC"))
    days = np.zeros(len(text), dtype=np.int64)
    possible: Mask = np.zeros(len(text), dtype=np.bool_)
    for each in forms:
        found, value = _days_in_form(text, each, day)
        days, possible = np.where(found & ~possible, value, days), possible | found
    bad = np.flatnonzero(~possible & ~_blank(text))
    return Parsed(days_of(days, ~possible), dict.fromkeys(bad.tolist(), f"not a possible day of the form {' or '.join(forms)}"))


def _days_in_form(text: pa.ChunkedArray, form: str, day: str) -> tuple[Mask, Whole]:
    """Say which cells are a possible day of one form, and which day number each is."""
    pattern = re.escape(form).replace("YYYY", "(?P<y>[0-9]{4})")
    for letter in "MD":
        pattern = pattern.replace(2 * letter, f"(?P<{letter.lower()}>[0-9]{{2}})").replace(letter, f"(?P<{letter.lower()}>[0-9]{{1,2}})")
    found = pc.extract_regex(text, f"^{pattern}$").combine_chunks()
    year, month = (_digits(pc.struct_field(found, name)) for name in ("y", "m"))
    possible = mask_of(pc.is_valid(found)) & (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (month <= 12)
    months = np.where(possible, (year - 1970) * 12 + month - 1, 0)
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - first
    chosen = _day_of_month(found, form, day, length)
    possible &= (chosen >= 1) & (chosen <= length)
    return possible, first + chosen - 1


def _day_of_month(found: pa.StructArray, form: str, day: str, length: Whole) -> Whole:
    """Return the day of the month that each cell means."""
    if "D" in form:
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


def _narrow(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return text with full-width signs in their plain form, without blanks around it and between groups of three digits."""
    text = pc.utf8_trim_whitespace(pc.utf8_normalize(as_text(column), form="NFKC"))
    grouped = pc.match_substring_regex(text, r"^[^0-9]*[0-9]{1,3}(\s[0-9]{3})+([^0-9\s].*)?$")
    if not pc.any(grouped).as_py():
        return text
    return pc.if_else(grouped, pc.replace_substring_regex(text, r"\s", ""), text)


def _blank(text: pa.ChunkedArray) -> Mask:
    """Say which cells are empty."""
    return mask_of(pc.equal(pc.utf8_trim_whitespace(text), ""))


def _is_text(column: pa.ChunkedArray) -> bool:
    """Say whether a column is text."""
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def _plain_float(value: float | None) -> str:
    """Write a float as text."""
    return "" if value is None or value != value else repr(value)
