"""Worked examples of the computed rules."""
