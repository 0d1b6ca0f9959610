"""Uploads that are too long are cut off while they come in: they never fill the disk, and never the memory."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from arrears.desk.people.documents.services import UPLOAD_MAX

_AROUND = 1 << 20  # what a form has beside its file


class Limit(FileUploadHandler):
    """The first of FILE_UPLOAD_HANDLERS. It marks the request `upload_too_long`; the view says so."""

    too_long = False

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None) -> None:  # noqa: N803
        """Look at the length that the browser tells."""
        self.too_long = content_length > UPLOAD_MAX + _AROUND

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand on, or stop reading."""
        if self.too_long or start + len(raw_data) > UPLOAD_MAX:
            if self.request is not None:
                self.request.upload_too_long = True  # type: ignore[attr-defined]
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Those behind it keep the file."""
        return
