"""The rate of return beside the cap, and rates as text."""

from __future__ import annotations

from fractions import Fraction

from arrears.book.papers.cost import irr
from arrears.book.papers.figures import decimal_text, figures, percent_text


def test_two_payments_of_one_rate() -> None:
    # 1,000.00 at 1 % a month: 10.00, then 1,010.00
    assert irr(100_000, [(Fraction(1), 1_000), (Fraction(2), 101_000)]) == Fraction(1, 100)


def test_flows_that_do_not_come_back_have_no_rate() -> None:
    assert irr(100_000, [(Fraction(1), 50_000)]) is None


def test_rates_are_never_rounded_unless_said() -> None:
    assert decimal_text(Fraction(1, 2500)) == "0.0004"
    assert decimal_text(Fraction(1, 1500)) == "1/1500"
    assert percent_text(Fraction(1, 1500)) == "0.0667%"
    assert percent_text(Fraction(12, 100)) == "12%"
    assert figures(-282_441, "CNY") == "-2,824.41"
