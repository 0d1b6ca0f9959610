"""Regions of China by the names that files use: ISO 3166-2, and the zone of the clock there."""

from __future__ import annotations

_CODES = {
    "北京": "BJ", "天津": "TJ", "河北": "HE", "山西": "SX", "内蒙古": "NM", "辽宁": "LN", "吉林": "JL", "黑龙江": "HL", "上海": "SH",
    "江苏": "JS",
    "浙江": "ZJ", "安徽": "AH", "福建": "FJ", "江西": "JX", "山东": "SD", "河南": "HA", "湖北": "HB", "湖南": "HN", "广东": "GD",
    "广西": "GX",
    "海南": "HI", "重庆": "CQ", "四川": "SC", "贵州": "GZ", "云南": "YN", "西藏": "XZ", "陕西": "SN", "甘肃": "GS", "青海": "QH",
    "宁夏": "NX",
    "新疆": "XJ", "香港": "HK", "澳门": "MO", "台湾": "TW",
}  # fmt: skip
_ZONES = {"HK": "Asia/Hong_Kong", "MO": "Asia/Macau", "TW": "Asia/Taipei"}
_OWN_LAW = {"深圳": "SZ"}  # cities whose own insolvency law the gate knows


def region_of(province: str | None, city: str | None) -> tuple[str | None, list[str] | None]:
    """(region such as CN-GD-SZ, zones) of a place; (None, None) where the province is none we know: then it counts as not known."""
    code = next((code for name, code in _CODES.items() if province and province.startswith(name)), None)
    if code is None:
        return None, None
    own = next((f"-{code_}" for name, code_ in _OWN_LAW.items() if city and city.startswith(name)), "")
    return f"CN-{code}{own}", [_ZONES.get(code, "Asia/Shanghai")]
