"""The report's page: complete by itself, exact beside each chart, readable for everybody."""

from __future__ import annotations

import re
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import pytest

from arrears.book.papers.figures import Pen
from arrears.book.papers.report_charts import tones_of
from arrears.book.papers.report_figures import compact, share_text
from arrears.book.papers.report_page import report_html
from arrears.book.papers.report_shapes import Label, spread, stacked, steps
from arrears.book.papers.report_tones import HEATS, PALETTES, TONES

ROW = {"loans": 0, "principal": 0, "overdue": 0}
REPORT: dict[str, Any] = {
    "as_of": "2026-11-30",
    "currency": "CNY",
    "data": {"close": "2026-11-30", "state": "complete", "last_close": "2026-11-30", "asked_on": "2026-12-03", "age_days": 2},
    "totals": {"loans": 5, "open": 4, "principal": 12_345_678_90, "overdue": 1_234_56, "penalty_owed": 100},
    "buckets": {
        "C": {"loans": 2, "principal": 12_000_000_00, "overdue": 0},
        "G": ROW,
        "M1": {"loans": 2, "principal": 345_678_90, "overdue": 1_234_56},
    },
    "recency_buckets": {"C": {**ROW, "loans": 3}, "G": ROW, "M1": {**ROW, "loans": 1}},
    "classes": {str(n): {"loans": 4 if n == 1 else 0, "principal": 12_345_678_90 if n == 1 else 0, "overdue": 0} for n in range(1, 6)},
    "roll": [{"from": "M1", "to": "C", "loans": 1, "principal": 5}],
    "roll_from": "2026-10-31",
    "month": {
        "first": "2026-11-01",
        "resumed": 2,
        "cured": 1,
        "by_bucket": {
            "C": {"loans": 2, "resumed": 0, "cured": 0, "received": 0, "recovered": 0},
            "M1": {"loans": 3, "resumed": 2, "cured": 1, "received": 987_65, "recovered": 0},
        },
    },
}
CHARTS: dict[str, Any] = {
    "flow": [
        {"on": "2026-10-31", "places": {"C": {"loans": 1, "principal": 1, "overdue": 0}, "M1": {"loans": 3, "principal": 9, "overdue": 4}}},
        {"on": "2026-11-30", "places": {"C": {"loans": 2, "principal": 1, "overdue": 0}, "M1": {"loans": 2, "principal": 8, "overdue": 3}}},
    ],
    "roll": {
        "first": "2026-10-31",
        "last": "2026-11-30",
        "months": 1,
        "rows": [
            {"from": "C", "loans": 8, "principal": 80, "to": {"C": 7, "M1": 1}},
            {"from": "M1", "loans": 3, "principal": 9, "to": {"C": 1, "M1": 1, "charged_off": 1}},
        ],
    },
    "vintage": {
        "by": "quarter",
        "late_days": 30,
        "curves": [
            {
                "vintage": "2026-07-01",
                "loans": 8,
                "principal": 1_000_00,
                "points": [
                    {"months": 1, "loans": 8, "late_loans": 0, "charged_off": 0},
                    {"months": 2, "loans": 8, "late_loans": 3, "charged_off": 100_00},
                ],
            }
        ],
    },
}
EMPTY = {
    "flow": [{"on": "2026-11-30", "places": {}}],
    "roll": {"first": None, "last": None, "months": 0, "rows": []},
    "vintage": {"by": "quarter", "late_days": 30, "curves": []},
}
ENGLISH = report_html(REPORT, CHARTS, "en")
CHINESE = report_html(REPORT, CHARTS, "zh")


class Reader(HTMLParser):
    """What a page holds: its tags with their attributes, the text of each, whether they nest, and every id."""

    VOID = frozenset({"meta", "br", "rect", "line", "polyline"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and data.strip():
            self.words.setdefault(self.open[-1], []).append(data.strip())

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.mark.parametrize(("page", "lang"), [(ENGLISH, "en"), (CHINESE, "zh-Hans")])
def test_a_page_needs_nothing_else(page: str, lang: str) -> None:
    read = Reader(page)
    assert (read.crossed, read.open, read.of("html")) == ([], [], [{"lang": lang}])
    assert read.of("script") == read.of("link") == read.of("img") == []
    assert re.findall(r"(?:src|href|xlink:href)=|url\(|@import|https?://", page) == []
    assert read.of("meta")[1]["content"] == "width=device-width, initial-scale=1"


def test_headings_and_tables_can_be_read_aloud() -> None:
    read = Reader(ENGLISH)
    assert [tag for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)] == ["h1"] + ["h2"] * 7
    assert all(attrs.get("scope") in {"col", "row"} for attrs in read.of("th"))
    assert len(read.of("caption")) == len(read.of("table")) == 7
    names = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert len(names) == len(set(names))
    assert {attrs["aria-labelledby"] for attrs in read.of("section")} == set(names)
    # a drawing is for the eye; what it says stands in the table beside it
    assert all(attrs.get("aria-hidden") == "true" for tag, attrs in read.tags if attrs.get("class") in {"bars", "plot"})


def test_figures_are_exact_in_tables_and_short_in_charts_with_the_exact_one_on_hover() -> None:
    read = Reader(CHINESE)
    assert {"12,000,000.00", "345,678.90", "1,234.56", "987.65"} <= set(read.words["td"])
    assert "¥1,200.0万" in read.words["span"]
    assert "C ¥12,000,000.00" in read.words["title"]
    assert [text for text in read.words["td"] if "万" in text] == []
    assert "¥12.0M" in Reader(ENGLISH).words["span"]


def test_a_heat_map_says_share_and_number_and_its_rows_are_whole() -> None:
    read = Reader(ENGLISH)
    cells = [attrs for attrs in read.of("td") if "→" in (attrs.get("title") or "")]
    assert [attrs["title"] for attrs in cells] == [
        "C → C: 7 of 8 loans", "C → M1: 1 of 8 loans", "M1 → C: 1 of 3 loans", "M1 → M1: 1 of 3 loans",
        "M1 → charged off: 1 of 3 loans",
    ]  # fmt: skip
    assert [attrs["class"] for attrs in cells] == ["h5", "h3", "h4", "h4", "h4"]
    assert {"87.5%", "12.5%", "33.3%"} <= set(read.words["td"])


@pytest.mark.behaviour("S163", part="the Book's numbers; contacts per cure and complaints come from the desk")
def test_resumed_and_cured_stand_as_two_numbers_of_each_bucket() -> None:
    assert "Of 3 loans past due at the start, since 1 Nov 2026 payment resumed on 2 and 1 were cured" in ENGLISH
    assert {"M1 resumed 2", "M1 cured 1"} <= set(Reader(ENGLISH).words["title"])
    assert "期初逾期的 3 笔中" in CHINESE


@pytest.mark.behaviour("S159", part="the Book's report; the desk shows the same date and stops what needs fresh data")
def test_the_page_says_of_which_day_it_is_and_that_nights_are_missing() -> None:
    assert "数据截至 2026年11月30日 日终 · 完整" in CHINESE
    assert "⚠ Asked on 3 Dec 2026: 2 days since have no close." in ENGLISH
    fresh = report_html(REPORT | {"data": REPORT["data"] | {"age_days": 0, "asked_on": "2026-12-01"}}, CHARTS, "en")
    assert "⚠" not in fresh
    assert "no close is missing" in fresh


def test_a_young_book_says_what_is_not_there_yet() -> None:
    page = report_html(REPORT | {"roll": [], "roll_from": None}, EMPTY, "en")
    assert "no two month ends in a row" in page
    assert "no vintage curves" in page
    assert "no earlier close" in page
    assert Reader(page).crossed == []


def test_names_from_a_tape_cannot_become_markup() -> None:
    buckets = {"<b>": REPORT["buckets"]["C"], "M1": REPORT["buckets"]["M1"]}
    page = report_html(REPORT | {"buckets": buckets, "recency_buckets": {"<b>": ROW, "M1": ROW}}, CHARTS, "en")
    assert Reader(page).of("b") == []
    assert "&lt;b&gt;" in page


def luminance(colour: str) -> Fraction:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return Fraction(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(first: str, second: str) -> float:
    low, high = sorted([luminance(first), luminance(second)])
    return float((high + Fraction(1, 20)) / (low + Fraction(1, 20)))


@pytest.mark.parametrize("name", PALETTES)
def test_every_text_stands_out_from_its_ground(name: str) -> None:
    tones = PALETTES[name]
    pairs = [("ink", "paper"), ("soft", "paper"), ("soft", "tint"), ("ink", "tint"), ("accent", "tint"), ("warn-ink", "warn")]
    pairs += [(f"t{depth}", f"h{depth}") for depth in range(1, HEATS + 1)]
    assert {pair: contrast(tones[pair[0]], tones[pair[1]]) >= 4.5 for pair in pairs} == dict.fromkeys(pairs, True)


@pytest.mark.parametrize("name", PALETTES)
def test_every_shape_stands_out_from_the_page(name: str) -> None:
    tones = PALETTES[name]
    shapes = ["accent", *[f"s{tone}" for tone in range(1, TONES + 1)]]
    assert {shape: contrast(tones[shape], tones["paper"]) >= 3 for shape in shapes} == dict.fromkeys(shapes, True)


def test_the_depths_of_a_heat_map_and_the_tones_run_one_way() -> None:
    for name, sign in (("light", -1), ("dark", 1)):
        tones = PALETTES[name]
        for letter, count in (("s", TONES), ("h", HEATS)):
            seen = [sign * luminance(tones[f"{letter}{step}"]) for step in range(1, count + 1)]
            assert seen == sorted(seen)


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (Fraction(673), [0, 200, 400, 600, 800]),
        (Fraction(4), [0, 1, 2, 3, 4]),
        (Fraction(31), [0, 10, 20, 30, 40]),
        (Fraction(0), [0, 1]),
    ],
)
def test_an_axis_has_round_values(most: Fraction, expected: list[int]) -> None:
    assert steps(most) == expected


def test_loans_are_counted_in_whole_steps() -> None:
    assert steps(Fraction(1), whole=True) == [0, 1]
    assert steps(Fraction(1, 2))[1] < 1


def test_columns_stand_on_one_another() -> None:
    pieces = stacked([[1, 0, 3]], [["one", "none", "three"]], Fraction(8))
    assert [(piece.y, piece.height, piece.tone, piece.says) for piece in pieces] == [(87.5, 12.5, 0, "one"), (50.0, 37.5, 2, "three")]


def test_labels_do_not_cover_one_another() -> None:
    told = spread([Label(96, 1, "a"), Label(97, 2, "b"), Label(98, 3, "c"), Label(10, 4, "d")])
    assert [(label.says, label.at) for label in told] == [("d", 10), ("a", 86), ("b", 93), ("c", 100)]


def test_few_series_are_far_apart_in_tone() -> None:
    assert (tones_of(2), tones_of(8)) == ([1, 8], [1, 2, 3, 4, 5, 6, 7, 8])


@pytest.mark.parametrize(
    ("minor", "locale", "expected"),
    [
        (12_345_678_90, "zh", "¥1,234.6万"),
        (123_456_789_00, "zh", "¥1.23亿"),
        (9_999_99, "zh", "¥9,999.99"),
        (-12_345_00, "zh", "-¥1.2万"),
        (12_345_678_90, "en", "¥12.3M"),
        (12_345_00, "en", "¥12.3k"),
    ],
)
def test_short_amounts(minor: int, locale: str, expected: str) -> None:
    assert compact(minor, Pen("CNY", locale)) == expected


def test_shares_are_rounded_half_to_even_and_of_nothing_there_is_none() -> None:
    assert [share_text(1, 3), share_text(5, 10_000), share_text(15, 10_000), share_text(1, 0)] == ["33.3%", "0.0%", "0.2%", "–"]
