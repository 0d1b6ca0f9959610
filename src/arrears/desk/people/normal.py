"""One form for what is compared: numbers, mailboxes, plates, names; and how each is masked."""

from __future__ import annotations

import re
import unicodedata

DOUBLE = frozenset(["欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛", "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容", "仲孙", "钟离", "长孙", "宇文", "司徒", "鲜于", "司空", "闾丘", "子车", "亓官", "司寇", "巫马", "公西", "颛孙", "壤驷", "公良", "漆雕", "乐正", "宰父", "谷梁", "拓跋", "夹谷", "轩辕", "令狐", "段干", "百里", "呼延", "东郭", "南门", "羊舌", "微生", "梁丘", "左丘", "东门", "西门", "第五"])  # fmt: skip  # noqa: E501
_DOTS = str.maketrans(dict.fromkeys("•・‧∙●．.", "·"))


def plain(text: str) -> str:
    """A text as it is kept: NFC, without blanks around it."""
    return unicodedata.normalize("NFC", text).strip()


def wide(text: str) -> str:
    """Full-width letters and digits as plain ones."""
    return unicodedata.normalize("NFKC", text).strip()


def phone(text: str) -> str:
    """Digits of a telephone number; without the 86 or 0086 of the country before a mobile number."""
    digits = re.sub(r"\D", "", wide(text))
    return re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)


def identity(text: str) -> str:
    """An identity number: upper case, without blanks and dashes."""
    return re.sub(r"[\s-]", "", wide(text)).upper()


def plate(text: str) -> str:
    """A number plate: upper case, without blanks, dots and dashes."""
    return re.sub(r"[\s·.\-•]", "", wide(text)).upper()


def vin(text: str) -> str:
    """A vehicle identification number, upper case."""
    return re.sub(r"[\s-]", "", wide(text)).upper()


def loan_number(text: str) -> str:
    """The number of a contract: upper case, without blanks."""
    return re.sub(r"\s", "", wide(text)).upper()


def email(text: str) -> str:
    """A mailbox in small letters."""
    return wide(text).lower()


def name(text: str) -> str:
    """A name: one kind of middle dot; no blanks between Chinese characters; small letters otherwise."""
    told = plain(text).translate(_DOTS)
    return re.sub(r"\s+", " " if told.isascii() else "", told).lower()


def postal(text: str) -> str:
    """A postal address without blanks."""
    return re.sub(r"\s", "", wide(text))


FORMS = {
    "phone": phone, "id_number": identity, "plate": plate, "vin": vin, "loan": loan_number, "email": email, "name": name, "postal": postal,
    "messenger": lambda text: wide(text).lower(), "app": wide,
}  # fmt: skip
"""Kind of a blind index -> its form."""


def last_four(text: str) -> str:
    """The last four characters; nothing of a text that is hardly longer."""
    return text[-4:] if len(text) >= 7 else ""


def masked(kind: str, text: str) -> str:
    """A value as it may be shown: enough to tell it from others, not enough to use it."""
    if not text:
        return ""
    if kind == "name":
        return _masked_name(text)
    if kind == "phone":
        digits = phone(text)
        return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 9 else "****" + digits[-2:]
    if kind == "email":
        user, _, host = text.partition("@")
        return f"{user[:1]}***@{host}"
    if kind == "postal":
        found = re.match(r".{2,8}?(?:省|自治区|市)(?:.{2,8}?(?:市|自治州|盟|地区))?", text)
        return (found[0] if found else text[:2]) + "****"
    if kind == "plate":
        return text[:2] + "***" + text[-2:] if len(text) >= 6 else "***"
    if kind == "born":
        return "****"
    if kind in {"id_number", "vin", "loan", "messenger", "app"}:
        return "****" + last_four(text)
    return "****"


def _masked_name(text: str) -> str:
    if text.isascii():
        return " ".join(f"{word[0]}***" for word in text.split())
    if "·" in text:
        return text[0] + "*·*"
    return f"{text[:2]}*" if text[:2] in DOUBLE and len(text) > 2 else text[0] + "*" * (len(text) - 1)
