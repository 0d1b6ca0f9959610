"""Rounding to the even minor unit, and text at the edge."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.kernel.money import CURRENCIES, INT64_MAX, format_amount, half_even, parse_amount, parse_rate, rmb_upper


@pytest.mark.parametrize(
    ("num", "den", "expected"),
    [(1, 2, 0), (3, 2, 2), (5, 2, 2), (-1, 2, 0), (-3, 2, -2), (-5, 2, -2), (7, 3, 2), (-8, 3, -3), (0, 7, 0), (10**40 + 1, 2, 5 * 10**39)],
)
def test_half_even(num: int, den: int, expected: int) -> None:
    assert half_even(num, den) == expected


@given(st.integers(), st.integers(1, 10**12))
def test_half_even_is_pythons_round_of_the_exact_fraction(num: int, den: int) -> None:
    assert half_even(num, den) == round(Fraction(num, den))
    assert half_even(-num, den) == -half_even(num, den)


@pytest.mark.parametrize("den", [0, -2])
def test_half_even_needs_a_positive_denominator(den: int) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        half_even(1, den)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234.5", 123_450),
        ("1,234.50", 123_450),
        ("¥1,234.50", 123_450),
        ("￥１，２３４．５０", 123_450),
        ("CNY 1,234.50", 123_450),
        (" 0.05 ", 5),
        ("0", 0),
        ("-1,234.50", -123_450),
        ("-¥1,234.50", -123_450),
        ("¥-1,234.50", -123_450),
        ("(1,234.50)", -123_450),
        ("（¥１，２３４．５０）", -123_450),
        ("−0.01", -1),  # the typographer's minus
        ("92,233,720,368,547,758.07", INT64_MAX),
    ],
)
def test_parse_amount(text: str, expected: int) -> None:
    assert parse_amount(text, "CNY") == expected


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [("$1,234.50", "USD", 123_450), ("£0.99", "GBP", 99), ("¥1,234", "JPY", 1_234), ("JP¥1,234", "JPY", 1_234)],
)
def test_parse_amount_in_other_currencies(text: str, currency: str, expected: int) -> None:
    assert parse_amount(text, currency) == expected


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        *[(text, "CNY") for text in ("", "  ", "¥", "NaN", "inf", "1e3", "1.", ".5", "1²", "--1", "(-1)", "$1")],
        *[(text, "CNY") for text in ("1,23", "12,34.50", "1234,567", "1 234", "1.234,50")],
        ("1.234", "CNY"),
        ("1.500", "CNY"),
        ("100.0", "JPY"),
        ("92,233,720,368,547,758.08", "CNY"),
    ],
)
def test_parse_amount_refuses_what_it_would_have_to_guess(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"amount .* (allowed: digits|beyond)"):
        parse_amount(text, currency)


def test_too_many_decimals_are_named() -> None:
    with pytest.raises(ValueError, match=r"amount '1.005' has 3 decimals, CNY has 2; allowed: digits, commas by three, at most 2 decimals"):
        parse_amount("1.005", "CNY")


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="allowed: CNY, USD, GBP, JPY"):
        format_amount(1, "EUR")


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize(
    ("minor", "currency", "expected"),
    [
        (123_450, "CNY", "¥1,234.50"),
        (123_456_780, "CNY", "¥1,234,567.80"),
        (-5, "CNY", "-¥0.05"),
        (0, "CNY", "¥0.00"),
        (123_450, "USD", "$1,234.50"),
        (123_450, "GBP", "£1,234.50"),
        (123_450, "JPY", "JP¥123,450"),
        (INT64_MAX, "CNY", "¥92,233,720,368,547,758.07"),
    ],
)
def test_format_amount_is_the_same_in_both_languages(minor: int, currency: str, expected: str, locale: str) -> None:
    assert format_amount(minor, currency, locale) == expected


@given(st.integers(-INT64_MAX, INT64_MAX), st.sampled_from(sorted(CURRENCIES)), st.sampled_from(["zh_CN", "en"]))
def test_what_is_written_reads_back(minor: int, currency: str, locale: str) -> None:
    assert parse_amount(format_amount(minor, currency, locale), currency) == minor


@pytest.mark.parametrize(
    ("text", "ppm"),
    [("0.12", 120_000), ("0.1200000", 120_000), ("12%", 120_000), ("１２％", 120_000), ("0", 0), ("0.000001", 1), ("100%", 1_000_000)],
)
def test_parse_rate(text: str, ppm: int) -> None:
    assert parse_rate(text) == ppm


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("18", "never divided"),
        ("1", "never divided"),
        ("1.0", "never divided"),
        ("0.1234567", "more than six decimals"),
        ("12.34567%", "more than six decimals"),
        ("100.01%", "over 100%"),
        *[(text, "cannot be read") for text in ("", "-0.12", "abc", "1e-1", "NaN", "0,12", "%")],
    ],
)
def test_parse_rate_refuses_and_says_what_is_allowed(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=r'write a fraction below 1 such as "0.18" or a percentage such as "18%"') as refusal:
        parse_rate(text)
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("minor", "expected"),
    [
        (123_450, "壹仟贰佰叁拾肆元伍角整"),
        (123_456, "壹仟贰佰叁拾肆元伍角陆分"),
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (1_000, "壹拾元整"),
        (10_005, "壹佰元零伍分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (168_032, "壹仟陆佰捌拾元零叁角贰分"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (10_700_053, "壹拾万柒仟元零伍角叁分"),
        (10_001_000, "壹拾万零壹拾元整"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_000_100_000, "壹亿零壹仟元整"),
        (10_100_000_000, "壹亿零壹佰万元整"),
        (123_450_000_000_000, "壹万贰仟叁佰肆拾伍亿元整"),
        (100_000_000_000_000_000, "壹仟万亿元整"),
        (-282_441, "负贰仟捌佰贰拾肆元肆角壹分"),
    ],
)
def test_rmb_upper(minor: int, expected: str) -> None:
    assert rmb_upper(minor) == expected


def spoken(text: str) -> int:
    """Read capital numerals without 元, as a person would: digit times place, then times 万 and 亿."""
    total = section = digit = 0
    for mark in text:
        if mark in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(mark)
        elif mark in "拾佰仟":
            section, digit = section + digit * 10 ** ("拾佰仟".index(mark) + 1), 0
        elif mark == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        else:
            total, section, digit = (total + section + digit) * 10**8, 0, 0
    return total + section + digit


@given(st.one_of(st.integers(1, 10**6), st.integers(1, 10**14)))
def test_capital_numerals_read_back(yuan: int) -> None:
    text = rmb_upper(yuan * 100).removesuffix("元整")
    assert spoken(text) == yuan
    assert "零零" not in text
