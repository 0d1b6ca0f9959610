"""The audit log: what must be provable later to somebody who trusts nobody. Imports nothing of ours; `cli` and later rooms import it.

`verify.py` is the whole verifier in one file that works alone: canonical JSON, tree, keys, signed notes, proofs, exports. The writing side
stands on it: `leaves` (which kinds there are, what is personal), `seal` (salted hashes), `keys` (private keys), `store` (what a storage
must do) and `folder` (the one that is a folder), `prove` (proofs), `log` (all of it together). The page is `docs/audit.md`.
"""
