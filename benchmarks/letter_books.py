"""Made-up complaint letters for measuring the template stage, with the true template of each.

In:  a seed.   Out: `LetterBook`, as tables.   Never used to choose a setting: tests/templates/letter_grammar.py is.
The grammar is its own: other sentences, slots and order than the one used for development, numbered demands, portals'
forms by source, English and mixed letters. Ghost-written letters are drawn from the same sentences as honest ones, so
that only the combination tells; the levels tell how freely a client retold his.
"""

# ruff: noqa: E501  (a sentence with its choices stands on one line)
from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

import pandas as pd

_CHOICE = re.compile(r"\[([^\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")

# [a|b] is a choice that belongs to the wording, {word} a slot that each letter fills anew
_ZH = """
[早在|大约|记得是|应该是|就在]{when},[某行|镇上的银行|楼下邮储|常去的信用社|城东分理处]的[大堂|理财专员|值班人员|小组长|女职员][拦住|叫住|喊住|请住]了[正在排队的我|去取养老金的我|办转账的我|陪老伴的我]。
[对方|此人|来人|这位员工][张口|开口|一上来|劈头][就讲|便说|就夸]这是[内部员工才有的|限时三天的|银行自己发行的|过了这村没这店的][好项目|存款计划|福利账户|高息品种]。
他[拍着胸脯|信誓旦旦地|指着彩页|当着众人的面][保证|许诺|打包票][五年翻番|年息不低于六个点|比国债还要稳|亏了由单位补]。
[整个过程|从头到尾|前前后后][不到|只用了|没超过][一刻钟|二十分钟|半个钟头][就签完了|便办妥了|手续就走完了][二十几页|厚厚一沓|全部][文件|材料|单据]。
[凡是|所有|一切][需要填写|要勾选|该签名]的[地方|栏目|格子][都由他|均是别人|统统让同事][代填|代劳|提前画好记号]。
[等到|一直到|直至]{when}[我急用钱|孩子结婚|老家盖房|住院手术]要[支取|提钱|动这笔款子],[柜台|客服|热线][才讲|却称|改口说][这是保险|没到期不给|要扣一大半]。
[我的本意|我去银行的目的|当初的打算][只不过是|无非是|仅仅是][存个死期|换张折子|把到期的钱续上],[压根|从来|根本]没想[买什么保障|投什么保|要什么分红]。
[合同|保单|正本][一直|始终|至今]在[业务员手里|别人抽屉里|他们公司],[我连|本人连|家里连][封面|条款|现金价值表][都没翻过|也没见着|都没摸到]。
[电话回访|录音回访|事后回访]时[他坐在旁边|我在菜场|四周很吵|耳朵背],[教我|示意我|逼我][一律答是|只管说清楚|别多问]。
[投保单上的|系统里登记的|档案里的][年收入|职业|健康告知][写成|变成了|填的是][企业高管|二十万|一切正常],[与事实|和实际|跟真实情况][天差地别|完全不符|对不上号]。
[我今年|本人已经|家父]{age}岁,[只念过|仅读到|勉强上过][两年私塾|小学三年级|扫盲班],[那些术语|密密麻麻的字|条文]像[天书|外文|蚂蚁]一样。
[光是|单单|仅仅][头一年|前两期|去年那次][就扣走|便划去|被转掉]了{sum}元,[这是我|这可是全家|那是老两口][一辈子的积蓄|卖粮的钱|拆迁补偿|丧葬费]。
[后来|过了很久|再后来][换了三任|来过好几个|先后有两位][续期人员|自称主管的人|接手的同事],[口径|讲法|解释][每次不一|互相打架|前后矛盾]。
[我先后|本人曾经|儿子替我][七次|多番|不下十回][跑到|找到|去过]{place},[得到的|换来的|等到的]都是[敷衍|白眼|踢皮球|一张笑脸]。
[他们|经办机构|那家公司][先是|起初|开头][推说系统升级|让我写保证书|要我等领导出差回来],[接着|然后|转头][又不认账|拉黑了我|把责任推给离职的人]。
[监管规定|行业通知|有关文件][早就要求|三令五申|明确写着][双录|适当性评估|六十岁以上须家属在场],[可是|然而|但][这单|我这份|这一笔][统统没有|一样没做|全省略了]。
[所谓的|他口中的|宣传里的][分红|利息|满期金][头几年|到今天|算下来][只有几十块|还抵不上活期|少得可怜],[跟|与|较][演示表|彩页|当时的承诺][差了十倍|不是一回事|相去甚远]。
[因为|由于|为了]这件事,[老伴|婆婆|内人][血压飙到|气得住进|急出了][一百八|心内科|一身病],[家里|两口子|我们][天天拌嘴|鸡犬不宁|险些离散]。
[同一个村|我们小区|一起跳舞的姐妹里][还有|另有|少说有][好几户|十来位|三四个老人][中了招|上了同样的当|被这么哄过],[名单|证人|他们的签名][可以提供|我能叫来|随时备查]。
[我在网上|本人在新闻里|孩子从书上][查到|读到|了解到][这叫存单变保单|这种行为叫误导|类似的案子已有判决],[才恍然大悟|方知上当|这才回过味来]。
[贵司|公司|承保方][理应|应该|必须][核实|倒查|追究][当天的监控|经手人的资格|佣金去向],[不能|岂能|怎可][一推了之|让老百姓吃亏|只罚不赔]。
[签名|笔迹|落款][明显|一看就|绝对][不是我写的|出自他人之手|是描上去的],[我愿意|本人要求|我同意]做[司法鉴定|笔迹比对|当面对质]。
[若|倘若|如果][十五个工作日内|月底之前|本周][没有|得不到|不给]说法,[我将|本人会|我只好][越级反映|找记者|起诉到法院|在门口静坐]。
[那份|这个|所买的]《{product}》[缴费期|保险期间|合同][长达|竟然要|居然是][二十年|三十年|到八十八岁],[我还能|像我这年纪|一个病人][活到那天吗|等得起吗|供得上吗]。
[经手人|卖给我的人|签单的那位]是{agent}(工号{number}),[工牌|名片|手机号][早已|如今|现在][停用|换了|作废],[单位|网点|公司]说[查无此人|调去外省了|与其无关]。
[下着雪|刮台风|赶集|端午]那天,[他开车|那女子骑电动车|两个穿西装的][把我接到|领我去|带老人到]{place}[听课|吃自助餐|领鸡蛋],[散场|饭后|抽完奖][挨个|一对一|围着]劝。
[我家|本户|咱们][本来|原先|向来][靠种大棚|靠开小卖部|靠跑运输|靠养猪]过活,[每年|一季|辛苦一年][剩不下|最多攒|也就挣]{sum}元,[哪里|怎么|如何][供得起|背得动|缴得出]。
[保单号|合同号码|单证编号]{policy}[项下|这一张|名下][累计|合计|总共][缴了|扣了|付了]{sum}元,[现在|眼下|如今]只[肯退|答应给|能拿回][三成|零头|不足一半]。
[我用|本人拿|女儿帮我用][手机|计算器|表格][算了三遍|重新核对|一笔笔对过],[账面|数目|余额][对不上|少了一截|有出入]{sum}元。
[外甥|表姐夫|车间老王|幼儿园同事][也在卖|就在|正好做][保险|这家机构|同一款],[私下|悄悄|酒后][告诉我|透露|承认][提成有四成|那话术是统一培训的|上头压任务]。
[鸡窝|堂屋|炕头|阳台]里[还放着|仍留有|堆着][当年送的|他们给的|抽奖得的][电饭煲|蚕丝被|塑料盆|保温壶],[想起来|看见它|每逢瞧到][就来气|心口疼|直掉泪]。
[我岳父|大舅子|师傅|老战友][临终前|去世那年|出殡时][叮嘱|留话|交代][别碰股票|钱放稳当处|一定给孙子留着],[没料到|不曾想|偏偏][还是栽在这上头|被骗走了|落到如此下场]。
[暴雨冲了地|疫情停工|厂子倒闭|果树冻死]以后,[我们一家|夫妻俩|我][断了进项|靠低保度日|四处打零工],[每到|临近|一逢]缴费[就得借债|便睡不安稳|只能变卖东西]。
"""
#: open lists, so that a letter can tell something of its own
_LISTS = {
    "kin": "大女儿 小儿子 二舅 堂弟 姑妈 侄女 岳母 孙子 老丈人 弟媳 表妹 姨父 干爹 嫂子 叔公"
    " 外孙女 大伯 妹夫 婶娘 连襟",
    "deed": "修水渠 卖豆腐 考驾照 腌咸菜 做白内障 打官司 装假牙 租摊位 嫁闺女 换水泵 养鹌鹑 补屋漏"
    " 种中药 办酒席 学裁缝 迁祖坟 开货车"
    " 采茶叶 领抚恤 贩山货 刷油漆 喂奶羊 编竹筐 挖鱼塘 摆夜市 拉砂石 送牛奶 守仓库 接电缆 烧锅炉",
    "spot": "粮站 渡口 教堂 苗圃 砖窑 卫生所 菜棚 老槐树下 旧厂房 车站 河滩 祠堂 加油站 果园 药铺"
    " 祖屋 戏台 码头 矿区 茶馆",
    "thing": "缝纫机 存折 三轮车 户口本 老花镜 收音机 柴油机 奖状 棉大衣 账簿 铜锁 闹钟 药方 相册"
    " 拐杖 水桶 算盘 竹椅 借条 手电筒",
    "mood": "窝囊 委屈 羞愧 后怕 憋屈 寒心 懊悔 发懵 无助 愤慨 惶恐 心酸 茫然 不甘 沮丧",
    "spell": "立春前 农闲时 三伏天 中秋后 腊月里 清明那阵 开学头一周 割麦子时 年关 霜降以后 雨季"
    " 元宵夜 冬至当天 秋收完 国庆长假",
    "who_en": "my nephew Carl|our vicar|the plumber next door|my late aunt|cousin Ines|the lodger"
    "|a choir friend|my stepson|the baker|our youngest"
    "|a retired judge|my ex-wife|the postman|old Mr Webb|my goddaughter|the carer",
    "deed_en": "mending the fence|learning to drive|selling the goats|recovering from shingles"
    "|moving the piano|visiting the graves|repairing the boat"
    "|sorting stamps|painting the nursery|digging potatoes|waiting for a biopsy"
    "|closing the shop|chasing a lost parcel|baking for the fair"
    "|training the puppy|clearing the attic|nursing a calf|paying school fees",
    "spot_en": "by the canal|at the allotment|behind the garage|in the chapel hall|near the quarry"
    "|at the ferry terminal|under the viaduct"
    "|in ward seven|at the bowling club|outside the bakery|along the towpath"
    "|at the cattle market|in the library annexe|by the lighthouse",
    "thing_en": "a rusty bicycle|grandfather's clock|two suitcases|the deed box|a leaking boiler"
    "|my reading glasses|the wedding album|a jar of coins"
    "|an unpaid gas bill|the old typewriter|a broken wheelchair|her sewing basket|a sack of flour|the ration book",
    "mood_en": "ashamed|furious|numb|foolish|sleepless|bitter|lost|dizzy|betrayed|worn out|helpless|sick",
}
_ZH_OWN = """
[@spell][@kin]正忙着[@deed],我[独自|拄着棍|揣着钱|提着篮子]从[@spot][赶来|绕路|走了半天]。
[@kin]为了[@deed][借过|垫了|凑出][几千|好些|一小笔],[@thing]也[当了|卖了|抵给人家],我心里[@mood]。
[路过|守在|回到][@spot]时[@kin][捎话|来信|嚷着]说要[@deed],[@spell]就等这笔钱。
[@thing]和[@thing]都[搁在|丢在|锁进][@spot],[@kin][看了|得知|撞见]直叹气,觉得[@mood]。
[本来|原定|说好][@spell]去[@spot][@deed],[@kin]却[病倒|没来|反悔]了,我越想越[@mood]。
[@kin]劝我别再提,可[@deed]的[开销|本钱|欠账]还压着,连[@thing]也[保不住|拿去抵|修不起]。
[听说|据说|传闻][@spot]的[@kin]也[@mood]得很,[@spell]放下[@deed]专程[来问|找我|跑一趟]。
"""
_EN_OWN = """
[While|As|Just when] [@who_en] was [@deed_en] [@spot_en], I [sold|lost|pawned|gave away] [@thing_en] and felt [@mood_en].
[@who_en] [warned|told|begged] me [@spot_en], [holding|pointing at|carrying] [@thing_en], but I was busy [@deed_en].
After [@deed_en] I was [@mood_en], and [@who_en] [found|hid|brought back] [@thing_en] [@spot_en].
[We had planned on|The cash was for|Nothing was left for] [@deed_en], so [@who_en] [sat|wept|waited] [@spot_en], quite [@mood_en].
[@thing_en] is all [@who_en] has left, [@spot_en], and [@deed_en] must wait.
[Ask|You may call|Please believe] [@who_en]: [@deed_en] cost us [@thing_en], and we are [@mood_en].
"""
_DEMANDS = """
[撤销|解除|作废][该合同|上述保单|这笔业务],[原额|一分不少地|连本带息][返还|退回|归还][所缴款项|全部款项|本金]
[赔付|补偿|支付][占用资金的利息|精神损失|往返路费]{sum}元
[书面|公开|当面][赔礼道歉|承认过错|说明经过]
[处分|吊销|约谈][经办人员|相关主管|网点负责人][并通报|以儆效尤|并告知我结果]
[提供|调取|封存][录音录像|投保原件|回访记录][供我查阅|并加盖公章|以备诉讼]
"""
_OPENINGS = (
    "[尊敬的|敬爱的|][监管局|消保处|局][领导|同志|负责人]:[您好|你们好|]",
    "[投诉人|反映人|申诉人]{name},[家住|现住|户籍]{place},[联系方式|电话][见附页|略]。",
    "[事由|主题|反映问题]:[误导销售|存款变保险|代签名|不给退款]。",
    "",
)
_ENDINGS = (
    "[盼复|望速处理|静候佳音]。",
    "[敬请|恳求|拜托][主持公道|明察|伸出援手],[感激不尽|不胜感谢|全家叩谢]。",
    "[申诉人|具状人]{name}",
    "[以上|上述]所言[句句属实|绝无虚假|愿负法律责任]。",
)
_PORTALS = (
    "信息来源:掌上政务;业务分类:金融服务-人身险;办件方式:转办;是否公开:否;回"
    "访意愿:愿意;温馨提示:承办单位须在规定时限内反馈办理情况,重复提交不予另行登记。",
    "热线工单 处理级别:普通 诉求人性别:保密 来电归属:本地 工单内容如下"
    ",请承办部门核实后联系诉求人并在系统内如实填报处理结果,逾期将予以督办。",
)
_LAWS = (
    "《银行保险机构消费者权益保护管理办法》规定机构不得进行虚假或引人误"
    "解的宣传,不得以任何方式诱导消费者购买与其风险承受能力不符的产品。",
    "民法典第一百四十八条:一方以欺诈手段使对方在违背真实意思的情况下"
    "实施的民事法律行为,受欺诈方有权请求人民法院或者仲裁机构予以撤销。",
)
_EN = """
[Back in|Around|It was in|Some time in] {month}, [a teller|a young adviser|the branch deputy|one of your reps] [stopped|approached|rang|cornered] me [at the counter|outside the post office|while I queued|near the cash machine].
[He|She|That person] [kept saying|insisted|swore] the [plan|account|scheme] was [as good as cash|backed by the bank|only open this week|meant for loyal savers].
[I was|They had me|My husband was] [rushed through|talked past|hurried over] [forty pages|the small print|every form] in [under ten minutes|a noisy lobby|the car park|one sitting].
[Nobody|No one|Not a single employee] [mentioned|pointed out|explained] [early exit costs|the fifteen year term|cooling off|that it was insurance].
[My signature|The tick in box four|The income figure] [was added later|is plainly not mine|had been pencilled in] [by someone else|by their assistant|after I left].
[Since then|For two years now|Ever since] I [have phoned|have written|went back] [eight times|over and over|in person], [only to hear|and was told|but got] [excuses|that he moved abroad|a recorded message].
[The brochure|Their leaflet|A slide] [promised|showed|claimed] [six percent|double in five years|guaranteed growth], [yet|while|but] the statement [reads|lists|gives] {amount}.
[I draw|We live on|My mother has] a [small pension|widow's allowance|cleaner's wage] and [cannot afford|never wanted|do not need] [these premiums|life cover|another bill].
[Our savings|The money|That sum], {amount}, [was set aside for|had been kept for|came from] [a funeral|my knee surgery|the grandchildren|selling the farm].
[When I asked|Once my son queried|After we disputed] it, [the helpdesk|a supervisor|head office] [hung up|offered a third back|denied everything|lost the file].
[Under the code|By your own rules|As the regulator says], [advice must fit|sales have to be recorded|elderly buyers need a witness], [which never happened|and this was ignored|so the sale is void].
[Two neighbours|A colleague|My sister-in-law] [fell for|signed|was sold] the [same thing|identical policy|very product] and [will testify|feels cheated|has complained].
[It rained|The heating was off|There was a raffle|They served lunch] that [morning|afternoon|day] and I [only remember|recall|can picture] [signing twice|a blue folder|the loud music|his gold watch].
[Please cancel|I demand you void|Kindly rescind] policy {policy} and [refund every penny|return all premiums|repay the whole sum] [with interest|within ten days|without deduction].
[My doctor|The clinic|A nurse] [blames|ties|links] my [blood pressure|insomnia|chest pains] to [this worry|your letters|the endless calls].
[I worked|We toiled|He slaved] [thirty years|half a lifetime|night shifts] in [a cannery|the shipyard|a bakery|the mines] for [that nest egg|those savings|this little fund].
"""
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "建国秀英玉兰志强淑珍桂花德福文华海燕春生翠萍振东美玲永康小红"
_CITIES = ("临江", "安平", "永川", "东阳", "桐城", "宝塔", "新河", "丰县", "石岭", "双桥")
_LOOKALIKES = dict(
    zip("未己日目天土大人入干于末已曰自夭士太八人千干", "末已曰自夭士太八八千干未己日目天土大入入于千", strict=True)
)
_HOMOPHONES = dict(zip("保险费退钱合同签字银行单利息", "宝显废腿前和铜千自隐航丹立西", strict=True))
#: of a ghost-writer's letters, and how a client changes his copy: sentences reworded, left out, added, noise
_LEVELS = {"easy": 0.35, "medium": 0.35, "hard": 0.23, "rewrite": 0.07}
_CHANGES = {
    "easy": (0.0, 0.0, 0, 0.003),
    "medium": (0.25, 0.0, 2, 0.01),
    "hard": (0.5, 0.2, 5, 0.02),
    "rewrite": (0.9, 0.2, 3, 0.02),
}

_PICKS = 5040

Line = tuple[int, tuple[int, ...]]


@dataclass(frozen=True)
class _Frame:
    """A sentence: constant text, choices and slots in turn."""

    parts: tuple[str | tuple[str, ...], ...]
    n_choices: int

    def say(self, picks: tuple[int, ...], fill: dict[str, str] | None) -> str:
        """The sentence; without its slots where `fill` is None."""
        out, at = [], 0
        for part in self.parts:
            if isinstance(part, tuple):
                out.append(part[picks[at] % len(part)])
                at += 1
            elif part[:1] == "{":
                out.append("" if fill is None else fill[part[1:-1]])
            else:
                out.append(part)
        return "".join(out)


def _frame(text: str) -> _Frame:
    for name in sorted(_LISTS, key=len, reverse=True):
        words = _LISTS[name]
        text = text.replace(f"@{name}", words if "|" in words else words.replace(" ", "|"))
    parts: list[str | tuple[str, ...]] = []
    for i, piece in enumerate(_CHOICE.split(text)):
        if i % 2:
            parts.append(tuple(piece.split("|")))
        else:
            parts += [s for s in re.split(r"(\{\w+\})", piece) if s]
    return _Frame(tuple(parts), sum(isinstance(p, tuple) for p in parts))


def _frames(text: str) -> tuple[_Frame, ...]:
    return tuple(_frame(line) for line in text.strip().split("\n"))


_BODY = {"zh": _frames(_ZH), "en": _frames(_EN)}
_OWN = {"zh": _frames(_ZH_OWN), "en": _frames(_EN_OWN)}
for _language, _own in _OWN.items():
    _BODY[_language] += _own
#: sentences that tell something of one's own, of all
_OWN_SHARE = 0.4
_DEMAND = _frames(_DEMANDS)
_OPEN = tuple(_frame(t) for t in _OPENINGS)
_END = tuple(_frame(t) for t in _ENDINGS)


def _fill(rng: random.Random) -> dict[str, str]:
    year, month, day = rng.randint(2009, 2023), rng.randint(1, 12), rng.randint(1, 28)
    digits = "零一二三四五六七八九"
    when = rng.choice(
        (f"{year}年{month}月", f"{year}-{month:02d}-{day:02d}", f"{''.join(digits[int(c)] for c in str(year))}年初")
    )
    amount = rng.randint(3, 980) * 100
    city = rng.choice(_CITIES)
    return {
        "when": when,
        "age": str(rng.randint(48, 86)),
        "sum": rng.choice((f"{amount}", f"{amount / 10000:g}万", f"人民币{amount:,}")),
        "place": city + rng.choice("县市区") + rng.choice(("支公司", "人民路营业部", "中心支行", "二楼大厅")),
        "name": rng.choice(_SURNAMES) + "".join(rng.choices(_GIVEN, k=rng.choice((1, 2)))),
        "agent": rng.choice(_SURNAMES) + rng.choice(("某", "姓经理", "主管")),
        "number": str(rng.randint(10**5, 10**6)),
        "product": rng.choice("泰安鸿祥瑞吉盛恒") + rng.choice("享裕福盈泽利") + rng.choice(("年金", "两全", "终身寿")),
        "policy": f"{rng.randint(10**11, 10**12)}",
        "month": f"{rng.choice(('March', 'June', 'October', 'January'))} {year}",
        "amount": f"{amount:,} yuan",
    }


@dataclass(frozen=True)
class Template:
    """A ghost-writer's letter: its sentences, demands and the language."""

    lines: tuple[Line, ...]
    demands: tuple[Line, ...]
    language: str

    def skeleton(self) -> str:
        """The true text without its slots."""
        body = [_BODY[self.language][i].say(p, None) for i, p in self.lines]
        if self.language == "en":
            return " ".join(body)
        return "".join(body) + _numbered([_DEMAND[i].say(p, None) for i, p in self.demands])


def _numbered(demands: list[str]) -> str:
    return "".join(f"{'一二三四五'[i]}、{d};" for i, d in enumerate(demands))


@dataclass
class LetterBook:
    """Letters in the making; `truth` is -1 for honest ones."""

    rng: random.Random
    language: str = "zh"
    text: list[str] = field(default_factory=list)
    holder: list[int] = field(default_factory=list)
    truth: list[int] = field(default_factory=list)
    level: list[str] = field(default_factory=list)
    templates: dict[int, Template] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.text)

    def _line(self, frames: tuple[_Frame, ...]) -> Line:
        rng, n_own = self.rng, len(_OWN[self.language]) if frames is _BODY[self.language] else 0
        own = n_own and rng.random() < _OWN_SHARE
        i = rng.randrange(len(frames) - n_own, len(frames)) if own else rng.randrange(len(frames) - n_own)
        return i, tuple(rng.randrange(_PICKS) for _ in range(frames[i].n_choices))

    def new_template(self, least: int = 8, most: int = 15) -> Template:
        """A letter nobody has written yet, of the book's language."""
        lines = tuple(self._line(_BODY[self.language]) for _ in range(self.rng.randint(least, most)))
        demands = tuple(self._line(_DEMAND) for _ in range(self.rng.randint(1, 3)))
        return Template(lines, demands, self.language)

    def sibling(self, parent: Template, *, kept: float = 0.4) -> Template:
        """Another letter of the same writer's, with some of its sentences."""
        places = range(len(parent.lines))
        stays = set(self.rng.sample(places, round(kept * len(places))))
        lines = [parent.lines[i] if i in stays else self._line(_BODY[parent.language]) for i in places]
        return Template(tuple(lines), parent.demands, parent.language)

    def add(self, text: str, *, truth: int = -1, level: str = "honest", holder: int = -1) -> None:
        self.holder.append(len(self.text) if holder < 0 else holder)
        self.text.append(text)
        self.truth.append(truth)
        self.level.append(level)

    def honest(self, n: int) -> None:
        """At least n letters of their writers' own; 3 % of the writers write again."""
        stop = len(self) + n
        while len(self) < stop:
            own = self.new_template(2, 14)
            self.add(self.write(own, "easy"))
            if self.rng.random() < 0.03:
                writer = self.holder[-1]
                for _ in range(self.rng.randint(1, 3)):
                    self.add(self.write(own, "medium"), level="repeat", holder=writer)

    def ring(self, n: int, template: Template, *, levels: tuple[str, ...] = ()) -> None:
        """n letters of one template, at the given levels in turn or as `_LEVELS` has them."""
        number = len(self.templates)
        self.templates[number] = template
        for i in range(n):
            level = levels[i % len(levels)] if levels else self.rng.choices([*_LEVELS], [*_LEVELS.values()])[0]
            self.add(self.write(template, level), truth=number, level=level)

    def write(self, template: Template, level: str) -> str:
        """One client's letter."""
        rng, frames = self.rng, _BODY[template.language]
        reword, drop, pad, noise = _CHANGES[level]
        lines = [x for x in template.lines if not drop or rng.random() >= drop]
        if reword:
            lines = [self._reworded(x) if rng.random() < reword else x for x in lines]
        for _ in range(rng.randint(0, pad)):
            lines.insert(rng.randint(0, len(lines)), self._line(frames))
        if level in ("hard", "rewrite"):
            rng.shuffle(lines)
        elif level == "medium" and len(lines) > 3:
            i = rng.randrange(len(lines) - 1)
            lines[i], lines[i + 1] = lines[i + 1], lines[i]
        fill = _fill(rng)
        body = [frames[i].say(p, fill) for i, p in lines]
        if template.language == "en":
            text = " ".join(body)
        else:
            text = self._framed("".join(body), _numbered([_DEMAND[i].say(p, fill) for i, p in template.demands]), fill)
        return self._blurred(text, noise, is_sly=level == "hard" and rng.random() < 0.5)

    def _framed(self, body: str, demands: str, fill: dict[str, str]) -> str:
        """Head, demands before or after the story, end; laws and a portal's form as the channel has it."""
        rng = self.rng
        head, end = rng.choice(_OPEN), rng.choice(_END)
        opening, ending = (f.say(tuple(rng.randrange(_PICKS) for _ in range(f.n_choices)), fill) for f in (head, end))
        if rng.random() < 0.3:
            body += rng.choice(_LAWS)
        middle = demands + body if rng.random() < 0.2 else body + demands
        form = rng.choice(_PORTALS) if rng.random() < 0.25 else ""
        return form + opening + middle + ending

    def _reworded(self, line: Line) -> Line:
        """The same sentence with most of its choices made anew, or another in its place."""
        rng = self.rng
        if rng.random() < 0.3:
            return self._line(_BODY[self.language])
        return line[0], tuple(rng.randrange(_PICKS) if rng.random() < 0.6 else p for p in line[1])

    def _blurred(self, text: str, noise: float, *, is_sly: bool) -> str:
        """Scanning errors at the rate `noise`; a sly writer also uses homophones for a third of the tell-tale words."""
        rng = self.rng
        out = list(text)
        for _ in range(int(len(text) * noise + rng.random())):
            at = rng.randrange(len(out))
            out[at] = _LOOKALIKES.get(text[at], "" if rng.random() < 0.5 else out[at] + rng.choice(" *·"))
        if is_sly:
            out = [_HOMOPHONES[c] if c in _HOMOPHONES and rng.random() < 0.3 else c for c in out]
        return "".join(out)

    def table(self) -> pd.DataFrame:
        """The complaints table."""
        n = len(self)
        filed = pd.Timestamp("2020-01-01") + pd.to_timedelta(pd.Series(range(n)) * 7919 % 1100, unit="D")
        return pd.DataFrame(
            {
                "complaint_id": pd.Series([f"C{i:07d}" for i in range(n)], dtype="str"),
                "policyholder_id": pd.Series([f"P{i:07d}" for i in self.holder], dtype="str"),
                "filed_on": filed.astype("datetime64[s]"),
                "text": pd.Series(self.text, dtype="str"),
                "template_id": pd.Series([None] * n, dtype="str"),
            }
        )

    def truths(self) -> pd.DataFrame:
        """Row for row with `table`: true template (-1 for none) and level."""
        return pd.DataFrame({"truth": self.truth, "level": self.level})


def new_book(seed: int, language: str = "zh") -> LetterBook:
    return LetterBook(random.Random(seed), language)


def mixed_book(n: int, *, seed: int, language: str = "zh") -> LetterBook:
    """n letters, a fifth of them ring letters; template sizes fall as Zipf's, 15 % are siblings of an earlier one."""
    book = new_book(seed, language)
    n_ring, n_templates = n // 5, max(4, int(30 * (n / 5000) ** 0.65))
    shares = [1 / (i + 1) ** 0.8 for i in range(n_templates)]
    for share in shares:
        template = book.new_template()
        if book.templates and book.rng.random() < 0.15:
            template = book.sibling(book.rng.choice([*book.templates.values()]))
        book.ring(max(4, int(n_ring * share / sum(shares))), template)
    book.honest(max(0, n - len(book)))
    return book
