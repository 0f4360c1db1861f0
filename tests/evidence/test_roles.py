"""Parts in a ring: an organiser's own phone, an intermediary, a former agent's client book."""

from __future__ import annotations

import ringfinder as rf


def _rows(data, table):
    return data[table].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")


def _said(report, channel):
    return [e for e in report.rings[0].evidence if e.channel == channel]


def test_a_policyholder_whose_own_phone_serves_the_others_is_an_organiser_lead(planted):
    data = planted()
    shared = data["phones"].loc[data["phones"]["policyholder_id"].eq("R001") & data["phones"]["role"].ne("policy")]
    phone = shared["phone"].iloc[0]
    own = {"policyholder_id": "H200", "phone": phone, "role": "policy", "since": "2012-05-06"}
    report = rf.detect_rings(planted(phones=[*_rows(data, "phones"), own]))

    (lead,) = _said(report, "organiser")
    assert "H200" in lead.en and "verify" in lead.en
    assert lead.source_table == "phones"
    cited = data["phones"].set_index("row_key").loc[list(lead.source_rows)]
    assert set(cited["phone"]) == {phone}
    assert phone not in lead.zh + lead.en
    assert _said(rf.detect_rings(data), "organiser") == []


def test_a_number_that_many_hold_by_contract_is_nobodys_own(planted):
    data = planted()
    shared = data["phones"].loc[data["phones"]["policyholder_id"].eq("R001") & data["phones"]["role"].ne("policy")]
    phone = shared["phone"].iloc[0]
    both = [
        {"policyholder_id": who, "phone": phone, "role": "policy", "since": "2012-05-06"} for who in ("H200", "H201")
    ]
    assert _said(rf.detect_rings(planted(phones=[*_rows(data, "phones"), *both])), "organiser") == []
