"""What may be asked about mappings without a Book: guess one for a file, list and show those that come with the program."""

from __future__ import annotations

from arrears.book.tape.mapping import load_mapping, mapping_text, shipped_mappings
from arrears.book.tape.suggest import Suggestion, suggest

__all__ = ["Suggestion", "load_mapping", "mapping_text", "shipped_mappings", "suggest"]
