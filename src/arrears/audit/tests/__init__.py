"""Tests of the audit log; `logs` makes the small logs that they read and break."""
