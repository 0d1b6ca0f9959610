"""Tests of the law room; the packs they need are written by `packs`."""
