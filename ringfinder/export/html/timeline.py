"""Events of a ring in bins of a week, a month or a quarter.

In:  event rows.   Out: bins for the histogram and the slider.   Never drops an event that has a day.
"""

from __future__ import annotations

import pandas as pd

from ringfinder.export.html.frames import Row, text
from ringfinder.identifiers.clean import clean

#: most bins a histogram shows well
MAX_BINS = 72


def timeline_bins(events: list[Row], *, last: str = "") -> Row:
    """Counts by bin: `start`, `end` (last day), complaints, negotiated surrenders, other events.

    The bins reach to the day `last`, if that is later than the last event: the slider's end must be the end of all.
    """
    days = pd.Series([text(e["day"]) for e in events], dtype="str")
    kinds = pd.Series([clean(text(e["kind"])) for e in events], dtype="str")
    dates = pd.to_datetime(days, errors="coerce")
    kinds, dates = kinds[dates.notna()], dates.dropna()
    if dates.empty:
        return {"unit": "month", "bins": []}
    end = max(dates.max(), pd.Timestamp(last)) if last else dates.max()
    span = int((end - dates.min()).days)
    unit = next((u for u, n in (("W", 7), ("M", 30), ("Q", 91)) if span / n <= MAX_BINS), "Y")
    periods = dates.dt.to_period(unit)
    every = pd.period_range(periods.min(), end.to_period(unit), freq=unit)
    group = kinds.where(kinds.isin(["complaint", "negotiated"]), "other")
    counts = pd.crosstab(periods, group).reindex(every, fill_value=0)
    rows = [
        {
            "start": f"{period.start_time:%Y-%m-%d}",
            "end": f"{period.end_time:%Y-%m-%d}",
            **{
                name: int(counts[name].iloc[i]) if name in counts else 0
                for name in ("complaint", "negotiated", "other")
            },
        }
        for i, period in enumerate(every)
    ]
    return {"unit": {"W": "week", "M": "month", "Q": "quarter", "Y": "year"}[unit], "bins": rows}
