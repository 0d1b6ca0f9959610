"""The journal: what happened, written in the transaction in which it happened, and never changed.

`services.record(kind, ...)` writes an event and, where it must be provable, stages a leaf of the audit log; `kinds` lists what can
happen; `sequencer` takes staged leaves to the audit log. A trigger in the database guards both tables. Imports people only.
"""
