"""Slow, exact reference of the servicing rules: one loan, day by day, `int` and `Fraction` only.

It shares no code with the columnar close; tests compare the two. `Reference` in `replay.py` is the door.
"""

from reference.policy import Known, Policy
from reference.replay import Reference

__all__ = ["Known", "Policy", "Reference"]
