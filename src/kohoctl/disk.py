"""Files that are there whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from kohoctl.errors import Refused, Unreached


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Put ``content`` at ``path``, on the disk when this returns, so that a reader or a crash never meets half a file.

    ``mode`` is that of a new file, as far as the process's umask allows. Raises OSError, and leaves what was there.
    """
    new = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder(root: Path, path: str | Path, mode: int = 0o777) -> Path:
    """The folder ``path`` below ``root``, made where it is missing, its name and those above it on the disk.

    They are brought there even where they are there already: whoever made them may have been killed before that.
    ``mode`` is that of a new folder at ``path``, as far as the process's umask allows. Raises OSError.
    """
    folder = root / path
    folder.mkdir(mode, parents=True, exist_ok=True)
    for above in folder.parents[: len(folder.relative_to(root).parts)]:
        sync_folder(above)
    return folder


def sync_folder(folder: Path) -> None:
    """Have the names in ``folder`` on the disk, so that a power cut takes none away and brings none back."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextlib.contextmanager
def nothing_out_yet(where: str) -> Iterator[None]:
    """A block that writes to ``where``, a folder in words, before anybody can see it: its OSError is an ending.

    Raises `Refused` where the right to write is missing, and `Unreached` where the disk does not take it.
    """
    try:
        yield
    except PermissionError as error:
        raise Refused(f"no right to write to {where}: {error.strerror}") from error
    except OSError as error:
        raise Unreached(f"{where} cannot be written to: {error.strerror}") from error
