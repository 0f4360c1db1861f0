"""Folders of published letters and of forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from ringfinder.errors import InputError
from ringfinder.ingest.letter_files import read_letter_files


def test_texts_come_in_order_of_path_whatever_their_encoding(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes("第二封".encode("gb18030"))
    (tmp_path / "a.txt").write_bytes("第一封".encode("utf-8-sig"))
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "c.MD").write_bytes("第三封".encode("utf-16"))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert read_letter_files(tmp_path) == ("第一封", "第二封", "第三封")


def test_missing_and_empty_folders_are_one_error_each(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder letters"):
        read_letter_files(tmp_path / "letters")
    with pytest.raises(InputError, match="holds no text files"):
        read_letter_files(tmp_path)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "scan.txt").write_bytes(b"%PDF-1.7 ...")
    with pytest.raises(InputError, match=r"scan\.txt"):
        read_letter_files(tmp_path)
