"""What a finding says, in two halves."""

from __future__ import annotations

from typing import NamedTuple

from arrears.kernel.problems import Both


class Words(NamedTuple):
    """What was seen, and what is allowed or must happen first; both with {named} fields."""

    seen: Both
    allowed: Both
