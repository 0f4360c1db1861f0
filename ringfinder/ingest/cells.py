"""Cells to dates, money and plain text.

In:  one raw column: text, or numbers and dates as a typed format holds them.   Out: (values, value class).
A class is '' for a good or empty cell; a cell with a class is NaN in the values.
"""

from __future__ import annotations

import decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.identifiers.folding import among, fold, is_placeholder, matches, rewrite

_FIRST_SERIAL, _LAST_SERIAL = 25569, 73415  # 1970-01-01 and 2100-12-31 in a spreadsheet's day count
_SERIAL_ZERO = np.datetime64("1899-12-30", "D")
_MONTHS = {
    m: i + 1 for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
}
#: dates that systems write where none is known
_EMPTY_DAYS = (
    *("0000-00-00", "0001-01-01", "1900-01-00", "1900-01-01", "9999-12-31", "9999-01-01"),
    *("00000000", "99991231", "19000101"),
)
#: how databases and spreadsheets write an empty cell
_NULLS = ("", "null", "none", "nan", "nat", "<na>", "(null)", "\\n")
_SHEET_ERRORS = ("#n/a", "#ref!", "#value!", "#name?", "#null!", "#num!", "#div/0!")
_DATE = r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?:[ t]*\d{1,2}[:时点].*)?$"
_COMPACT = r"^(\d{4})(\d{2})(\d{2})(?:\d{4}|\d{6}|[ t]\d{1,2}:.*)?$"
_NAMED = r"^(\d{1,2})[- /]([a-z]{3})[a-z]*[- /,]+(\d{4})(?: \d{1,2}:.*)?$"


def as_text(column: pd.Series) -> pd.Series[str]:
    """A raw column as text, empty cells as NaN; whole numbers lose their decimals, huge floats keep an exponent.

    Examples
    --------
    >>> as_text(pd.Series([14200123456.0, 6.22202e18, 1.5])).tolist()
    ['14200123456', '6.22202E+18', '1.5']
    """
    if isinstance(column.dtype, pd.StringDtype):
        text = column.astype("str")
    else:
        cells = [_one_text(cell) for cell in column.astype("object")]
        text = pd.Series(cells, index=column.index, dtype="str")
    text = text.str.strip()
    return text.mask(among(text.str.lower(), (*_NULLS, *_SHEET_ERRORS))).astype("str")


def _one_text(cell: object) -> str | None:
    if cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and cell != cell):
        return None
    if isinstance(cell, bool | np.bool_):
        return "true" if cell else "false"
    if isinstance(cell, float | np.floating):
        number = float(cell)
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number))
        return (
            repr(number).upper() if "e" in repr(number) else _exponent(number) if abs(number) >= 1e15 else repr(number)
        )
    if isinstance(cell, decimal.Decimal):
        return str(int(cell)) if cell == cell.to_integral_value() else format(cell, "f")
    if isinstance(cell, pd.Timestamp) or hasattr(cell, "isoformat"):
        return str(cell).replace(" 00:00:00", "")
    if isinstance(cell, bytes):
        return cell.decode("utf-8", errors="replace")
    return str(cell)


def _exponent(number: float) -> str:
    digits, _, power = f"{number:.15e}".partition("e")
    return f"{digits.rstrip('0').rstrip('.')}E+{int(power)}"


def dates(column: pd.Series) -> tuple[pd.Series[pd.Timestamp], pd.Series[str]]:
    """A column of days; time of day is cut off.

    `2021-03-05`, `2021/3/5`, `20210305`, `2021年3月5日`, `5-Mar-2021`, each with or without a time; a spreadsheet's day
    count between 1970 and 2100. A typed time stamp with a zone is read on the clock of Beijing.

    Examples
    --------
    >>> values, classes = dates(pd.Series(["2021年3月5日", "44260", "2021-02-30", "1850-01-01", "无"], dtype="str"))
    >>> values.dt.strftime("%Y-%m-%d").tolist()
    ['2021-03-05', '2021-03-05', nan, nan, nan]
    >>> classes.tolist()
    ['', '', 'impossible_date', 'date_out_of_range', 'placeholder']
    """
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    if column.dtype.kind == "M":
        day = column.astype("datetime64[s]").dt.floor("D")
        classes = pd.Series("", index=column.index, dtype="str")
        odd = day.notna() & ((day.dt.year < 1900) | (day.dt.year > 2100))
        return day.mask(odd), classes.mask(odd, "date_out_of_range")
    text = as_text(column)
    code, distinct = pd.factorize(text)
    days, why = _distinct_dates(pd.Series(distinct, dtype="str"))
    at = pd.Series(np.append(days, np.datetime64("NaT", "s"))[code], index=text.index)
    return at.astype("datetime64[s]"), pd.Series(np.append(why, "")[code], index=text.index, dtype="str")


def _distinct_dates(raw: pd.Series[str]) -> tuple[NDArray[np.datetime64], NDArray[np.object_]]:
    text = rewrite(fold(raw, lower=True, simplify=True).fillna(""), [(r"^(\d+)\.0+$", r"\1")])
    ymd = _parts(text)
    whole = ymd.notna().all(axis=1).to_numpy()
    year, month, day = (ymd[i].fillna(1).to_numpy(dtype=np.int64) for i in range(3))
    in_range = (year >= 1900) & (year <= 2100)
    safe = whole & in_range & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    start = (np.where(safe, year, 1970) - 1970).astype("datetime64[Y]").astype("datetime64[M]") + np.where(
        safe, month - 1, 0
    )
    at = start.astype("datetime64[D]") + np.where(safe, day - 1, 0)
    exists = safe & (at.astype("datetime64[M]") == start)
    serial = pd.to_numeric(text.where(matches(text, r"\d{5}(?:\.\d+)?")), errors="coerce").to_numpy(dtype=np.float64)
    counted = (serial >= _FIRST_SERIAL) & (serial < _LAST_SERIAL + 1)
    at = np.where(counted, _SERIAL_ZERO + np.where(counted, serial, 0).astype(np.int64), at)
    empty = (is_placeholder(text) | text.str.slice(0, 10).isin(_EMPTY_DAYS) | (text == "0")).to_numpy(dtype=bool)
    classes = np.where(whole & ~in_range, "date_out_of_range", np.where(whole, "impossible_date", "not_a_date"))
    good = (exists | counted) & ~empty
    classes = np.where(empty, "placeholder", np.where(good, "", classes))
    return np.where(good, at, np.datetime64("NaT")).astype("datetime64[s]"), classes.astype(object)


def _parts(text: pd.Series[str]) -> pd.DataFrame:
    ymd = text.str.extract(_DATE).fillna(text.str.extract(_COMPACT))
    named = text.str.extract(_NAMED)
    month = named[1].map(_MONTHS).astype("Int64").astype("str")
    named = pd.DataFrame({0: named[2], 1: month.where(named[1].isin(list(_MONTHS))), 2: named[0]})
    ymd = ymd.fillna(named)
    return pd.DataFrame({i: pd.to_numeric(ymd[i], errors="coerce") for i in range(3)})


def money(column: pd.Series, *, unit: int = 1) -> tuple[pd.Series[float], pd.Series[str]]:
    """A column of yuan, rounded to fen; `1,234.56`, `￥1234元`, `1.2万元`, `(300.00)` for a negative amount.

    Parameters
    ----------
    column : text or numbers.
    unit : yuan in one unit of the column (10,000 where the header says 万元).

    Examples
    --------
    >>> values, classes = money(pd.Series(["￥1,234.567", "1.2万元", "(300)", "一千", "1.2E+05"], dtype="str"))
    >>> values.tolist(), classes.tolist()
    ([1234.57, 12000.0, -300.0, nan, nan], ['', '', '', 'not_money', 'ruined'])
    """
    if column.dtype.kind in "iuf":
        number = column.astype("float64") * unit
        number = number.where(np.isfinite(number))
        return number.round(2), pd.Series("", index=column.index, dtype="str").mask(
            column.notna() & number.isna(), "not_money"
        )
    raw = as_text(column)
    text = rewrite(
        fold(raw, lower=True, simplify=True),
        [
            (r"\s", ""),
            (r"^(?:rmb|cny|人民币)", ""),
            (r"[¥$]", ""),
            (r"(?:元整|元|圆整|圆|rmb|cny)$", ""),
            (r"^\((.*)\)$", r"-\1"),
            (r"^([+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?万?)$", r"\1"),
        ],
    )
    grouped = matches(text, r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?万?")
    text = text.mask(grouped, text.str.replace(",", ""))
    scaled = text.str.endswith("万").fillna(False).astype("bool")
    bare = text.mask(scaled, text.str.slice(0, -1))
    plain = matches(bare, r"[+-]?(?:\d+\.?\d*|\.\d+)")
    number = pd.to_numeric(bare.where(plain), errors="coerce").astype("float64")
    number = (number * np.where(scaled, 10_000, unit)).round(2)
    classes = pd.Series("", index=raw.index, dtype="str").mask(raw.notna() & ~plain, "not_money")
    ruined = matches(text, r"[+-]?\d+(?:\.\d+)?e\+?\d+")
    classes = classes.mask(ruined, "ruined").mask(
        raw.notna() & ~plain & is_placeholder(text.fillna("-")), "placeholder"
    )
    return number.astype("float64"), classes
