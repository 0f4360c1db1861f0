"""The connection: where the server is, and what its errors mean to a user.

In:  an address.   Out: `Server`, which runs statements of `cypher/`.
A password comes from the environment alone and is never shown. Values travel as parameters, never in a statement.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd
from neo4j import Driver, GraphDatabase, Result, RoutingControl
from neo4j.exceptions import AuthError, ConfigurationError, DriverError, Neo4jError, ServiceUnavailable

from ringfinder.engines.queries import Query, load_query, query_names
from ringfinder.errors import EngineError, InputError

# the driver tells of every retry in the server's words, which may quote a value; without a handler Python prints them
logging.getLogger("neo4j").addHandler(logging.NullHandler())

DEFAULT_URI = "neo4j://localhost:7687"
#: seconds before a transient error is tried again, doubled each time, as the driver does
_FIRST_PAUSE = 1.0
_SETTINGS = ("uri", "username", "database")
_AWAY = "is it running, and is the address right? ringfinder neo4j status --uri ... tries again"


@dataclass(frozen=True)
class Address:
    """Where the server is.

    Attributes
    ----------
    uri : 'neo4j://host:7687' or 'bolt://host:7687'. username, password : both empty for a server without accounts.
    database : name; the server's default if empty. retry_s : seconds for which transient errors are tried again.
    """

    uri: str = DEFAULT_URI
    username: str = ""
    password: str = field(default="", repr=False)
    database: str = ""
    retry_s: float = 30.0

    @classmethod
    def from_environment(
        cls,
        uri: str = "",
        *,
        environment: Mapping[str, str] = os.environ,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> Address:
        """`uri`, else NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE, else what the settings say.

        Parameters
        ----------
        settings : uri, username, database, each may be missing; a password comes from the environment alone.

        Raises
        ------
        InputError : the address holds a user or a password, which a shell's history and a list of processes would show.
        """
        said = {name: environment.get(f"NEO4J_{name.upper()}") or settings.get(name, "") for name in _SETTINGS}
        found = uri or said["uri"] or DEFAULT_URI
        if "@" in found:
            raise InputError(
                "the address of the server holds a user or a password",
                hint="leave it out, and set NEO4J_USERNAME and NEO4J_PASSWORD",
            )
        password = environment.get("NEO4J_PASSWORD", "")
        username = said["username"] or ("neo4j" if password else "")
        return cls(found, username, password, said["database"])


@dataclass(frozen=True)
class Server:
    """An open connection."""

    driver: Driver = field(repr=False)
    address: Address

    def run(self, name: str, values: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """Run one statement of `cypher/` in a transaction that is tried again after a transient error.

        Returns
        -------
        One mapping a row.

        Raises
        ------
        EngineError : the server is away, refuses, or finds fault with the statement.
        InputError : a parameter is missing or of another type.
        """
        query = load_query(name)
        bound = query.bind(values or {})
        with told(self.address):
            if "IN TRANSACTIONS" in query.text:
                return self._in_batches(query, bound)
            mode = RoutingControl.READ if query.mode == "read" else RoutingControl.WRITE
            found = self.driver.execute_query(
                query.text,
                bound,
                database_=self.address.database or None,
                routing_=mode,
            )
            return [record.data() for record in found.records]

    def _in_batches(self, query: Query, bound: Mapping[str, object]) -> list[dict[str, Any]]:
        """Run a statement that commits in batches of its own, which a managed transaction does not allow.

        The driver does not try those again, so this does: each of them finds what it has left to do.
        """
        end, pause = time.monotonic() + self.address.retry_s, _FIRST_PAUSE
        while True:
            try:
                with self.driver.session(database=self.address.database or None) as session:
                    return session.run(query.text, dict(bound)).data()
            except (Neo4jError, DriverError) as error:
                if not error.is_retryable() or time.monotonic() + pause > end:
                    raise
            time.sleep(pause)
            pause *= 2

    def frame(self, query: Query, values: Mapping[str, object]) -> pd.DataFrame:
        """The rows of a reading statement, columns as its header says."""
        with told(self.address):
            found = self.driver.execute_query(
                query.text,
                query.bind(values),
                database_=self.address.database or None,
                routing_=RoutingControl.READ,
                result_transformer_=Result.data,
            )
        return pd.DataFrame(found, columns=list(query.returns))

    def version(self) -> str:
        """Name and version of the server, as it tells them: 'Neo4j/5.26.31'."""
        with told(self.address):
            return str(self.driver.get_server_info().agent)

    def set_up(self) -> None:
        """Constraints and indexes; a second time changes nothing."""
        for name in query_names():
            if name.startswith("schema/"):
                self.run(name)
        with told(self.address):
            self.driver.execute_query("CALL db.awaitIndexes(300)", database_=self.address.database or None)


@contextmanager
def connect(address: Address) -> Iterator[Server]:
    """Open a connection and try it.

    Raises
    ------
    EngineError : no server answers there, or it refuses the user.
    """
    auth = (address.username, address.password) if address.username else None
    with told(address):
        driver = GraphDatabase.driver(address.uri, auth=auth, max_transaction_retry_time=address.retry_s)
    with driver:
        with told(address):
            driver.verify_connectivity()
        yield Server(driver, address)


@contextmanager
def told(address: Address) -> Iterator[None]:
    """The driver's errors as ours, without what they quote of the data."""
    try:
        yield
    except AuthError:
        raise EngineError(
            f"the server at {address.uri} refuses the user", hint="set NEO4J_USERNAME and NEO4J_PASSWORD"
        ) from None
    except (ServiceUnavailable, OSError):
        raise EngineError(f"no Neo4j server answers at {address.uri}", hint=_AWAY) from None
    except (ConfigurationError, ValueError):
        raise EngineError(
            f"{address.uri} is no address of a Neo4j server", hint="it looks like neo4j://host:7687"
        ) from None
    except Neo4jError as error:
        # the message of a server's error may quote a value
        raise EngineError(
            f"the server at {address.uri} stopped with {error.code}", hint="run it again: what is loaded stays, once"
        ) from None
    except DriverError as error:
        raise EngineError(f"the connection to {address.uri} broke: {type(error).__name__}", hint=_AWAY) from None
