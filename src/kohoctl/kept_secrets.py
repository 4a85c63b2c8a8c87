"""The secrets that a campaign file refers to, read where they are kept."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from kohoctl.errors import MissingSecret
from kohoctl.language import Sentence
from kohoctl.settings import Secret

AT_HAND_LIMIT = 64 * 1024
"""Bytes of a secret's file that is read only to keep it out of what is shown: ten times the longest key."""


def secret_name(where: Secret) -> str:
    """Where a secret is kept, in words that tell nothing of it."""
    if where.env:
        return Sentence("the environment variable {name}", name=where.env)
    return Sentence("the secret file {name}", name=where.file)


def read_secret(where: Secret, folder: Path) -> str:
    """The secret that ``where`` refers to. Raises `MissingSecret` where it is not there or empty."""
    if where.env is not None:
        value = os.environ.get(where.env, "")
    else:
        try:
            value = (folder / (where.file or "")).read_text(encoding="utf-8-sig").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise MissingSecret(
                Sentence("{secret} cannot be read: {error}", secret=secret_name(where), error=type(error).__name__)
            ) from None
    if not value.strip():
        raise MissingSecret(Sentence("{secret} is not set", secret=secret_name(where)))
    return value


def at_hand(where: Secret, folder: Path) -> Iterator[str]:
    """The secret that ``where`` refers to, and its fields where it is a JSON object; nothing where it is not there."""
    try:
        if where.file is not None and not _is_small_file(folder / where.file):
            return
        value = read_secret(where, folder)
    except (MissingSecret, OSError, ValueError):
        return  # it is no fault of a file that is only looked at
    yield value
    try:
        fields = json.loads(value)
    except (ValueError, RecursionError):
        return  # most secrets are no JSON
    if isinstance(fields, dict):
        yield from (field for field in fields.values() if isinstance(field, str))


def _is_small_file(path: Path) -> bool:
    return path.is_file() and path.stat().st_size <= AT_HAND_LIMIT
