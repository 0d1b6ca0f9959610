"""How many parts a short message is cut into, as networks cut it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
ALONE = {"gsm7": 160, "ucs2": 70}
JOINED = {"gsm7": 153, "ucs2": 67}


@dataclass(frozen=True, slots=True)
class Segments:
    """How a text goes over the air.

    Attributes
    ----------
    coding : gsm7 (seven bits a character) or ucs2 (any character outside that alphabet makes it so)
    units : septets, an extended character being two; or 16-bit units, a 4-byte character (emoji, 𠮷) being two
    parts : messages the network sends; 0 for an empty text
    left : units that still fit into the last part
    """

    coding: Literal["gsm7", "ucs2"]
    units: int
    parts: int
    left: int


def segments(text: str) -> Segments:
    """Count the parts of a whole text, the signature with its 【】 included.

    A text that fits alone has 160 septets or 70 units; else each part has 153 or 67, and no character is cut in two.
    """
    coding: Literal["gsm7", "ucs2"] = "gsm7" if all(char in _BASIC or char in _EXTENDED for char in text) else "ucs2"
    widths = [2 if char in _EXTENDED else 1 for char in text] if coding == "gsm7" else [2 if ord(char) > 0xFFFF else 1 for char in text]
    units = sum(widths)
    if units <= ALONE[coding]:
        return Segments(coding, units, 1 if units else 0, ALONE[coding] - units)
    parts, used = 1, 0
    for width in widths:
        if used + width > JOINED[coding]:
            parts, used = parts + 1, 0
        used += width
    return Segments(coding, units, parts, JOINED[coding] - used)
