"""Colours of the report's page, light and dark: names of CSS variables and their values.

`s1` to `s8` run from mild to severe, each darker than the one before (lighter on dark), so that they stay apart in grey and for
people who see few colours. `h1` to `h5` fill the cells of a heat map, `t1` to `t5` are the text on them.
"""

from __future__ import annotations

TONES = 8
HEATS = 5

PALETTES: dict[str, dict[str, str]] = {
    "light": {
        "paper": "#ffffff", "ink": "#1d2426", "soft": "#566166", "line": "#d9dfe1", "tint": "#f3f6f6", "accent": "#0b5c5f",
        "warn-ink": "#7a4b00", "warn": "#fff4dc",
        "s1": "#4d9b98", "s2": "#33808f", "s3": "#2f6c93", "s4": "#3f5690", "s5": "#4b4084", "s6": "#4c2c72",
        "s7": "#451d5b", "s8": "#331243",
        "h1": "#eaf4f3", "h2": "#cde4e2", "h3": "#93c6c3", "h4": "#257779", "h5": "#0b4f52",
        "t1": "#1d2426", "t2": "#1d2426", "t3": "#1d2426", "t4": "#ffffff", "t5": "#ffffff",
    },
    "dark": {
        "paper": "#14191b", "ink": "#e8edee", "soft": "#a9b4b8", "line": "#333d41", "tint": "#1c2326", "accent": "#6cc6c6",
        "warn-ink": "#ffd894", "warn": "#33270f",
        "s1": "#3f8a88", "s2": "#4795a8", "s3": "#5d9fc9", "s4": "#84a9de", "s5": "#aab2ea", "s6": "#cbbdf0",
        "s7": "#e2cbf2", "s8": "#f6def5",
        "h1": "#1b2b2c", "h2": "#1f3f40", "h3": "#28595a", "h4": "#6cc6c6", "h5": "#b4e6e4",
        "t1": "#e8edee", "t2": "#e8edee", "t3": "#e8edee", "t4": "#0c1213", "t5": "#0c1213",
    },
}  # fmt: skip
