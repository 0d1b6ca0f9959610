"""How names, numbers and texts are compared, found and masked."""

from __future__ import annotations

import pytest

from arrears.desk.people import names, normal
from arrears.desk.people.tricks import trick


@pytest.mark.parametrize(
    ("name", "found_by"),
    [
        pytest.param("曾国藩", {"zengguofan", "zgf", "cengguofan", "cgf"}, id="zeng"),
        pytest.param("仇英", {"qiuying", "qy", "chouying", "cy"}, id="qiu"),
        pytest.param("单雄信", {"shanxiongxin", "sxx", "danxiongxin", "dxx"}, id="shan"),
        pytest.param("解缙", {"xiejin", "xj", "jiejin", "jj"}, id="xie"),
        pytest.param("尉迟恭", {"yuchigong", "ycg"}, id="double_surname"),
        pytest.param("欧阳娜", {"ouyangna", "oyn"}, id="double_plain"),
        pytest.param("阿依古丽·肉孜", {"ayigulirouzi", "ayglrz", "阿依古丽肉孜"}, id="dot"),
        pytest.param("𠮷伟", {"jiwei", "jw", "𠮷伟"}, id="four_bytes"),
        pytest.param("John Smith", {"john", "smith", "johnsmith", "js"}, id="latin"),
    ],
)
def test_name_is_found_by(name: str, found_by: set[str]) -> None:
    assert found_by <= names.found_by(name)


@pytest.mark.parametrize(
    ("kind", "text", "form"),
    [
        ("phone", "+86 154-0000-1234", "15400001234"),
        ("phone", "008615400001234", "15400001234"),
        ("phone", "１５４００００１２３４", "15400001234"),
        ("phone", "0571-8800 1234", "057188001234"),
        ("id_number", "33010619900307002x", "33010619900307002X"),
        ("plate", "浙a·12345", "浙A12345"),
        ("vin", " ltest123 ", "LTEST123"),
        ("loan", "lt-2025 01", "LT-202501"),
        ("email", "Lin@Example.COM", "lin@example.com"),
        ("name", "阿依古丽•肉孜", "阿依古丽·肉孜"),
        ("name", "林 远", "林远"),
    ],
)
def test_one_form_for_what_is_compared(kind: str, text: str, form: str) -> None:
    assert normal.FORMS[kind](text) == form


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("name", "林远", "林*"),
        ("name", "欧阳娜娜", "欧阳*"),
        ("name", "阿依古丽·肉孜", "阿*·*"),
        ("name", "𠮷伟", "𠮷*"),
        ("name", "John Smith", "J*** S***"),
        ("phone", "15400001234", "154****1234"),
        ("phone", "12345", "****45"),
        ("id_number", "330106199003070021", "****0021"),
        ("email", "lin.yuan@example.com", "l***@example.com"),
        ("plate", "浙A12345", "浙A***45"),
        ("postal", "浙江省杭州市澄砚路12号", "浙江省杭州市****"),
        ("postal", "北京市海淀区某路1号", "北京市****"),
        ("born", "1990-03-07", "****"),
        ("employer", "枕溪服饰", "****"),
        ("vin", "LTESTLINYUAN00001", "****0001"),
    ],
)
def test_value_is_masked(kind: str, text: str, shown: str) -> None:
    assert normal.masked(kind, text) == shown


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("林远", ""),
        ("阿依古丽·肉孜", ""),
        ("澄砚路12号-3", ""),
        ("=1+1", "formula"),
        (" +1", "formula"),
        ("-2", "formula"),
        ("a<b", "markup"),
        ("林\u2066远", "direction"),
        ("\ufeff林", "invisible"),
        ("林\n远", "control"),
        ("林\ud800", "control"),
        ("𠮷\U000e0100", ""),
    ],
)
def test_text_that_is_not_what_it_looks_like(text: str, why: str) -> None:
    assert why in trick(text)
    assert bool(trick(text)) is bool(why)
