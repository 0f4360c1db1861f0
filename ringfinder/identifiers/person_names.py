"""Find the people a letter introduces by name, so that nothing shows them.

In:  letters.   Out: names (personal data: use and forget) and texts without them.   Never logs.
A name counts when a letter introduces it (本人, 业务员, 经办人 ...) and it starts with a surname. Names told in passing
only are not found: whoever has the names on file must mask them as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: single-character surnames but those that are also everyday words where a name could stand (于, 时, 那 ...)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜"
    "崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严洪涂童赖武康施牛樊葛邢安齐庞颜庄聂"
    "章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅单毕裴霍凌苗管温芦盛翁卓骆连古屈褚游阳蒙农莫鲍司车项"
    "尤佟奚肖闫蓝荣柴桂瞿"
)

_COMPOUND = "(?:欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|司徒|端木|长孙|宇文|独孤|南宫|西门|澹台|公冶)"
#: what may follow a name that is introduced; a name is taken up to the first of these
_AFTER = "在于来说系上当告承向给跟对和与也都又就便未没不曾已将把让带打拿骗代签陪到去拉劝称讲保推卖收帮为从之那这的"

_HAN = r"[\u4e00-\u9fa5]"
_INTRODUCED = re.compile(
    r"(?:本人|我叫|我是|姓名|投诉人|申请人|投保人|经办人|经手人|被投诉人|被保险人|受益人|联系人|业务员|营销员|推销员|销售员|代理人|讲师|律师|客服|经理|主任|顾问|专员|我和|我与|本人与|叫|是|由"
    r"|爱人|丈夫|妻子|老公|老婆|儿子|女儿|父亲|母亲|哥哥|弟弟|姐姐|妹妹|儿媳|女婿|孙子|孙女|朋友|同事|邻居|亲戚|同学)"
    rf"[:\uff1a]?((?:{_COMPOUND}|[{SURNAMES}]){_HAN}{{1,2}}?)"
    rf"(?=[,.;:、。(\uff0c\uff1a\uff1b\uff08)\uff09]|\s|$|认识|介绍|推荐|经办|经理|主任|身份证|[{_AFTER}])"
)
#: a surname with a title: 王经理, 李老师; 对方律师 and the like are no names
_TITLED = re.compile(
    rf"(?<![对官我乙甲双各])([{SURNAMES}])(?=(?:经理|主任|老师|律师|先生|女士|总监|店长|阿姨|大姐|大哥))"
)
#: words that look like a name where a name could stand
_COMMON = (
    "高兴|方便|安排|万一|何况|何时|何人|江湖|金额|马上|白天|安全|关于|管理|单位|连续|包括|毕竟|严重|高额|成功|任何"
)
_IS_WORD = re.compile(rf"(?:{_COMMON})$")


def names_in(texts: Sequence[str]) -> list[str]:
    """Names that any of the letters introduces, longest first.

    Examples
    --------
    >>> names_in(["经办人:王某某;我和王某某认识多年", "业务员马上说可以退"])
    ['王某某']
    """
    found = {name for text in texts for name in _INTRODUCED.findall(text)}
    return sorted((n for n in found if not _IS_WORD.match(n)), key=lambda n: (-len(n), n))


def mask_names(text: str, names: Sequence[str]) -> str:
    """The text with a slot in place of every name given, and of every name it introduces itself.

    Examples
    --------
    >>> mask_names("我叫王某某,今年", [])
    '我叫〔姓名〕,今年'
    """
    return without_names(text, names, mark="〔姓名〕")


def without_names(text: str, names: Sequence[str], *, mark: str) -> str:
    """The text with a mark in place of the names given and of those it introduces.

    Examples
    --------
    >>> without_names("代理人王某国说的,对方律师也在", [], mark="[姓名]")
    '代理人[姓名]说的,对方律师也在'
    """
    every = sorted({*names, *names_in([text])}, key=lambda n: (-len(n), n))
    return re.sub("|".join(map(re.escape, every)), mark, text) if every else text


def without_titled(text: str, *, mark: str) -> str:
    """The text without surnames before a title.

    Examples
    --------
    >>> without_titled("找王经理和李老师,对方律师也在", mark="[姓名]")
    '找[姓名]经理和[姓名]老师,对方律师也在'
    """
    return _TITLED.sub(mark, text)
