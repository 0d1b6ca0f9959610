"""How a name is found: by itself, by its full pinyin and by its initials, in every reading its surname has (the library reads 曾 as
ceng)."""

from __future__ import annotations

from itertools import product

from pypinyin import Style, pinyin

from arrears.desk.people import normal

SURNAMES = {
    "曾": "zeng", "仇": "qiu", "单": "shan", "解": "xie", "查": "zha", "朴": "piao", "任": "ren", "区": "ou", "盖": "ge", "乐": "yue",
    "翟": "zhai", "尉": "wei", "缪": "miao", "冼": "xian", "员": "yun", "黑": "he", "洗": "xian", "折": "she", "种": "chong", "覃": "qin",
    "秘": "bi", "繁": "po", "召": "shao", "隗": "wei", "晁": "chao", "佴": "nai", "宓": "fu", "逄": "pang", "眭": "sui", "仉": "zhang",
    "郗": "xi", "牟": "mou", "万俟": "moqi", "尉迟": "yuchi", "长孙": "zhangsun", "澹台": "tantai", "令狐": "linghu", "单于": "chanyu",
    "亓": "qi", "𠮷": "ji", "㛃": "jie", "䶮": "yan", "𫍯": "xi",
}  # fmt: skip
"""Surname -> its reading as a surname; the common reading of the character stays searchable beside it."""
_MOST = 16


def readings(name: str) -> list[tuple[str, ...]]:
    """Every reading of a name, as syllables; a character nobody reads is left out. At most 16."""
    told = normal.name(name).replace("·", "")
    surname = next((each for each in (told[:2], told[:1]) if each in SURNAMES), "")
    rest = _syllables(told[len(surname) :])
    out = [tuple(each) for each in product(*rest)][:_MOST]
    if surname:
        heads = [(SURNAMES[surname],), *(each for each in product(*_syllables(surname)) if each)]
        out = [tuple(head) + each for head in dict.fromkeys(heads) for each in out]
    return [each for each in dict.fromkeys(out) if each]


def found_by(name: str) -> set[str]:
    """What a person may type to find somebody: the name, its full pinyin, its initials; of Latin names each word too."""
    told = normal.name(name)
    if not told:
        return set()
    if told.isascii():
        words = told.split()
        return {told, "".join(words), "".join(word[0] for word in words), *words}
    found = {told, told.replace("·", "")}
    for each in readings(told):
        found |= {"".join(each), "".join(syllable[0] for syllable in each)}
    return {each for each in found if each}


def _syllables(text: str) -> list[list[str]]:
    """The readings of each character that has one. Only the first of a given name's: a name has one reading, and a wrong one helps
    nobody."""
    if not text:
        return []
    return [each[:2] for each in pinyin(text, style=Style.NORMAL, heteronym=False, errors="ignore") if each and each[0]]
