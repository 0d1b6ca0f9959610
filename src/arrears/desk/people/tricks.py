"""Text that is not what it looks like: formulas, markup, signs that turn or hide others. It is refused with a reason, never repaired
silently.

Every form and every file of the Desk that takes free text asks `trick(text)`.
"""

from __future__ import annotations

import unicodedata

FORMULA = "=+-@"
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIDES = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0")
ALLOWED = "letters, digits and punctuation; not beginning with = + - @; without < >, line breaks and invisible signs"


def trick(text: str, lines: bool = False) -> str:
    """Why a text may not come in; empty where it may.

    Parameters
    ----------
    lines : line breaks and tabs may stand in it (a note), and so may what begins like a formula
    """
    if not lines and text.lstrip().startswith(tuple(FORMULA)):
        return "it begins like a formula of a spreadsheet"
    for sign in text:
        if sign in _TURNS:
            return f"it holds a sign that turns the direction of writing (U+{ord(sign):04X})"
        if sign in _HIDES or 0xFE00 <= ord(sign) <= 0xFE0F or 0xE0000 <= ord(sign) <= 0xE007F:
            return f"it holds an invisible sign (U+{ord(sign):04X})"
        if sign in "<>":
            return "it holds < or >, as markup does"
        if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp", "Cn"} and not (lines and sign in "\n\r\t"):
            return f"it holds a control or unassigned sign (U+{ord(sign):04X})"
    return ""
