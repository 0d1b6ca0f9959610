"""Routes by which a permitted message leaves: plain Python, given a message and settings, returning a result.

No Django, no database, no clock: whoever calls holds a used permit and passes the clock in. `interface.py` is what the rest of the Desk
sees: messages, results, one protocol a kind of route. `choose.py` makes a route from settings. Short messages: `http_generic.py`,
`file.py`, `aliyun.py`, `tencent.py`, with `segments.py` and `lint.py` (words a provider refuses, `words.yaml`). Mail: `smtp.py`,
`bounces.py`. Calls: `calls.py`. Letters: `letters.py`. `reports.py` reads what providers call back. Beneath: `wire.py`, `signing.py`.
Only contacts imports this room. Next: `docs/delivery.md`.
"""
