"""A carrier on loopback: it takes mail, short messages and calls as real providers do, keeps them, and can misbehave on purpose.

For the demo and for tests only; it never listens beyond 127.0.0.1. `carrier.py` puts it together; `record.py` is its append-only
file, `weather.py` what goes wrong and when, `front.py` the HTTP server, `post.py` the SMTP server, `control.py` and `page.py` what a
person or a test sees. One file a form of request: `generic.py`, `aliyun.py`, `tencent.py`, `telephone.py`. `rounds.py` lets time pass
and `callbacks.py` tells the sender. Imports nothing of ours but kernel; the cli starts it. Next: `docs/delivery.md`.
"""
