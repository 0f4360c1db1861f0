"""Which letter families work: two letters of one broker must not hide behind each other."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from ringfinder.detect.fragments import working_families
from ringfinder.model.peers import Peers

N = 400


def _book(*, upheld=(), paid=range(40)):
    """400 complainants over 1200 days; people 0 to 19 write one letter, 20 to 39 another, in the same twenty days.

    Of everybody else one in five is paid.
    """
    day = np.concatenate([np.arange(40) % 20, np.linspace(0, 1200, N - 40)]).astype(np.int64)
    is_good = np.arange(N) % 5 == 0
    is_good[:40] = np.isin(np.arange(40), list(paid))
    family = np.full(N, -1, dtype=np.int64)
    family[:20], family[20:40] = 0, 1
    findings = np.where(np.arange(N) % 2 == 0, 1, -1)
    findings[:40] = np.where(np.isin(np.arange(40), list(upheld)), 1, -1)
    traits = SimpleNamespace(family=family, candidates=np.arange(N), upheld=findings)
    peers = Peers(
        day=day,
        is_peer=np.ones(N, dtype=np.bool_),
        is_good=is_good,
        household=np.arange(N, dtype=np.int32),
        base=float(is_good.mean()),
    )
    return traits, peers


def test_two_letters_of_one_broker_do_not_hide_behind_each_other():
    # the second is paid a little less often than the first: beside it, nothing remarkable
    traits, peers = _book(paid=[*range(20), *range(20, 31)])

    assert peers.chance(np.arange(20, 40)) > 0.03
    assert peers.without(np.arange(20)).chance(np.arange(20, 40)) < 0.03
    assert working_families(traits, peers).tolist() == [0, 1]


@pytest.mark.parametrize(("paid", "found"), [(range(4), []), (range(20), [0])])
def test_a_family_that_is_paid_as_others_are_does_not_work(paid, found):
    traits, peers = _book(paid=paid)

    assert working_families(traits, peers).tolist() == found


def test_findings_for_the_writers_tell_why_they_were_paid():
    traits, peers = _book(upheld=range(40))

    assert working_families(traits, peers).tolist() == []
