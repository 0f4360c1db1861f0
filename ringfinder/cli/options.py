"""Arguments and options that several commands share.

In:  nothing (definitions).   Out: types for the commands' parameters.   Never imports anything heavy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

CaseArgument = Annotated[Path, typer.Argument(metavar="CASE", help="A case folder, as detect made it.")]
InputArgument = Annotated[
    Path, typer.Argument(metavar="INPUT", help="A folder of tables (CSV, Parquet, Excel), a workbook or a DuckDB file.")
]
LanguageOption = Annotated[
    Optional[Literal["zh", "en"]],  # noqa: UP045 - typer reads this form on every Python we support
    typer.Option("--language", "-l", help="Language of sentences; as the case or configuration says if not given."),
]
ConfigOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--config", "-c", metavar="FILE", help="Settings; else ringfinder.toml beside the tables or here."),
]
OutOption = Annotated[Optional[Path], typer.Option("--out", "-o", metavar="FOLDER")]  # noqa: UP045
