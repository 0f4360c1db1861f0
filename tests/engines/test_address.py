"""Where the server is: the option, then the environment, then the settings; and no password but the environment's."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ringfinder.engines.neo4j import Address
from ringfinder.errors import InputError

SETTINGS = {"uri": "neo4j://settings:7687", "username": "s", "database": "sd", "password": "not from here"}
ENVIRONMENT = {"NEO4J_URI": "neo4j://environment:7687", "NEO4J_USERNAME": "e", "NEO4J_PASSWORD": "p"}


def test_an_option_goes_before_the_environment_and_that_before_the_settings() -> None:
    given = Address.from_environment("bolt://option:1", environment=ENVIRONMENT, settings=SETTINGS)
    assert (given.uri, given.username, given.database) == ("bolt://option:1", "e", "sd")
    assert Address.from_environment(environment=ENVIRONMENT, settings=SETTINGS).uri == "neo4j://environment:7687"

    told = Address.from_environment(environment={}, settings=SETTINGS)
    assert (told.uri, told.username, told.database) == ("neo4j://settings:7687", "s", "sd")
    assert Address.from_environment(environment={}).uri == "neo4j://localhost:7687"


def test_a_password_comes_from_the_environment_alone_and_is_not_shown() -> None:
    assert Address.from_environment(environment={}, settings=SETTINGS).password == ""
    found = Address.from_environment(environment=ENVIRONMENT | {"NEO4J_PASSWORD": "geheim77"})
    assert found.password == "geheim77"
    assert "geheim77" not in repr(found)
    assert Address.from_environment(environment={"NEO4J_PASSWORD": "geheim77"}).username == "neo4j"
    with pytest.raises(InputError, match="holds a user or a password"):
        Address.from_environment("bolt://neo4j:secret@localhost", environment={})
    with pytest.raises(InputError, match="holds a user or a password"):
        Address.from_environment(environment={}, settings={"uri": "bolt://neo4j:secret@localhost"})


@pytest.mark.parametrize("command", ["push", "pull", "detect", "query", "status", "clean"])
def test_no_command_takes_a_password(command: str) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "ringfinder", "neo4j", command, "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert "--uri" in said
    assert "--config" in said
    assert "--password" not in said
