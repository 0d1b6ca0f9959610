"""Static files under hashed names, compressed. Brotli at a quick quality: the highest takes ten seconds for a few kilobytes."""

from __future__ import annotations

from typing import Any

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class QuickCompressor(Compressor):
    """Brotli at quality 7."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        """The compressed bytes."""
        return bytes(brotli.compress(data, quality=7))


class StaticStorage(CompressedManifestStaticFilesStorage):
    """See the module."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """The quick one."""
        return QuickCompressor(**kwargs)
