"""How to read tables that are not as the contract has them.

In:  nothing (definitions).   Out: `ReadOptions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ReadOptions:
    """The user's own say on reading; everything is found out from the files where this is silent.

    Attributes
    ----------
    mapping : table -> header as found -> column of the contract; '' as column leaves the header out.
    encoding : encoding of every text file ('gb18030', 'utf-16' ...), '' to detect.
    delimiter : delimiter of every text file, '' to detect among `, ; tab |`.

    Examples
    --------
    >>> ReadOptions(mapping={"phones": {"联系方式1": "phone"}}).encoding
    ''
    """

    mapping: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
