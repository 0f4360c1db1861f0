"""The run's configuration: every stage's parameters in one frozen object, read from ringfinder.toml.

In:  a TOML file or nothing.   Out: `RunConfig`, `ServerConfig`.
Defaults live in the stages' parameter dataclasses only.
"""

from __future__ import annotations

import dataclasses
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ringfinder.construct import ConstructParams, SellerParams
from ringfinder.detect import get_detector
from ringfinder.detect.grouping import GroupParams
from ringfinder.errors import ConfigError, UnknownNameError
from ringfinder.ingest import ReadOptions
from ringfinder.ingest.options import check_shapes
from ringfinder.score import ScoreParams
from ringfinder.templates import TemplateParams

_SERVER = "neo4j"


@dataclass(frozen=True)
class DetectParams:
    """Which detector groups the graph of judged evidence, with which parameters."""

    detector: str = "components"
    params: Mapping[str, float | int | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        get_detector(self.detector, **self.params)


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides a result, besides the data.

    Attributes
    ----------
    mapping : table -> {header in the file: column of the contract}.
    files : {file or sheet: table}.
    values : table -> column of choices -> {word in the file: choice of the contract}.
    known_letters, boilerplate : texts of published letters, and of forms to strip.
    """

    seed: int = 0
    language: Literal["zh", "en"] = "zh"
    mapping: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Mapping[str, str | bool]]] = field(default_factory=dict)
    templates: TemplateParams = field(default_factory=TemplateParams)
    construct: ConstructParams = field(default_factory=ConstructParams)
    seller: SellerParams = field(default_factory=SellerParams)
    detect: DetectParams = field(default_factory=DetectParams)
    group: GroupParams = field(default_factory=GroupParams)
    score: ScoreParams = field(default_factory=ScoreParams)
    known_letters: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ()

    def read_options(self) -> ReadOptions:
        """What of this is for reading the tables."""
        return ReadOptions(mapping=self.mapping, files=self.files, values=self.values)

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Any], *, known_letters: tuple[str, ...] = (), boilerplate: tuple[str, ...] = ()
    ) -> RunConfig:
        """The configuration that `to_dict` told of; the letter texts, which it only counts, are given again.

        Examples
        --------
        >>> RunConfig.from_dict(RunConfig(seed=7).to_dict()) == RunConfig(seed=7)
        True
        """
        texts = {"known_letters": list(known_letters), "boilerplate": list(boilerplate)}
        made = _fill(cls(), {**data, **texts}, where="")
        assert isinstance(made, RunConfig)
        return made

    def to_dict(self) -> dict[str, Any]:
        """JSON-able, for the manifest; letter texts only as counts."""
        out = dataclasses.asdict(self)
        out["known_letters"], out["boilerplate"] = len(self.known_letters), len(self.boilerplate)
        return out


@dataclass(frozen=True)
class ServerConfig:
    """The block [neo4j]: where the team's graph server is. It decides no result, so it is no part of `RunConfig`.

    A password has no place in a file that is passed on: it comes from NEO4J_PASSWORD alone.
    """

    uri: str = ""
    username: str = ""
    database: str = ""


def load_server(path: Path | str | None = None) -> ServerConfig:
    """Read the block [neo4j] of ringfinder.toml; empty where there is none.

    Raises
    ------
    ConfigError : as `load_config`; or a password stands there.
    """
    block = _read(path).get(_SERVER, {}) if path is not None else {}
    if not isinstance(block, dict):
        raise ConfigError(f"[{_SERVER}] must be a table of settings")
    if "password" in block:
        raise ConfigError(
            f"a password stands in [{_SERVER}]", hint="take it out of the file, change it, and set NEO4J_PASSWORD"
        )
    made = _fill(ServerConfig(), block, where=f"{_SERVER}.")
    assert isinstance(made, ServerConfig)
    return made


def load_config(path: Path | str | None = None) -> RunConfig:
    """Read ringfinder.toml; defaults where there is none.

    Raises
    ------
    ConfigError : no such file, not TOML, an unknown setting or a value of the wrong type; the hint names the choices.
    """
    if path is None:
        return RunConfig()
    load_server(path)
    data = {name: value for name, value in _read(path).items() if name != _SERVER}
    made = _fill(RunConfig(), data, where="")
    assert isinstance(made, RunConfig)
    if made.seed < 0:
        raise ConfigError(f"seed is {made.seed}", hint="a whole number from 0 on")
    if made.language not in ("zh", "en"):
        raise ConfigError(f"language is {made.language!r}", hint="choose zh or en")
    check_shapes(made.read_options())
    return made


def _read(path: Path | str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"can't read {Path(path).name}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{Path(path).name} is not valid TOML: {error}") from error


def _fill(target: Any, data: Mapping[str, Any], *, where: str) -> Any:
    """A copy of a parameter dataclass with the settings of `data`."""
    known = {f.name: f for f in dataclasses.fields(target)}
    hints = typing.get_type_hints(type(target))
    changes: dict[str, Any] = {}
    for name, value in data.items():
        if name not in known:
            raise UnknownNameError("setting", where + name, [where + k for k in known])
        current = getattr(target, name)
        if dataclasses.is_dataclass(current):
            if not isinstance(value, dict):
                raise ConfigError(f"[{where}{name}] must be a table of settings")
            changes[name] = _fill(current, value, where=f"{where}{name}.")
        else:
            changes[name] = _checked(value, current, hints[name], where + name)
    return dataclasses.replace(target, **changes)


def _checked(value: Any, current: Any, hint: Any, where: str) -> Any:
    if isinstance(current, Mapping):
        if not isinstance(value, dict):
            raise ConfigError(f"{where} must be a table")
        return value
    if isinstance(current, tuple):
        if not isinstance(value, list):
            raise ConfigError(f"{where} must be a list")
        kind = next(iter(typing.get_args(hint)), object)
        if isinstance(kind, type) and not all(isinstance(item, kind) for item in value):
            raise ConfigError(f"{where} must be a list of {kind.__name__}")
        return tuple(value)
    if isinstance(current, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if current is not None and type(value) is not type(current):
        raise ConfigError(f"{where} is {value!r}", hint=f"expected {type(current).__name__}, for example {current!r}")
    return value
