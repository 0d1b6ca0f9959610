"""Taking documents in, opening them, deleting them: each with its event."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from arrears.desk.journal.services import record
from arrears.desk.people.documents.kind import NotTaken, kind_of
from arrears.desk.people.documents.shelf import Shelf
from arrears.desk.people.models import Document, Loan, Person
from arrears.desk.people.models.papers import DOCUMENTS
from arrears.desk.people.tricks import trick

UPLOAD_MAX = 64 << 20
"""Most bytes of an upload; larger files come in by `arrears desk documents`."""
BULK_MAX = 4 << 30
_NAME_MAX = 120


def shelf() -> Shelf:
    """The shelf of this installation."""
    return Shelf(settings.PLACES.documents)


def add_document(
    stream: BinaryIO, name: str, kind: str, at: dt.datetime, by: Any = None, loan: Loan | None = None, person: Person | None = None,
    declared: str = "", source: str = "upload", limit: int = UPLOAD_MAX,
) -> tuple[Document, bool]:  # fmt: skip
    """Take a document in.

    Parameters
    ----------
    stream : can seek; it is read twice, a block at a time
    name : of the file; kept encrypted
    kind : a key of DOCUMENTS; loan, person : what it is about, at least one
    declared : media type that came with it

    Returns
    -------
    The document, and whether it is new: the same content of the same kind about the same loan comes in once.

    Errors: NotTaken says why not; KeyProblem. Nothing is left behind then.
    """
    if kind not in DOCUMENTS:
        raise NotTaken(f"没有这类文件：{kind}", f"no such kind of document; allowed: {', '.join(DOCUMENTS)}")
    why = trick(name, lines=False) if name else "it has no name"
    if why or len(name) > _NAME_MAX or "/" in name or "\\" in name:
        raise NotTaken(
            "文件名无法使用：过长，或带有特殊字符",
            f"its name cannot be used: {why or f'at most {_NAME_MAX} characters without / and backslash'}",
        )
    found = kind_of(stream, name, declared)
    key = secrets.token_bytes(32)
    document = Document(loan=loan, person=person, kind=kind, media_type=found.media_type, source=source, added_by=by, added_at=at)
    document.name, document.secret = name, base64.b64encode(key).decode()
    document.secret.bytes_()  # without a field key nothing is written anywhere
    put = shelf().put(document.pk, key, stream, limit)
    document.size, document.sha256 = put.size, put.sha256
    try:
        with transaction.atomic():
            known = Document.objects.filter(loan=loan, person=person, kind=kind, sha256=put.sha256, deleted_at=None).first()
            if known is not None:
                shelf().remove(document.pk)
                return known, False
            document.save(force_insert=True)
            data = {"kind": kind, "size": put.size, "media_type": found.media_type, "source": source, "sha256": put.sha256}
            record(
                "document_added",
                at,
                by=by,
                person=_whose(document),
                loan=loan.pk if loan else "",
                subject=f"document:{document.pk}",
                data=data,
            )
    except BaseException:
        shelf().remove(document.pk)
        raise
    return document, True


def open_document(document: Document, at: dt.datetime, by: Any, why: str = "") -> Iterator[bytes]:
    """The content, block by block, once it is written down who opens it. NotTaken for a deleted one; KeyProblem."""
    if document.deleted_at is not None:
        raise NotTaken("该文件已按保存期限删除", "the document was deleted at the end of its time")
    key = base64.b64decode(document.secret.clear())
    blocks = shelf().blocks(document.pk, key)
    try:
        first = next(blocks)
    except FileNotFoundError:
        raise NotTaken("文件不在数据目录中，请从备份恢复", "its file is not in the data folder; restore it from a copy") from None
    loan = document.loan_id or ""
    record(
        "document_opened",
        at,
        by=by,
        person=_whose(document),
        loan=loan,
        subject=f"document:{document.pk}",
        data={"why": why} if why else {},
    )
    return _joined(first, blocks)


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


@transaction.atomic
def delete_document(document: Document, at: dt.datetime, by: Any = None, rule: str = "") -> None:
    """Delete a document's content and key; that it was there stays on record."""
    document.deleted_at, document.name, document.secret = at, None, None
    document.save(update_fields=["deleted_at", "name", "secret"])
    data = {"kind": document.kind, "rule": rule, "sha256": document.sha256}
    whose, loan = _whose(document), document.loan_id or ""
    record("document_deleted", at, by=by, person=whose, loan=loan, subject=f"document:{document.pk}", data=data)
    transaction.on_commit(lambda: shelf().remove(document.pk))


def _whose(document: Document) -> Any:
    return document.person_id or (document.loan.debtor_id if document.loan else None)
