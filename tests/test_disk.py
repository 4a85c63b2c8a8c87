"""Files are there whole or not at all, and a folder that cannot be written to is an ending."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from kohoctl import Refused, Unreached, make_folder, nothing_out_yet, write_whole


def test_a_file_has_its_new_content_its_mode_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old")
    write_whole(path, b"new", 0o600)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_file_and_no_half_of_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "page.html"
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("there", [(), ("public",), ("public", "www")])
def test_a_folder_is_made_and_its_name_and_those_above_it_are_brought_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: tuple[str, ...]
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(Path(f"/proc/self/fd/{fd}").readlink()))
    tmp_path.joinpath(*there).mkdir(parents=True, exist_ok=True)
    assert make_folder(tmp_path, "public/www").is_dir()
    assert synced == [tmp_path / "public", tmp_path]


@pytest.mark.parametrize(
    ("number", "ending", "says"),
    [
        (errno.EACCES, Refused, "no right to write to the site's folder: Permission denied"),
        (errno.ENOSPC, Unreached, "the site's folder cannot be written to: No space left on device"),
        (errno.EROFS, Unreached, "the site's folder cannot be written to: Read-only file system"),
    ],
)
def test_what_the_disk_says_before_anything_is_out_is_an_ending(
    number: int, ending: type[Exception], says: str
) -> None:
    with pytest.raises(ending, match=says), nothing_out_yet("the site's folder"):
        raise OSError(number, os.strerror(number))
