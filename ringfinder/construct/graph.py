"""Book -> the graph of judged evidence.

In:  Book.   Out: `EntityGraph` of policyholders and the values that speak for a broker.
Never groups. Guarded hubs, family phones and listed numbers are not in this graph: they stay in `Book.values` with
the reason.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ringfinder.model.book import Book
from ringfinder.model.graph import EntityGraph


def evidence_graph(book: Book) -> EntityGraph:
    """Policyholders who took up a linking value around a case of their own, and those values.

    A link's weight is the value's evidence in nats spread over its fresh holders; its date is the first link.
    """
    links = book.links
    verdict = book.values["verdict"].to_numpy()[links["value_id"].to_numpy()] if len(links) else np.zeros(0)
    used = links.loc[(verdict == "evidence") & links["is_fresh"].to_numpy()]
    first = used.groupby(["holder", "value_id"], sort=True)["since"].min().reset_index()
    chosen = book.values.iloc[first["value_id"].to_numpy()]
    weight = chosen["score"].to_numpy() / np.maximum(1, chosen["n_fresh"].to_numpy())
    return EntityGraph.from_links(
        pd.DataFrame(
            {
                "source": book.holders[first["holder"].to_numpy()] if len(first) else pd.Series(dtype="str"),
                "target": chosen["value"].to_numpy(),
                "kind": chosen["kind"].to_numpy(),
                "weight": weight,
                "at": first["since"].to_numpy(),
            }
        )
    )
