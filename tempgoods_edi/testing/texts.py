"""Random texts that people might write, from plain words to everything that XML must escape, within the length limit."""

from __future__ import annotations

from tempgoods_edi.testing.choices import Choices

_PLAIN = (
    "数控机床", "五轴联动加工中心", "展台搭建材料", "Harrow & Vale <Ltd>", "spare parts", "液晶显示屏", "上海国际展览中心",
    "model A-7/2027", "宣传册（中英文）", "Optical bench", "备用件", "三号馆", "mixer 4×", "样机", "demo unit", "Łódź", "国际会议",
)  # fmt: skip
#: What readers, writers and escapers stumble over: markup, line ends, blanks, signs beyond the basic plane.
_ODD = (
    "<", ">", "&", "&amp;", "]]>", "<!--", "'", '"', "\r", "\n", "\t", "  ", "\u3000", "é", "ﬁ", "\u0301", "𠮷", "🚢",
    "%", "{0}", "\\", "ÿ", "\ud7ff", "=", ";", "<?x?>", "\u00a0", "０",
)  # fmt: skip


def text(c: Choices, low: int, high: int) -> str:
    """A text of *low* to *high* characters that does not begin with a blank.

    Mostly words; at times full of odd characters, at times exactly as long as allowed.
    """
    word = c.pick(_PLAIN)
    kind = c.below(16)
    if kind == 15:
        word += "".join([c.pick(_ODD) for _ in range(c.between(1, 6))])
    elif kind == 14:
        word = word[:1] + c.pick(_ODD) * min(high, 40)
    elif kind == 13:
        word = (word * (high // len(word) + 1))[:high]
    if len(word) < low:
        word += "0" * (low - len(word))
    return word[:high]
