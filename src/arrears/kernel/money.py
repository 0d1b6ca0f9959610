"""Money as int64 minor units: exact rounding, and text at the edge.

Inside the house money is an integer number of minor units (fen, cents, yen) and a contract rate an integer number of
parts per million. Text becomes such an integer only here, by Decimal, and an amount that would need a guess (too many
decimals, a decimal comma, "18" for 18 %) is refused with a message that says what is allowed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_decimal

INT64_MAX = 2**63 - 1
PPM = 1_000_000


def half_even(num: int, den: int) -> int:
    """Round the exact fraction num / den to the nearest integer, a tie to the even one.

    Parameters
    ----------
    num : any integer, also negative
    den : a positive integer

    Returns
    -------
    The rounded integer: half_even(5, 2) = 2, half_even(7, 2) = 4, half_even(-5, 2) = -2.

    Errors: ValueError when den is not positive. Source: glossary 8, setting money.rounding.
    """
    if den <= 0:
        raise ValueError(f"a denominator must be positive, not {den}")
    quotient, rest = divmod(num, den)
    if 2 * rest > den or (2 * rest == den and quotient % 2):
        return quotient + 1
    return quotient


@dataclass(frozen=True)
class Currency:
    """A currency of a book: ISO 4217 code, number of decimals, the symbol we print, and the symbols we read."""

    code: str
    decimals: int
    symbol: str
    reads: tuple[str, ...]

    @property
    def unit(self) -> int:
        """Minor units in one major unit: 100 for CNY, 1 for JPY."""
        return int(10**self.decimals)


# JPY prints JP¥ so that no page can show yen and yuan alike; a yen amount is still read with a plain ¥.
CURRENCIES: dict[str, Currency] = {
    "CNY": Currency("CNY", 2, "¥", ("¥", "CN¥", "CNY", "RMB")),
    "USD": Currency("USD", 2, "$", ("$", "US$", "USD")),
    "GBP": Currency("GBP", 2, "£", ("£", "GBP")),
    "JPY": Currency("JPY", 0, "JP¥", ("JP¥", "¥", "JPY")),
}


def currency_of(currency: str | Currency) -> Currency:
    """Look a currency up by its code. ValueError lists the known codes."""
    if isinstance(currency, Currency):
        return currency
    try:
        return CURRENCIES[currency]
    except KeyError:
        raise ValueError(f"currency {currency!r} is not known; allowed: {', '.join(CURRENCIES)}") from None


# Only the full-width forms of ASCII are folded. Unicode's wider NFKC would also turn "1²" into "12".
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0x2212: 0x2D, 0xFFE5: 0xA5, 0xFFE1: 0xA3}
_NUMBER = re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<part>[0-9]+))?")


def parse_amount(text: str, currency: str | Currency) -> int:
    """Read an amount written by a person or a file into minor units.

    Parameters
    ----------
    text : "1234.5", "1,234.50", "¥1,234.50", full-width digits and signs, a leading minus or parentheses for less than zero
    currency : the book's currency

    Returns
    -------
    int minor units within int64.

    Errors: ValueError naming the text and what is allowed (empty, not a number, grouping not by three, more decimals
    than the currency has, outside int64).
    """
    kind = currency_of(currency)
    allowed = f"allowed: digits, commas by three, at most {kind.decimals} decimals, {kind.symbol}, a leading minus or parentheses"
    body = text.translate(_NARROW).strip()
    negative = body.startswith("(") and body.endswith(")")
    if negative:
        body = body[1:-1].strip()
    sign, body = _take_sign(body)
    body = _drop_symbol(body, kind)
    if not sign:
        sign, body = _take_sign(body)
    match = _NUMBER.fullmatch(body)
    if match is None or (negative and sign):
        raise ValueError(f"amount {text!r} cannot be read; {allowed}")
    part = match["part"] or ""
    if len(part) > kind.decimals:
        raise ValueError(f"amount {text!r} has {len(part)} decimals, {kind.code} has {kind.decimals}; {allowed}")
    minor = int(match["whole"].replace(",", "")) * kind.unit + int(part.ljust(kind.decimals, "0") or 0)
    if minor > INT64_MAX:
        raise ValueError(f"amount {text!r} is beyond what a book can hold ({INT64_MAX} minor units)")
    return -minor if negative or sign else minor


def _take_sign(body: str) -> tuple[bool, str]:
    """Split a leading minus off."""
    return (True, body[1:].strip()) if body.startswith("-") else (False, body)


def _drop_symbol(body: str, kind: Currency) -> str:
    """Remove one leading symbol or code of the currency, the longest first."""
    for symbol in sorted(kind.reads, key=len, reverse=True):
        if body.upper().startswith(symbol):
            return body[len(symbol) :].strip()
    return body


def format_amount(minor: int, currency: str | Currency, locale: str = "zh_CN") -> str:
    """Write minor units for a reader: 123450 CNY is "¥1,234.50" in Chinese and in English, -5 is "-¥0.05".

    The symbol is ours, not the locale's: Babel would print "CN¥" in English for the same book.
    """
    kind = currency_of(currency)
    pattern = "#,##0" + ("." + "0" * kind.decimals if kind.decimals else "")
    number = format_decimal(Decimal(abs(minor)).scaleb(-kind.decimals), format=pattern, locale=locale)
    return f"{'-' if minor < 0 else ''}{kind.symbol}{number}"


_RATE = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<percent>%?)")


def parse_rate(text: str) -> int:
    """Read a yearly contract rate into parts per million: "0.12" and "12%" are 120000.

    A bare number of 1 or more is refused, never divided: "18" may mean 18 % or 1800 %, and only the file's author knows.

    Errors: ValueError naming the text and what is allowed (a minus, a bare number >= 1, over 100 %, a fraction that
    needs more than six decimals).
    """
    allowed = 'write a fraction below 1 such as "0.18" or a percentage such as "18%", at most 100% and six decimals of the fraction'
    match = _RATE.fullmatch(text.translate(_NARROW).strip())
    if match is None:
        raise ValueError(f"rate {text!r} cannot be read; {allowed}")
    number = Fraction(match["number"])
    if not match["percent"] and number >= 1:
        raise ValueError(f"rate {text!r} is a bare number of 1 or more and is never divided; {allowed}")
    ppm = number * PPM / (100 if match["percent"] else 1)
    if ppm.denominator != 1:
        raise ValueError(f"rate {text!r} needs more than six decimals of the fraction; {allowed}")
    if ppm > PPM:
        raise ValueError(f"rate {text!r} is over 100%; {allowed}")
    return int(ppm)


_DIGITS = "零壹贰叁肆伍陆柒捌玖"


def rmb_upper(minor: int) -> str:
    """Write fen in the capital numerals of cheques and letters (人民币大写).

    Returns
    -------
    123450 is 壹仟贰佰叁拾肆元伍角整; 整 stands after 元 or 角, never after 分; below zero starts with 负.

    Source: the writing rules for bills (支付结算办法, annex 1), in the form its own examples give first:
    1,680.32 is 壹仟陆佰捌拾元零叁角贰分, 107,000.53 is 壹拾万柒仟元零伍角叁分.
    """
    yuan, cents = divmod(abs(minor), 100)
    jiao, fen = divmod(cents, 10)
    text = _upper_whole(yuan) + "元" if yuan else ""
    if not cents:
        text = (text or "零元") + "整"
    elif jiao:
        # A zero in the place of 元 is said before 角, so that no digit can be written into the gap.
        text += ("零" if yuan and yuan % 10 == 0 else "") + _DIGITS[jiao] + "角" + (_DIGITS[fen] + "分" if fen else "整")
    else:
        text += ("零" if yuan else "") + _DIGITS[fen] + "分"
    return ("负" if minor < 0 else "") + text


# Larger names first: what stands before 亿 is itself a number, so 12,345 of them is 壹万贰仟叁佰肆拾伍亿.
_NAMES = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))


def _upper_whole(number: int) -> str:
    """Write a positive whole number in capital numerals, one 零 for a run of zeros inside."""
    for size, name in _NAMES:
        high, low = divmod(number, size)
        if high:
            gap = "零" if 0 < low < size // 10 else ""
            return _upper_whole(high) + name + gap + (_upper_whole(low) if low else "")
    return _DIGITS[number]
