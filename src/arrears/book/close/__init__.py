"""The close: the order of the rules, the engines that run them, replay, and what is written of a night.

Imported by `book.door` only. Look next at `order.py` (what runs when), then `night.py` of the package.
"""
