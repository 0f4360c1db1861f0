"""Made-up dossiers and a made-up portfolio for the export tests: 6, 115 or 600 people, all of them invented."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ringfinder.model.compared import Slot
from ringfinder.model.dossier import Portfolio, RingDossier

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_REGIONS = ("上海", "江苏", "浙江", "四川", "湖北", "山东", "广东", "河南")
_OPENINGS = (
    "本人于{year}年经业务员介绍投保贵司产品,业务员承诺“存{n}年即可取本取息”,未告知退保损失。",
    "我是贵公司客户,投保时业务员隐瞒保险条款,以银行理财名义诱导本人购买,未按规定进行双录。",
    "本人实名举报贵公司销售人员代抄风险提示语、代签名,回访时教唆本人全部回答“清楚”。",
    "兹反映贵司于{year}年销售过程中存在夸大收益、误导销售行为,严重侵害消费者合法权益。",
)
_BODIES = (
    "现依据《保险法》第一百一十六条、《人身保险销售行为管理办法》,要求贵公司全额退还已交保费共计{money}元,"
    "并在十五个工作日内书面答复。如未妥善处理,本人将继续向监管部门反映直至问题解决。",
    "上述行为违反监管规定。本人诉求:一、撤销合同;二、全额退还保费{money}元;三、对相关人员追责。"
    "请贵公司指派专人与本人联系,联系电话[电话],谢绝业务员上门。",
    "贵公司未履行明确说明义务,合同应属无效。本人要求全额退费{money}元至[账号],逾期将依法维权并保留追诉权利。",
    "恳请贵司本着以客户为中心的原则,协商退还本人所交保费{money}元,本人承诺事后不再就此事投诉。",
)


def _frame(rows: list[dict[str, object]], columns: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def make_ring_dossier(n: int = 115, *, seed: int = 7, letter: str = "", name: str = "") -> RingDossier:
    """A dossier with `n` people in clusters, about n/4 phones, n/10 accounts, four templates and two brokers."""
    rng = np.random.default_rng(seed)
    n_clusters = 1 if n < 20 else 4 if n < 300 else 9
    n_phones, n_accounts = max(2, round(n * 0.26)), max(1, round(n * 0.105))
    shares = np.array([0.42, 0.28, 0.2, 0.1][:n_clusters] if n_clusters < 9 else [1 / 9] * 9)
    cluster = np.sort(rng.choice(n_clusters, n, p=shares / shares.sum()))
    phone_home = (
        np.arange(n_phones) % n_clusters
        if n_clusters > 4
        else np.sort(rng.choice(n_clusters, n_phones, p=shares / shares.sum()))
    )
    account_home = np.arange(n_accounts) % n_clusters
    ids = [f"H{i + 1:05d}" for i in range(n)]
    joined = pd.Timestamp("2021-03-01") + pd.to_timedelta(np.sort(rng.integers(0, 900, n)), unit="D")
    joined = joined[rng.permutation(n)]
    members, events, letters, links = [], [], [], []
    for i, who in enumerate(ids):
        role = "associate" if rng.random() < 0.08 and n > 10 else "core" if rng.random() < 0.2 or i == 0 else "member"
        money = 0.0 if role == "associate" else float(rng.integers(8, 90) * 1000 + 0.37)
        members.append(
            {
                "policyholder_id": who,
                "name": name or _SURNAMES[i % len(_SURNAMES)] + ("某某" if i % 3 else "某"),
                "role": role,
                "strength": round(float(rng.uniform(0.35, 0.99)), 4),
                "joined_on": joined[i],
                "reason_zh": "与核心成员共用电话,且投诉信与模板高度相似"
                if role != "associate"
                else "持有本组标识,本人无案件",
                "reason_en": "shares a phone with core members and the letter matches a template"
                if role != "associate"
                else "holds an identifier of the ring, no case of their own",
                "overpaid": money,
                "complaints": 0 if role == "associate" else 1,
                "negotiated": int(money > 0),
            }
        )
        own_phones = np.flatnonzero(phone_home == cluster[i])
        own_accounts = np.flatnonzero(account_home == cluster[i])
        picks: list[tuple[str, str]] = []
        if len(own_phones):
            picks.append(("phone", f"P{own_phones[rng.integers(len(own_phones))] + 1:02d}"))
        if rng.random() < 0.12:
            picks.append(("phone", f"P{rng.integers(n_phones) + 1:02d}"))
        if len(own_accounts) and rng.random() < 0.55:
            picks.append(("account", f"A{own_accounts[rng.integers(len(own_accounts))] + 1:02d}"))
        if rng.random() < 0.17 and n > 20:
            picks.append(("phone", f"P{n_phones + 1:02d}"))
        if i in (3, 4):
            picks.append(("address", "X03"))
        if n > 20 and cluster[i] == 1 and rng.random() < 0.25:
            picks.append(("mail_sender", "M01"))
        if rng.random() < 0.45:
            picks.append(("intermediary", "X01" if cluster[i] % 4 < 2 else "X02"))
        for j, (kind, node) in enumerate(dict.fromkeys(picks)):
            link_role = {"phone": "complaint", "account": "payout", "intermediary": "represented"}.get(kind, "")
            links.append(
                {
                    "policyholder_id": who,
                    "node_id": node,
                    "kind": kind,
                    "link_role": link_role,
                    "since": joined[i] - pd.Timedelta(days=int(rng.integers(0, 25))),
                    "is_fresh": bool(rng.random() < 0.8),
                    "row_key": f"{who}:{link_role or 'link'}:{j}",
                }
            )
        if role == "associate":
            continue
        filed = joined[i] + pd.Timedelta(days=int(rng.integers(0, 20)))
        template = int(cluster[i]) if rng.random() < 0.85 else -1
        text = _OPENINGS[max(template, 0) % 4] + _BODIES[max(template, 0) % 4]
        text = text.format(year=2009 + i % 9, n=5 + i % 5, money=f"{money:,.0f}")
        if template < 0:
            text = f"我在{_REGIONS[i % 8]}买的保险,交了{i % 7 + 2}年,家里困难交不起了,想问问能不能退,能退多少,谢谢。"
        letters.append(
            {
                "complaint_id": f"C{i + 1:05d}",
                "policyholder_id": who,
                "filed_on": filed,
                "template_id": f"T{template + 1:02d}" if template >= 0 else None,
                "similarity": round(float(rng.uniform(0.78, 0.97)), 3) if template >= 0 else 0.11,
                "verdict": "own_words" if template < 0 else "linked" if rng.random() < 0.8 else "possible",
                "text": letter or text,
            }
        )
        events.append({"policyholder_id": who, "day": filed, "kind": "complaint", "overpaid": 0.0, "row_key": f"C{i}"})
        if money:
            paid = filed + pd.Timedelta(days=int(rng.integers(12, 60)))
            events.append(
                {"policyholder_id": who, "day": paid, "kind": "negotiated", "overpaid": money, "row_key": f"S{i}"}
            )
    _write_again(members, letters, events, n_clusters)
    link_frame = _frame(links, "policyholder_id node_id kind link_role since is_fresh row_key")
    return _assemble(members, link_frame, letters, events, n_clusters)


def _write_again(
    members: list[dict[str, object]], letters: list[dict[str, object]], events: list[dict[str, object]], n_clusters: int
) -> None:
    """Every fifth writer sends a second letter half a year later, every tenth one on the next cluster's template."""
    place = {member["policyholder_id"]: member for member in members}
    for k, first in enumerate(letters[::5]):
        if first["template_id"] is None:
            continue
        template = int(str(first["template_id"])[1:])
        template = template % n_clusters + 1 if k % 2 else template
        number, day = f"C9{k:04d}", pd.Timestamp(str(first["filed_on"])) + pd.Timedelta(days=183)
        letters.append(first | {"complaint_id": number, "filed_on": day, "template_id": f"T{template:02d}"})
        who = first["policyholder_id"]
        events.append({"policyholder_id": who, "day": day, "kind": "complaint", "overpaid": 0.0, "row_key": number})
        place[who]["complaints"] = 2


def _assemble(
    members: list[dict[str, object]],
    links: pd.DataFrame,
    letters: list[dict[str, object]],
    events: list[dict[str, object]],
    n_clusters: int,
) -> RingDossier:
    n = len(members)
    hub = f"P{max(2, round(n * 0.26)) + 1:02d}"
    identifiers = []
    for (node, kind), part in links.groupby(["node_id", "kind"], sort=True):
        held = part["policyholder_id"].nunique()
        if held < 2:
            links = links.loc[links["node_id"] != node]
            continue
        role = "guarded" if node == hub else "household" if kind == "address" else "evidence"
        mask = {"phone": "138****", "account": "622202******", "address": "某市某区", "intermediary": "AG"}.get(
            kind, ""
        )
        identifiers.append(
            {
                "node_id": node,
                "kind": kind,
                "value": f"{mask}{1000 + len(identifiers) * 37 % 9000}" if kind != "address" else mask,
                "holders_in_ring": held,
                "holders_total": 3184 if role == "guarded" else held + (held % 3),
                "role": role,
                "reason_zh": {"guarded": "多年来由大量无关客户使用", "household": "同一家庭共用"}.get(
                    role, "多户在投诉前后启用,其余时间无人使用"
                ),
                "reason_en": {"guarded": "used by many unrelated customers for years", "household": "one family"}.get(
                    role, "taken up around their cases, unused otherwise"
                ),
            }
        )
    letter_frame = _frame(letters, "complaint_id policyholder_id filed_on template_id similarity verdict text")
    templates = []
    for template, part in letter_frame.dropna(subset=["template_id"]).groupby("template_id", sort=True):
        k = (int(str(template)[1:]) - 1) % 4
        pattern = (_OPENINGS[k] + _BODIES[k]).format(year="{年份}", n="{数字}", money="{金额}")
        templates.append(
            {
                "template_id": template,
                "pattern": pattern,
                "complaints": len(part) + 4,
                "policyholders": part["policyholder_id"].nunique() + 3,
            }
        )
    brokers = links.loc[links["kind"] == "intermediary"].groupby("node_id")["policyholder_id"].nunique()
    intermediaries = [
        {"intermediary_id": f"AG{i + 17:04d}", "kind": ("consultancy", "ex_agent")[i % 2],
         "name": ("某法务公司", "周某某")[i % 2],
         "role": ("represented", "advised")[i % 2], "clients_in_ring": int(c), "clients_total": int(c) + 9}
        for i, c in enumerate(brokers)
    ]  # fmt: skip
    overpaid = sum(float(str(m["overpaid"])) for m in members)
    people = sum(m["role"] != "associate" for m in members)
    event_frame = _frame(events, "policyholder_id day kind overpaid row_key").sort_values(
        ["day", "policyholder_id", "kind"], kind="stable", ignore_index=True
    )
    ring = {
        "ring_id": "R-0042",
        "rank": 3,
        "size": people,
        "score": 0.934,
        "p_value": 0.0004,
        "q_value": 0.0061,
        "status": "flagged" if n > 10 else "listed",
        "first_seen": event_frame["day"].min(),
        "last_seen": event_frame["day"].max(),
        "complaints": len(letters),
        "negotiated": int((event_frame["kind"] == "negotiated").sum()),
        "overpaid": overpaid,
        "channels": "phone;account;template;money",
        "summary": "",
        "summary_zh": f"{people} 名投保人在 2021-03 至 2023-09 间经电话、银行账户、投诉信模板相互关联,"
        f"超现金价值支付 {overpaid:,.2f} 元",
        "summary_en": f"{people} policyholders linked by phone, bank account, letter template from 2021-03 to 2023-09, "
        f"{overpaid:,.2f} yuan paid above cash value",
        "kind": "refund",
        "stories": () if n > 10 else ("usual_outcome",),
    }
    return RingDossier(
        ring=ring,
        members=_frame(
            members, "policyholder_id name role strength joined_on reason_zh reason_en overpaid complaints negotiated"
        ),
        identifiers=_frame(identifiers, "node_id kind value holders_in_ring holders_total role reason_zh reason_en"),
        links=links.reset_index(drop=True),
        letters=letter_frame,
        templates=_frame(templates, "template_id pattern complaints policyholders"),
        events=event_frame,
        intermediaries=_frame(intermediaries, "intermediary_id kind name role clients_in_ring clients_total"),
        evidence=_evidence(identifiers, templates, n),
        signals=_frame(
            [
                {"name": "outcome", "side": "complaint", "value": 0.86, "weight": 14.2},
                {"name": "burst_share", "side": "complaint", "value": 0.31, "weight": 0.0},
                {"name": "accused_concentration", "side": "seller", "value": 0.08, "weight": 0.0},
                {"name": "seller_concentration", "side": "seller", "value": 0.11, "weight": 0.0},
                {"name": "upheld_lift", "side": "seller", "value": 0.74, "weight": 0.0},
                {"name": "redundancy", "side": "structure", "value": 9.4, "weight": 9.4},
            ],
            "name side value weight",
        ),
        manifest=make_manifest(),
    )


def make_manifest() -> dict[str, object]:
    tables = ("bank_accounts", "complaints", "engagements", "phones", "policies", "policyholders", "surrenders")
    return {
        "version": "0.1.0",
        "seed": 20240501,
        "masked": True,
        "configuration": {"detect": {"method": "fragments", "scale": 1.0}, "score": {"null_books": 99, "level": 0.1}},
        "inputs": [
            {"name": f"{t}.csv", "table": t, "sha256": f"{i + 1:x}" * 64, "n_rows": 1000 * (i + 3)}
            for i, t in enumerate(tables)
        ],
    }


def _evidence(identifiers: list[dict[str, object]], templates: list[dict[str, object]], n: int) -> pd.DataFrame:
    rows: list[dict[str, object]] = []

    def add(channel: str, direction: str, zh: str, en: str, weight: float, table: str, count: int) -> None:
        rows.append(
            {
                "evidence_id": f"R-0042-E{len(rows) + 1:02d}",
                "channel": channel,
                "direction": direction,
                "statement_zh": zh,
                "statement_en": en,
                "weight": weight,
                "source_table": table,
                "source_rows": ";".join(f"H{i + 1:05d}:{channel}:2021-0{i % 9 + 1}-11" for i in range(count)),
            }
        )

    add(
        "money",
        "for",
        "93 人经协议退保获超现金价值支付,合计 4,512,034.41 元",
        "93 people were paid above cash value in negotiated surrenders, 4,512,034.41 yuan in all",
        14.2,
        "surrenders",
        93 if n > 50 else 4,
    )
    strong = [i for i in identifiers if i["role"] == "evidence" and i["kind"] in ("phone", "account")]
    for item in sorted(strong, key=lambda i: (-int(str(i["holders_in_ring"])), str(i["node_id"])))[:9]:
        zh, en = {"phone": ("电话", "phone"), "account": ("银行账户", "bank account")}[str(item["kind"])]
        held = int(str(item["holders_in_ring"]))
        add(
            str(item["kind"]),
            "for",
            f"{held} 名投保人共用{zh} {item['value']}(2021-04-02 至 2022-11-19);多户在投诉前后启用",
            f"{held} policyholders share {en} {item['value']} (2021-04-02 to 2022-11-19); taken up around their cases",
            round(held * 0.61, 2),
            "phones" if item["kind"] == "phone" else "bank_accounts",
            held,
        )
    for item in templates:
        add(
            "template",
            "for",
            f"{item['complaints']} 人的投诉信与模板 {item['template_id']} 关联(平均相似度 0.88);"
            "组外另有 3 人使用该模板",
            f"letters of {item['complaints']} people are linked to template {item['template_id']} "
            "(mean similarity 0.88); 3 others use it",
            3.1,
            "complaints",
            int(str(item["complaints"])),
        )
    add(
        "upheld",
        "against",
        "已定性的 61 件投诉中有 7 件成立,须逐件复核",
        "7 of 61 decided complaints were upheld: review each",
        0.8,
        "complaints",
        7,
    )
    add(
        "own_words",
        "against",
        "101 封来信中有 14 封未见模板痕迹(可能为本人自述)",
        "14 of 101 letters show no template: may be the writers' own words",
        0.6,
        "complaints",
        14,
    )
    add(
        "phone",
        "against",
        "1 个共用电话为公共或他人长期使用,已排除,不作证据",
        "1 shared phone used by unrelated people at other times: guarded, no evidence",
        0.2,
        "phones",
        20,
    )
    return _frame(rows, "evidence_id channel direction statement_zh statement_en weight source_table source_rows")


def make_portfolio(n: int = 40, *, seed: int = 3) -> Portfolio:
    """A portfolio of `n` made-up rings."""
    rng = np.random.default_rng(seed)
    rings, activity = [], []
    for i in range(n):
        size = int(rng.integers(4, 120))
        first = pd.Timestamp("2020-06-01") + pd.Timedelta(days=int(rng.integers(0, 700)))
        last = first + pd.Timedelta(days=int(rng.integers(60, 700)))
        q = round(float(0.001 + 0.9 * (i / n) ** 2), 4)
        overpaid = round(float(size * rng.uniform(5e3, 8e4)), 2)
        rings.append(
            {
                "ring_id": f"R-{i + 1:04d}", "rank": i + 1, "size": size, "score": round(0.97 - 0.7 * i / n, 3),
                "p_value": q / 2, "q_value": q, "status": "flagged" if q <= 0.1 else "listed",
                "first_seen": first, "last_seen": last, "complaints": size, "negotiated": size // 2,
                "overpaid": overpaid, "channels": "phone;account;template" if i % 3 else "phone;money", "summary": "",
                "summary_zh": f"{size} 名投保人经电话、银行账户相互关联", "kind": "refund",
                "summary_en": f"{size} policyholders linked by phone and bank account",
                "stories": "" if i % 4 else "seller",
                "grown": int(size * (i % 5) / 8),
                "brokers": f"A81{i % 37:04d} ({size // 3});A07{i % 5:04d} (2)" if i % 3 == 0 else "",
            }
        )  # fmt: skip
        for month in pd.period_range(first, last, freq="M"):
            activity.append({"ring_id": f"R-{i + 1:04d}", "month": str(month), "events": int(rng.integers(0, 9))})
    pairs = sorted({tuple(sorted(rng.choice(n, 2, replace=False).tolist())) for _ in range(14)}) if n > 3 else []
    bridges = [
        {"ring_a": f"R-{a + 1:04d}", "ring_b": f"R-{b + 1:04d}", "shared": int(rng.integers(1, 5)),
         "people": int(rng.integers(0, 3))}
        for a, b in pairs
    ]  # fmt: skip
    templates = [
        {
            "template_id": f"T{k + 1:02d}", "complaints": 40 - 7 * k, "policyholders": 36 - 7 * k,
            "rings": ";".join(f"R-{j + 1:04d}" for j in range(k, min(n, k + 3))),
            "pattern": (_OPENINGS[k] + _BODIES[k]).format(year="{年份}", n="{数字}", money="{金额}"),
            "first_filed": "2020-07-03", "last_filed": "2023-02-11", "compared": 24,
            "slots": (
                Slot(0, "日期", 21, (("2009年3月", 9), ("2011年", 2), ("12年1月1号", 1))),
                Slot(1, "姓名", 24, ()),
                Slot(2, "金额", 23, (("12,000.00", 4), ("8万", 1))),
            ) * (k < 3),
        }
        for k in range(4)
    ]  # fmt: skip
    return Portfolio(
        rings=pd.DataFrame(rings),
        bridges=_frame(bridges, "ring_a ring_b shared people"),
        activity=_frame(activity, "ring_id month events"),
        templates=pd.DataFrame(templates),
        manifest=make_manifest(),
    )
