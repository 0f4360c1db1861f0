"""What letters and messages carry: sender, waybill, e-mail address, WeChat id.

In:  cells as typed.   Out: one spelling a kind.   Sender and waybill exist only inside a case.
"""

from __future__ import annotations

import pandas as pd

from ringfinder.identifiers.address import mask_address, normalise_address
from ringfinder.identifiers.folding import among, fold, is_placeholder, is_ruined, is_starred, matches, rewrite, settle
from ringfinder.identifiers.kind import IdentifierKind, Normalised
from ringfinder.identifiers.masking import HIDDEN, mask_ends, seal
from ringfinder.identifiers.phone import mask_phone, normalise_phone

_NOBODY = ("none", "noemail", "nomail", "null", "test", "na", "unknown")
_HAN = "[\u4e00-\u9fff]"


def normalise_sender(series: pd.Series[str]) -> Normalised:
    """A letter's sender: an address, else a phone number, else a name or code as text.

    Examples
    --------
    >>> got = normalise_sender(pd.Series(["某市明德路12號3幢502", "142-0012-3456", " Ｓ-01 ", "无"]))
    >>> got.values.tolist(), got.value_class.tolist()
    (['某市明德路12号3栋502室', '14200123456', 's-01', nan], ['', '', '', 'placeholder'])
    """
    text = fold(series, lower=True, simplify=True)
    address, phone = normalise_address(text), normalise_phone(text)
    is_phone = phone.values.notna()
    wordy = text.str.contains(_HAN).fillna(False).astype("bool") & ~is_phone
    value = text.mask(is_phone, phone.values).mask(wordy & address.values.notna(), address.values)
    return settle(
        value,
        ("masked", is_starred(text) | (address.value_class == "masked") | (phone.value_class == "masked")),
        ("placeholder", is_placeholder(text) | (phone.value_class == "placeholder")),
        ("ruined", is_ruined(text)),
        ("malformed", wordy & (address.value_class == "malformed")),
        ("too_short", value.str.len() < 2),
    )


def mask_sender(series: pd.Series[str]) -> pd.Series[str]:
    """An address to its district, a phone by its ends, anything else by first and last character.

    Examples
    --------
    >>> mask_sender(pd.Series(["某某市东坪区明德路12号", "14200123456", "sender-01"])).tolist()
    ['某某市东坪区***', '142****3456', 's***1']
    """
    value = normalise_sender(series).values
    is_phone = normalise_phone(value).values.notna()
    wordy = value.str.contains(_HAN).fillna(False).astype("bool")
    out = mask_ends(value).mask(wordy, mask_address(series)).mask(is_phone, mask_phone(value))
    return seal(series, out)


def normalise_waybill(series: pd.Series[str]) -> Normalised:
    """Courier waybill numbers: upper case, letters and digits only.

    Examples
    --------
    >>> got = normalise_waybill(pd.Series(["yd 0012-3456-78", "无", "12"]))
    >>> got.values.tolist(), got.value_class.tolist()
    (['YD0012345678', nan, nan], ['', 'placeholder', 'too_short'])
    """
    text = fold(series, lower=True).pipe(rewrite, [(r"^(\d+)\.0+$", r"\1")])
    value = text.pipe(rewrite, [(r"[\s\-]", "")]).str.upper()
    return settle(
        value,
        ("masked", is_starred(text)),
        ("placeholder", is_placeholder(text) | matches(value, r"0+")),
        ("ruined", is_ruined(text)),
        ("malformed", ~matches(value, r"[0-9A-Z]+")),
        ("too_short", value.str.len() < 6),
    )


def normalise_email(series: pd.Series[str]) -> Normalised:
    """E-mail addresses in lower case.

    Examples
    --------
    >>> got = normalise_email(pd.Series(["mailto:U1@Example.com", "l***@example.com", "none", "nobody"]))
    >>> got.values.tolist(), got.value_class.tolist()
    (['u1@example.com', nan, nan, nan], ['', 'masked', 'placeholder', 'malformed'])
    """
    text = fold(series, lower=True, drop=r"\s|^mailto:|[<>]")
    local = text.pipe(rewrite, [(r"@.*$", "")])
    made_up = text.str.contains("@").fillna(False) & among(local, _NOBODY)
    return settle(
        text,
        ("masked", is_starred(text)),
        ("placeholder", is_placeholder(text) | made_up),
        ("malformed", ~matches(text, r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")),
    )


def mask_email(series: pd.Series[str]) -> pd.Series[str]:
    """`l***@domain`.

    Examples
    --------
    >>> mask_email(pd.Series(["lin@example.com", "a@b.cn", "x"])).tolist()
    ['l***@example.com', '***@b.cn', '***']
    """
    value = normalise_email(series).values
    local = value.pipe(rewrite, [(r"@[^@]*$", "")])
    domain = value.pipe(rewrite, [(r"^.*@", "")])
    first = local.str.slice(0, 1).where(local.str.len() > 1, "")
    return seal(series, first + HIDDEN + "@" + domain)


def normalise_wechat(series: pd.Series[str]) -> Normalised:
    """WeChat ids, which know no case.

    Examples
    --------
    >>> got = normalise_wechat(pd.Series(["Wx_AbC8", "微信号:wx_abc8", "w***8", "保密"]))
    >>> got.values.tolist(), got.value_class.tolist()
    (['wx_abc8', 'wx_abc8', nan, nan], ['', '', 'masked', 'placeholder'])
    """
    value = fold(series, lower=True, drop=r"\s|^(?:微信号?|wechat|vx)[:]")
    return settle(
        value,
        ("masked", is_starred(value)),
        ("placeholder", is_placeholder(value)),
        ("ruined", is_ruined(value)),
        ("too_short", value.str.len() < 3),
    )


MAIL_SENDER = IdentifierKind(
    name="mail_sender",
    zh="寄件人",
    en="mail sender",
    normalise=normalise_sender,
    mask=mask_sender,
    case_only=True,
    aliases=("寄件地址", "寄信地址", "寄件电话", "寄件人地址", "寄件人电话", "发件人", "发件地址", "sender"),
)
WAYBILL = IdentifierKind(
    name="waybill",
    zh="运单号",
    en="waybill",
    normalise=normalise_waybill,
    mask=mask_ends,
    case_only=True,
    aliases=("快递单号", "面单号", "邮件号", "挂号信号码", "waybill_no", "tracking_no"),
)
EMAIL = IdentifierKind(
    name="email",
    zh="电子邮箱",
    en="e-mail",
    normalise=normalise_email,
    mask=mask_email,
    aliases=("邮箱", "邮箱地址", "电子邮件", "e-mail", "mail"),
)
WECHAT = IdentifierKind(
    name="wechat",
    zh="微信",
    en="WeChat",
    normalise=normalise_wechat,
    mask=mask_ends,
    aliases=("微信号", "openid", "weixin", "vx"),
)
