"""ringfinder.toml: what it may hold, and what is refused with a cure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ringfinder.config import RunConfig, ServerConfig, load_config, load_server
from ringfinder.errors import ConfigError, RingfinderError


def write(path: Path, text: str) -> Path:
    made = path / "ringfinder.toml"
    made.write_text(text, encoding="utf-8")
    return made


def test_files_headers_and_words_reach_the_reading(tmp_path: Path) -> None:
    text = (
        '[files]\n"联系方式.xlsx" = "phones"\n[mapping.phones]\n"号" = "phone"\n'
        '[values.complaints.outcome]\n"查实" = "upheld"\n"查否" = false\n'
    )
    options = load_config(write(tmp_path, text)).read_options()
    assert options.files == {"联系方式.xlsx": "phones"}
    assert options.mapping == {"phones": {"号": "phone"}}
    assert options.values == {"complaints": {"outcome": {"查实": "upheld", "查否": False}}}


@pytest.mark.parametrize(
    "text",
    [
        'mapping = "x"',
        '[mapping]\nphones = "x"',
        '[mapping.phones]\n"号" = 1',
        'files = ["a"]',
        '[files]\n"a.csv" = 3',
        '[values]\nphones = "x"',
        '[values.phones]\nrole = "x"',
        '[values.phones.role]\n"x" = 1',
        "known_letters = [1]",
        'seed = "x"',
        'language = "fr"',
    ],
)
def test_setting_of_another_shape_is_one_clear_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_config(write(tmp_path, text))
    assert str(error.value)


def test_mapping_of_another_shape_shows_how_to_write_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"mapping\.phones must be a section") as error:
        load_config(write(tmp_path, '[mapping]\nphones = "x"'))
    assert "[mapping.phones]" in error.value.hint


def test_the_graph_server_is_named_in_the_file_and_decides_no_result(tmp_path: Path) -> None:
    text = '[neo4j]\nuri = "neo4j://graph.example:7687"\nusername = "desk"\ndatabase = "rings"\n'
    made = write(tmp_path, text)

    assert load_server(made) == ServerConfig("neo4j://graph.example:7687", "desk", "rings")
    assert load_config(made) == RunConfig()
    assert "graph.example" not in str(load_config(made).to_dict())
    assert load_server(None) == ServerConfig()
    assert load_server(write(tmp_path, "seed = 3\n")) == ServerConfig()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[neo4j]\npassword = "geheim77"', "a password stands in"),
        ('[neo4j]\nport = "7687"', "no setting named 'neo4j.port'"),
        ("[neo4j]\nuri = 7687", "neo4j.uri is 7687"),
        ('neo4j = "here"', "must be a table"),
    ],
)
def test_a_wrong_block_about_the_server_is_told_and_no_password_is_shown(
    text: str, message: str, tmp_path: Path
) -> None:
    for load in (load_server, load_config):
        with pytest.raises(RingfinderError, match=re.escape(message)) as told:
            load(write(tmp_path, text))
        assert "geheim77" not in f"{told.value.message} {told.value.hint}"
