"""What a file is, by its content. A table of our own: eight kinds, and what may act in them is looked for too, which no library of
signatures does.

Refused: whatever is not in the table; a name or a declared type that says something else; macros, embedded objects and programs,
templates fetched from elsewhere; scripts and launches in a PDF; a second file behind the first.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO


class NotTaken(Exception):
    """A document that does not come in.

    Parameters
    ----------
    zh, en : why, and what is allowed
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Kind:
    """A kind of file that comes in."""

    media_type: str
    endings: tuple[str, ...]


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = Kind("application/pdf", (".pdf",))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"))
PNG = Kind("image/png", (".png",))
TIFF = Kind("image/tiff", (".tif", ".tiff"))
WEBP = Kind("image/webp", (".webp",))
DOCX = Kind(_DOCX, (".docx",))
XLSX = Kind(_XLSX, (".xlsx",))
OFD = Kind("application/ofd", (".ofd",))
KINDS = (PDF, JPEG, PNG, TIFF, WEBP, DOCX, XLSX, OFD)
ALLOWED = "PDF, JPEG, PNG, TIFF, WebP, DOCX, XLSX, OFD"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ACTS_IN_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
_ACTS_IN_OFFICE = re.compile(
    r"vbaproject|vbadata|macrosheets/|activex/|\.bin$|embeddings/|oleobject|customui/|\.(?:exe|dll|js|vbs|jar|lnk|scr|hta|ps1)$"
)
_OUTSIDE = re.compile(
    rb"<Relationship\b[^>]*(?:attachedTemplate|frame|oleObject|subDocument|externalLinkPath)[^>]*TargetMode\s*=\s*[\"']External"
)
_PART_MAX = 4 << 20
_PARTS_MAX = 5_000
_BLOCK = 1 << 20


def kind_of(stream: BinaryIO, name: str, declared: str = "") -> Kind:
    """The kind of a file. It is read from its start, a block at a time.

    Parameters
    ----------
    stream : can seek
    name : as it was given; its ending must be one of the kind's
    declared : the media type that came with it; empty or octet-stream says nothing

    Errors: NotTaken.
    """
    stream.seek(0)
    head = stream.read(16)
    found = _by_head(head, stream)
    ending = PurePath(name).suffix.lower()
    if ending not in found.endings:
        raise NotTaken(
            f"文件名以“{ending or '无'}”结尾，内容却是 {found.media_type}；应为 {'、'.join(found.endings)}",
            f"its name ends in {ending or 'nothing'}, but it is {found.media_type}; allowed: {', '.join(found.endings)}",
        )
    said = declared.split(";", maxsplit=1)[0].strip().lower()
    if said not in {"", "application/octet-stream", "binary/octet-stream", found.media_type} and said in {
        each.media_type for each in KINDS
    }:
        raise NotTaken(f"声明为 {said}，内容却是 {found.media_type}", f"it was sent as {said}, but it is {found.media_type}")
    _look_inside(found, stream)
    stream.seek(0)
    return found


def _by_head(head: bytes, stream: BinaryIO) -> Kind:
    if head.startswith((b"%PDF-1.", b"%PDF-2.")):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith((b"II*\x00", b"MM\x00*")):
        return TIFF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(_OLE):
        raise NotTaken(
            "旧版 Office 文件（OLE）可能带宏，不接收；请另存为 DOCX、XLSX 或 PDF",
            "an old Office file (OLE) may hold macros; save it as DOCX, XLSX or PDF",
        )
    if head.startswith(b"PK\x03\x04"):
        return _by_parts(stream)
    raise NotTaken(f"不认识的文件类型；可接收 {ALLOWED}", f"its content is of no kind that comes in; allowed: {ALLOWED}")


def _by_parts(stream: BinaryIO) -> Kind:
    names = set(_open(stream).namelist())
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return DOCX
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return XLSX
    if "OFD.xml" in names:
        return OFD
    raise NotTaken(f"压缩包不接收；可接收 {ALLOWED}", f"an archive does not come in; allowed: {ALLOWED}")


def _open(stream: BinaryIO) -> zipfile.ZipFile:
    stream.seek(0)
    try:
        made = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise NotTaken("文件已损坏", "the file is damaged") from None
    if len(made.infolist()) > _PARTS_MAX or any(each.flag_bits & 1 for each in made.infolist()):
        raise NotTaken("文件有密码或部件过多", "the file is protected by a password, or has too many parts")
    return made


def _look_inside(kind: Kind, stream: BinaryIO) -> None:
    if kind in (DOCX, XLSX, OFD):
        _look_into_parts(kind, stream)
    elif kind is PDF:
        _look_into_pdf(stream)
    if kind not in (DOCX, XLSX, OFD) and _is_archive(stream):
        raise NotTaken("文件后面还藏着另一个文件", "a second file stands behind it")


def _is_archive(stream: BinaryIO) -> bool:
    """Does an archive end this file? A signature by chance is none: its directory must read."""
    stream.seek(0)
    try:
        return bool(zipfile.ZipFile(stream).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return False


def _look_into_parts(kind: Kind, stream: BinaryIO) -> None:
    archive = _open(stream)
    for each in archive.infolist():
        name = each.filename.lower()
        if _ACTS_IN_OFFICE.search(name) and "printersettings/" not in name:
            raise NotTaken("文件带有宏或嵌入对象", "it holds a macro or an embedded object; save it without, or as PDF")
        if name == "[content_types].xml" or name.endswith(".rels"):
            if each.file_size > _PART_MAX:
                raise NotTaken("文件已损坏", "the file is damaged")
            try:
                text = archive.read(each)
            except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError, ValueError):
                raise NotTaken("文件已损坏", "the file is damaged") from None
            if b"macroenabled" in text.lower() or b"vbaProject" in text:
                raise NotTaken(
                    "文件带有宏（虽然名称不是 .docm/.xlsm）", "it is a file with macros, whatever its name says; save it without"
                )
            if _OUTSIDE.search(text) or _swapped(text):
                raise NotTaken("文件会从外部加载模板或对象", "it loads a template or an object from elsewhere; save it as PDF")


def _swapped(text: bytes) -> bool:
    """The attributes of a relationship in the other order."""
    return any(
        re.search(rb"TargetMode\s*=\s*[\"']External", each)
        and re.search(rb"attachedTemplate|/frame|oleObject|subDocument|externalLinkPath", each)
        for each in re.findall(rb"<Relationship\b[^>]*>", text)
    )


def _look_into_pdf(stream: BinaryIO) -> None:
    stream.seek(0)
    tail = b""
    while block := stream.read(_BLOCK):
        found = _ACTS_IN_PDF.search(tail + block)
        if found:
            name = found[0].decode()
            raise NotTaken(
                f"PDF 内含可执行或嵌入内容（{name}）", f"the PDF holds something that acts or is embedded ({name}); print it to a new PDF"
            )
        tail = block[-32:]
