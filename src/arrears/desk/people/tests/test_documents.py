"""Documents: told by their content, refused where they lie or act, encrypted, every opening written down."""

from __future__ import annotations

import io
import resource
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.conf import settings

from arrears.desk.journal.models import Event
from arrears.desk.people.documents.bulk import take_documents
from arrears.desk.people.documents.kind import NotTaken, kind_of
from arrears.desk.people.documents.services import add_document, delete_document, open_document, shelf
from arrears.desk.people.keys import KeyProblem
from arrears.desk.people.models import Document
from arrears.desk.people.testing import LinYuan

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + bytes(200)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
_TYPES = '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats{0}"/></Types>'


def _office(*more: tuple[str, str], types: str = "-officedocument.wordprocessingml.document.main+xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", _TYPES.format(types))
        archive.writestr("word/document.xml", "<w:document/>")
        for name, text in more:
            archive.writestr(name, text)
    return out.getvalue()


def _rels(kind: str) -> tuple[str, str]:
    address = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    return (
        "word/_rels/settings.xml.rels",
        f'<Relationships><Relationship TargetMode="External" Target="http://x/y.dotm" Type="{address}"/></Relationships>',
    )


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        pytest.param(PDF, "合同.pdf", "application/pdf", id="pdf"),
        pytest.param(JPEG, "a.JPG", "image/jpeg", id="jpeg"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(20), "a.png", "image/png", id="png"),
        pytest.param(_office(), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", id="docx"),
        pytest.param(
            _office(_rels("hyperlink")), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", id="link"
        ),
    ],
)
def test_kind_is_told_by_content(content: bytes, name: str, media_type: str) -> None:
    assert kind_of(io.BytesIO(content), name).media_type == media_type


@pytest.mark.parametrize(
    ("content", "name", "declared", "says"),
    [
        pytest.param(JPEG, "a.pdf", "", "but it is image/jpeg", id="name_lies"),
        pytest.param(PDF, "a.pdf", "image/png", "but it is application/pdf", id="declared_lies"),
        pytest.param(_office(("word/vbaProject.bin", "x")), "a.docx", "", "macro", id="vba"),
        pytest.param(_office(types="-ms-word.document.macroEnabled.main+xml"), "a.docx", "", "macros", id="docm_renamed"),
        pytest.param(_office(), "a.docm", "", "ends in .docm", id="docm_name"),
        pytest.param(_office(("word/embeddings/oleObject1.bin", "x")), "a.docx", "", "embedded", id="ole_inside"),
        pytest.param(_office(_rels("attachedTemplate")), "a.docx", "", "from elsewhere", id="template"),
        pytest.param(OLE, "a.doc", "", "old Office", id="ole"),
        pytest.param(OLE, "a.docx", "", "old Office", id="ole_as_docx"),
        pytest.param(
            PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "a.pdf", "", "acts", id="pdf_script"
        ),
        pytest.param(PDF + _office(), "a.pdf", "", "second file", id="two_in_one"),
        pytest.param(b"MZ" + bytes(100), "a.pdf", "", "no kind", id="program"),
        pytest.param(b"<html><script>alert(1)</script>", "a.pdf", "", "no kind", id="html"),
        pytest.param(b"<svg onload=alert(1)>", "a.png", "", "no kind", id="svg"),
        pytest.param(b"", "a.pdf", "", "no kind", id="empty"),
        pytest.param(b"PK\x03\x04" + bytes(50), "a.docx", "", "damaged", id="broken"),
    ],
)
def test_what_lies_or_acts_is_refused(content: bytes, name: str, declared: str, says: str) -> None:
    with pytest.raises(NotTaken, match=says) as told:
        kind_of(io.BytesIO(content), name, declared)
    assert told.value.zh


def _add(lin: LinYuan, noon: Any, content: bytes = PDF, name: str = "合同.pdf", **told: Any) -> tuple[Document, bool]:
    return add_document(io.BytesIO(content), name, "contract", noon, loan=lin.loan, **told)


def test_content_lies_encrypted_and_comes_back(lin: LinYuan, noon: Any, lead: Any) -> None:
    document = _add(lin, noon)[0]
    raw = shelf().path(document.pk).read_bytes()
    assert b"Catalog" not in raw
    assert shelf().path(document.pk).stat().st_mode & 0o777 == 0o600
    assert b"".join(open_document(document, noon, lead)) == PDF
    assert Event.objects.get(kind="document_opened").account == lead


def test_same_document_comes_in_once(lin: LinYuan, noon: Any) -> None:
    first, again = _add(lin, noon), _add(lin, noon, name="again.pdf")
    assert (first[1], again[1], again[0].pk) == (True, False, first[0].pk)
    assert len(list(shelf().path(first[0].pk).parent.iterdir())) == 1


def test_too_large_leaves_nothing(lin: LinYuan, noon: Any) -> None:
    before = len(list(shelf().everything()))
    with pytest.raises(NotTaken, match="larger than 1 MB"):
        _add(lin, noon, JPEG + bytes(2 << 20), "a.jpg", limit=1 << 20)
    assert (len(list(shelf().everything())), Document.objects.count()) == (before, 0)


@pytest.mark.parametrize("change", ["flip", "cut", "swap"])
def test_changed_file_is_found(lin: LinYuan, noon: Any, lead: Any, change: str) -> None:
    document = _add(lin, noon, JPEG + bytes(3 << 20), "a.jpg")[0]
    path = shelf().path(document.pk)
    raw = bytearray(path.read_bytes())
    block = 4 + (1 << 20) + 16
    if change == "flip":
        raw[-1] ^= 1
    elif change == "cut":
        del raw[8 + 3 * block :]
    else:
        raw[8 : 8 + block], raw[8 + block : 8 + 2 * block] = raw[8 + block : 8 + 2 * block], raw[8 : 8 + block]
    path.write_bytes(raw)
    with pytest.raises(KeyProblem, match="changed, or is not whole"):
        b"".join(open_document(document, noon, lead))


@pytest.mark.parametrize("name", ["=cmd.pdf", "a\u202efdp.pdf", "../a.pdf", "x" * 130 + ".pdf", ""])
def test_name_with_a_trick_is_refused(lin: LinYuan, noon: Any, name: str) -> None:
    with pytest.raises(NotTaken, match="name"):
        _add(lin, noon, name=name)


def test_deleted_document_is_gone_and_on_record(lin: LinYuan, noon: Any, lead: Any, django_capture_on_commit_callbacks: Any) -> None:
    document = _add(lin, noon)[0]
    with django_capture_on_commit_callbacks(execute=True):
        delete_document(document, noon, rule="retention.documents")
    assert not shelf().path(document.pk).exists()
    with pytest.raises(NotTaken, match="deleted"):
        open_document(document, noon, lead)
    assert Event.objects.get(kind="document_deleted").data["rule"] == "retention.documents"


def test_folder_by_loan_number(lin: LinYuan, noon: Any, tmp_path: Path) -> None:
    for name, content in {
        "B01/contract.pdf": PDF,
        "LT-2025-000001_lien.jpg": JPEG,
        "B99/contract.pdf": PDF,
        "B01/cost_sheet.pdf": OLE,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    told = take_documents(tmp_path, noon)
    assert (told.counts["documents"]["new"], told.counts["documents"]["rejected"]) == (2, 2)
    assert sorted(each.field for each in told.rejects) == ["file", "loan"]
    assert set(Document.objects.values_list("kind", flat=True)) == {"contract", "lien"}
    assert take_documents(tmp_path, noon).counts["documents"]["same"] == 2


def test_list_does_not_reach_out_of_its_folder(lin: LinYuan, noon: Any, tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(PDF)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "list.csv").write_text("loan,kind,file\nB01,contract,../secret.pdf\n")
    assert take_documents(tmp_path / "in" / "list.csv", noon).rejects[0].field == "file"


class _Long(io.RawIOBase):
    """A JPEG of many bytes that lie nowhere."""

    def __init__(self, size: int) -> None:
        self.size, self.at = size, 0

    def seekable(self) -> bool:
        return True

    def seek(self, to: int, how: int = 0) -> int:
        self.at = to if how == 0 else self.at + to if how == 1 else self.size + to
        return self.at

    def tell(self) -> int:
        return self.at

    def read(self, count: int = -1) -> bytes:
        count = max(0, min(self.size - self.at, self.size if count < 0 else count))
        out = JPEG[self.at : self.at + count] if self.at < len(JPEG) else b""
        self.at += count
        return out + bytes(count - len(out))


@pytest.mark.slow
def test_long_file_is_never_held_whole(lin: LinYuan, noon: Any, lead: Any) -> None:
    """256 MiB here, which is far more than what may be held; 2 GiB is told in docs/people.md."""
    size = 256 << 20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stream: BinaryIO = _Long(size)  # type: ignore[assignment]
    document = add_document(stream, "a.jpg", "proof", noon, loan=lin.loan, limit=4 << 30)[0]
    assert sum(len(block) for block in open_document(document, noon, lead)) == document.size == size
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 64 << 10  # KiB
    shelf().remove(document.pk)


def test_shelf_is_in_the_data_folder(db: None) -> None:
    assert shelf().root == settings.PLACES.root / "documents"
