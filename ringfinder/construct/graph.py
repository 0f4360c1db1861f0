"""Book -> graphs: everything people share, and the part of it that is judged evidence.

In:  Book, Letters, Dataset.   Out: `EntityGraph`s of policyholders and what they share.
Never groups. The entity graph is what was loaded: phones, accounts, letter templates, intermediaries, any further
kind, hubs included. The evidence graph is what may make a group: guarded hubs, family phones and listed numbers stay
in `Book.values` with the reason, and letters only merge and extend groups later. Agents of record are in neither:
nobody is ever clustered on the agent who sold the policy.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ringfinder.model.book import Book
from ringfinder.model.dataset import Dataset
from ringfinder.model.graph import EntityGraph
from ringfinder.model.letters import Letters

TEMPLATE = "template"


def entity_graph(book: Book, letters: Letters, dataset: Dataset) -> EntityGraph:
    """Policyholders with every value two or more of them hold, and with the templates their letters are linked to.

    All weights are 1; a link's date is the first one known. It is the graph to look around in, and to run a detector
    on by name for comparison; hubs are in it.
    """
    shared = (book.values["n_holders"] >= 2).to_numpy(dtype=np.bool_)
    links = book.links.loc[shared[book.links["value_id"].to_numpy()]]
    first = links.groupby(["holder", "value_id"], sort=True)["since"].min().reset_index()
    chosen = book.values.iloc[first["value_id"].to_numpy()]
    held = pd.DataFrame(
        {
            "source": pd.Series(book.holders[first["holder"].to_numpy()], dtype="str"),
            "target": chosen["value"].to_numpy(),
            "kind": chosen["kind"].to_numpy(),
            "at": first["since"].to_numpy(),
        }
    )
    written = letters.letters.loc[letters.letters["verdict"] == "linked"]
    filed = dataset["complaints"].set_index("complaint_id")["filed_on"].reindex(written["complaint_id"])
    by_template = pd.DataFrame(
        {
            "source": written["policyholder_id"].to_numpy(),
            "target": written["template_id"].to_numpy(),
            "kind": pd.Series(TEMPLATE, index=range(len(written)), dtype="str"),
            "at": filed.to_numpy(),
        }
    )
    links = pd.concat([held, by_template.astype(held.dtypes.to_dict())], ignore_index=True)
    pairs = links.groupby(["source", "kind", "target"], sort=True)["at"].min().reset_index()
    return EntityGraph.from_links(pairs)


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
