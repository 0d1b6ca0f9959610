"""The commands from outside: what they print and where, how they end, and what bad input does to a book."""
