"""The Book: every loan of a lender, kept day by day. It knows no people at work and no desk.

`door` is the one module that other rooms import. `tape/` takes files in, `rules/` says what columns follow from what
(pure Ibis, no engine), `close/` orders the rules, runs them and writes a night; `store` knows the files and `columns`
what stands in them. Imports law and kernel. Look next at `rules/__init__.py`, then `close/order.py`.
"""
