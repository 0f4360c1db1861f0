"""What is in the two graphs."""

from __future__ import annotations

import numpy as np
import pytest

import ringfinder as rf


@pytest.fixture
def report(planted):
    return rf.detect_rings(planted())


def _names(graph, kind):
    return set(graph.names[graph.kinds == kind])


def test_evidence_graph_holds_the_ring_and_no_hub(report):
    assert _names(report.graph, "policyholder") == {f"R{i:03d}" for i in range(14)}
    assert _names(report.graph, "phone") == {"16100000000", "16100000001", "16100000002"}


def test_entity_graph_holds_the_hub_and_everybody_on_it(report):
    assert "05990000000" in _names(report.entity_graph, "phone")
    assert report.entity_graph.n_nodes > report.graph.n_nodes


def test_entity_graph_holds_templates_and_intermediaries_but_no_agent_of_record(planted):
    base = planted()
    rows = base["complaints"].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")
    text = "我在不知情的状况之下被某位熟人拉去听讲座台上的人拍着胸脯许诺三年回本五年翻番散场时每人发了一袋鸡蛋" * 3
    rng = np.random.default_rng(5)
    characters = np.array(list("春夏秋冬山水风云雨雪花草木金石火土田禾米竹丝麻衣食住行书画琴棋诗酒茶饭菜瓜果豆麦"))
    for row in rows[6:]:
        row["text"] = "".join(rng.choice(characters, 200))
    for row in rows[:6]:
        row["text"] = (
            text + "签字那天灯光昏暗纸张翻得飞快我连老花镜都没有来得及戴上只记得有人用指甲在横线上掐了一道印子"
        )
    engagements = [
        {
            "policyholder_id": f"R{i:03d}",
            "intermediary_id": "L1" if i < 5 else "A1",
            "role": "represented" if i < 5 else "sold",
        }
        for i in range(10)
    ]
    graph = rf.detect_rings(planted(complaints=rows, engagements=engagements)).entity_graph
    assert len(_names(graph, "template")) == 1
    assert _names(graph, "intermediary") == {"L1"}


@pytest.mark.parametrize("detector", ["components", "louvain", "leiden", "bare"])
def test_detectors_run_by_name_on_either_graph(report, detector):
    for graph in (report.graph, report.entity_graph):
        communities = rf.detect_communities(graph, detector)
        assert len(communities.labels) == graph.n_nodes
