"""A small grammar of complaint letters for tests and measurements: honest, paraphrased, siblings, forms.

In:  a seed.   Out: a complaints table with the true template of every letter.
Ring letters are drawn from the same sentences as honest letters: only the combination tells them apart.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field

import pandas as pd

_OPEN = [
    f"{a}{b}"
    for a, b in itertools.product(["", "当时", "那年", "后来", "没想到", "其实", "事后我才知道"], ["", ","])
    if a or not b
]
_WHO = [
    "业务员",
    "客户经理",
    "银行的柜员",
    "一位姓{sur}的经理",
    "代理人",
    "保险公司的人",
    "熟人",
    "讲师",
    "推销员",
    "那个女的",
    "他们",
    "支行的工作人员",
]
_WHERE = [
    "在网点",
    "来我家里",
    "在会议室",
    "在电话里",
    "在微信上",
    "在小区门口",
    "在饭店",
    "趁我家人不在",
    "在产品说明会上",
    "在单位",
]
_DID = [
    "说这个产品跟存款一样安全",
    "承诺收益比定期高一倍",
    "说随时可以取出来不会有损失",
    "反复劝我签字",
    "没有让我看条款就翻到最后一页",
    "替我抄写了风险提示语",
    "教我怎么回答回访电话",
    "说名额只有最后几个",
    "告诉我交三年就能全部拿回",
    "送了米和油哄我们老人高兴",
    "把我的收入填成了实际的好几倍",
    "说不买就帮不了忙完成任务",
    "用平板点了几下就让我签名",
    "说分红每年都有保证",
    "隐瞒了要连续交二十年的事实",
    "没有说明犹豫期的权利",
    "说是国家扶持的养老项目",
    "把保险说成理财",
    "答应返给我一部分佣金",
    "说可以抵扣贷款利息",
]
_THEN = [
    "我一时糊涂就同意了",
    "我不识几个字只好照做",
    "我碍于情面答应了",
    "我以为就是存钱",
    "我连合同都没有拿到",
    "我到现在也没见过正式发票",
    "家里人知道后和我大吵一架",
    "钱当天就从卡里划走",
    "我孩子上大学的钱全在里面",
    "我还要给老伴看病",
    "我打电话过去没有人接",
    "对方说已经离职",
    "现在退只能拿回一小半",
    "我多次去柜台都被推来推去",
    "他们让我等通知一等就是半年",
    "我心里堵得慌天天睡不着",
    "我才发现根本不是那么回事",
    "我要求看当时的录音录像却被拒绝",
    "我觉得受到了欺骗",
    "我只是一个普通的退休工人",
]
_DETAIL = [
    "那天正好下着大雨{x}我骑车去的",
    "因为{x}家里要翻修房子急用钱",
    "我女儿{x}从外地赶回来帮我问",
    "邻居{x}也碰到同样的事情",
    "我在工地上{x}干活攒下的钱",
    "{x}过年前后生意不好周转不开",
    "我老母亲{x}住院开刀",
    "店里{x}刚盘下来欠着货款",
    "我腿脚不方便{x}走路要人扶",
    "当时我{x}正在带孙子没顾上细看",
]
_X = [
    "大概",
    "好像",
    "一直",
    "刚刚",
    "突然",
    "前后",
    "实在",
    "差不多",
    "几次",
    "独自",
    "匆忙",
    "终于",
    "恰好",
    "勉强",
    "整整",
    "从此",
]
_LAW = (
    "根据保险法第十六条的规定订立保险合同投保人应当如实告知保险人应当说明合同内容。",
    "依照消费者权益保护法第五十五条经营者提供商品或者服务有欺诈行为的应当按照消费者的要求增加赔偿其受到的损失。",
    "保险销售行为可回溯管理暂行办法要求保险公司对销售过程关键环节以录音录像方式进行记录。",
)
_CLOSE = ("请领导为我做主!", "恳请贵局依法查处,全额退还保费。", "此致敬礼", "望尽快给予书面答复。", "谢谢领导。")
FORM = (
    "投诉登记表"
    "被投诉机构名称及联系方式如下请核对无误后提交"
    "本人承诺以上所填内容真实有效并愿意承担相应法律责任"
    "办理结果将以短信方式告知请保持电话畅通"
    "工作人员不得泄露投诉人信息"
)
_NAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英"
_HOMOPHONES = str.maketrans("退保费合同钱险代理", "蜕葆废河童前显带里")

Sentence = tuple[int, ...]


def _draw(rng: random.Random) -> Sentence:
    return (rng.randrange(4), *(rng.randrange(10_000) for _ in range(6)))


def _say(s: Sentence, slots: dict[str, str]) -> str:
    def pick(options: list[str], i: int) -> str:
        return options[s[i] % len(options)]

    kind = s[0]
    if kind == 0:
        text = f"{pick(_OPEN, 1)}{pick(_WHO, 2)}{pick(_WHERE, 3)}{pick(_DID, 4)},{pick(_THEN, 5)}。"
    elif kind == 1:
        text = f"{pick(_WHO, 1)}{pick(_DID, 2)},还{pick(_DID, 3)},{pick(_OPEN, 4)}{pick(_THEN, 5)}。"
    elif kind == 2:
        text = f"{pick(_DETAIL, 1).format(x=pick(_X, 2))},{pick(_THEN, 3)},{pick(_THEN, 4)}。"
    else:
        text = f"{pick(_OPEN, 1)}我于{{date}}{pick(_WHERE, 2)}买了{{product}},每年交{{sum}}元,{pick(_THEN, 4)}。"
    return text.format(**slots)


def _slots(rng: random.Random) -> dict[str, str]:
    return {
        "sur": rng.choice(_NAMES),
        "name": rng.choice(_NAMES) + "".join(rng.choices(_GIVEN, k=rng.choice((1, 2)))),
        "date": f"{rng.randint(2012, 2023)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日",
        "sum": rng.choice((f"{rng.randint(2, 90) * 1000}", f"{rng.randint(1, 9)}万")),
        "product": rng.choice(["福满", "金瑞", "安享", "鑫利", "康宁"]) + rng.choice("一二三甲乙") + "号两全保险",
    }


def _letter(rng: random.Random, body: list[Sentence], *, noise: float = 0.0, homophones: bool = False) -> str:
    slots = _slots(rng)
    text = f"本人{slots['name']}," + "".join(_say(s, slots) for s in body)
    if rng.random() < 0.4:
        text += rng.choice(_LAW)
    text += rng.choice(_CLOSE)
    if homophones:
        text = text.translate(_HOMOPHONES)
    if noise:
        text = "".join(c for c in text if rng.random() > noise)
    return FORM[:60] + text + FORM[60:] if rng.random() < 0.3 else text


def _retell(rng: random.Random, body: list[Sentence], level: str) -> list[Sentence]:
    reword, drop, pad = {"easy": (0, 0, 0), "medium": (0.25, 0, 2), "hard": (0.5, 0.2, 4)}[level]
    out = []
    for s in body:
        if rng.random() < drop:
            continue
        if rng.random() < reword:
            fresh = _draw(rng)
            cut = rng.randint(2, 5)  # keeps the first part of the sentence
            s = (s[0], *s[1:cut], *fresh[cut:])
        out.append(s)
    for _ in range(rng.randint(0, pad) if pad else 0):
        out.insert(rng.randint(0, len(out)), _draw(rng))
    if level == "hard":
        rng.shuffle(out)
    return out


@dataclass
class Book:
    """Rows in the making; `truth` is -1 for honest letters."""

    rng: random.Random
    rows: list[dict[str, object]] = field(default_factory=list)
    truth: list[int] = field(default_factory=list)
    level: list[str] = field(default_factory=list)

    def add(self, text: str, *, truth: int = -1, level: str = "honest", holder: str = "") -> None:
        n = len(self.rows)
        self.rows.append(
            {
                "complaint_id": f"C{n:06d}",
                "policyholder_id": holder or f"P{n:06d}",
                "filed_on": pd.Timestamp("2020-01-01") + pd.Timedelta(days=self.rng.randrange(1000)),
                "source": "信访",
                "text": text,
                "template_id": None,
            }
        )
        self.truth.append(truth)
        self.level.append(level)

    def honest(self, n: int) -> None:
        for _ in range(n):
            body = [_draw(self.rng) for _ in range(self.rng.randint(3, 12))]
            text = _letter(self.rng, body)
            self.add(text)
            if self.rng.random() < 0.03:  # writes again
                for _ in range(self.rng.randint(1, 3)):
                    again = _letter(self.rng, _retell(self.rng, body, "medium"))
                    self.add(again, level="repeat", holder=str(self.rows[-1]["policyholder_id"]))

    def ring(
        self, n: int, *, number: int, body: list[Sentence] | None = None, levels: str = "easy medium hard"
    ) -> list[Sentence]:
        body = body or [_draw(self.rng) for _ in range(self.rng.randint(9, 16))]
        for i in range(n):
            level = levels.split()[i % len(levels.split())]
            noise = {"easy": 0.003, "medium": 0.01, "hard": 0.02}[level]
            retold = _retell(self.rng, body, level)
            text = _letter(self.rng, retold, noise=noise, homophones=level == "hard" and self.rng.random() < 0.3)
            self.add(text, truth=number, level=level)
        return body

    def table(self) -> pd.DataFrame:
        frame = pd.DataFrame(self.rows)
        return frame.astype(dict.fromkeys(("complaint_id", "policyholder_id", "source", "text", "template_id"), "str"))


def new_book(seed: int) -> Book:
    return Book(random.Random(seed))


def mixed_book(n: int, *, seed: int, ring_share: float = 0.2) -> Book:
    """Honest letters and templates of Zipf sizes, 15 % of them siblings that keep 40 % of a parent's sentences."""
    book = new_book(seed)
    n_ring, bodies = int(n * ring_share), []
    n_templates = max(4, int(30 * (n / 5000) ** 0.65))
    shares = [1 / (i + 1) ** 0.8 for i in range(n_templates)]
    for i, share in enumerate(shares):
        body = None
        if bodies and book.rng.random() < 0.15:
            parent = book.rng.choice(bodies)
            body = [s if book.rng.random() < 0.4 else _draw(book.rng) for s in parent]
        bodies.append(book.ring(max(4, int(n_ring * share / sum(shares))), number=i, body=body))
    book.honest(max(0, n - len(book.rows)))
    return book
