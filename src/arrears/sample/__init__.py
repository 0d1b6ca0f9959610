"""The invented lender 兰汀消费金融 (Lanting Consumer Finance): ten borrowers, 120 days. All of them are made up.

`demo-story.json` says what happens and what must come out, number for number; `story.py` writes it as a tape of our own
layout and imports that. Only `cli` and tests import this room. Look next at `story.py`, then at docs/tape-layout.md.
"""
