"""The one way to reach a person: asking the gate, permits, what was sent and what became of it, holds, wording.

`ask.py` is the question and the use of what was granted (one transaction each, a lock on the person), `facts.py` what is loaded for both.
`intents.py`, `send.py` and `doubts.py` are the worker's side with its jobs in `tasks.py`, `receipts.py` what comes back, `inbound.py` what
people write, `holds.py` the stops, `standing.py` the live figures of a loan, `texts.py` and `approve.py` the wordings. `delivery/` holds
the providers. Above journal and people; what must silence contact opens a hold here. Next: `docs/contacts.md`.
"""
