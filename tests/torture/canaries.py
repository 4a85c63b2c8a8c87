"""Secrets and personal data that must show nowhere, in whatever way they are written, and where to look for them."""

from __future__ import annotations

import base64
import html
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

import people

SECRETS = {
    "TORTURE_TOKEN": "cnry-token-4471908823-QxZvbnm-fgh-0099",
    "TORTURE_ODD": 'cnry/odd+"ひみつ"&=?%é\\7713-kx_of|the*5566',
    "TORTURE_HOOK": "https://Hooks.Canary.example/T0/cnry-hook-55512-vwxyz",
    people.VARIABLE: "cnry-key-of-the-list-8080-wertzui",
}
"""By the name of the environment variable that holds each."""
FILES = {
    "account.json": json.dumps({"user": "koho", "password": "cnry-password-31415926-asdf"}),
    "key.pem": "-----BEGIN PRIVATE KEY-----\nMIICnryKanaria0123456789\nAQEFcnrySecondLine9876543\n-----END",
}
"""By the name of the file that holds each."""
PARTS = ("cnry-password-31415926-asdf", "MIICnryKanaria0123456789", "AQEFcnrySecondLine9876543")
"""What is secret within `FILES`."""
SECRETS_SAID = ("cnry-token-4471908823-QxZvbnm-fgh-0099", "cnry-password-31415926-asdf")
"""Those that are said in some way even where little is."""
OFFICE = {"email": "torikago-madoguchi@npa.example", "telephone": "03-5559-4471"}
"""Of an ordinary recipient."""


def needles(value: str) -> dict[bytes, str]:
    """Every way in which ``value`` may have been written, and what that is called."""
    raw = value.encode()
    inside = {base64.b64encode(bytes(n) + raw).decode()[4 if n else 0 : -4] for n in range(3)}
    written = {
        "plain": {value, value.lower()},
        "JSON": {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]},
        "a URL": {quote(value, safe=""), quote(value, safe="").lower(), quote_plus(value)},
        "base64": inside,
        "HTML": {html.escape(value)},
        "Python": {repr(value)[1:-1]},
        "a half": {value[: len(value) // 2], value[len(value) // 2 :]} if len(value) >= LONG else set(),
    }
    return {text.encode(): name for name, texts in written.items() for text in texts if len(text) >= SHORTEST}


LONG, SHORTEST = 32, 6


def leaks(values: Iterable[str], places: Mapping[str, bytes]) -> list[str]:
    """Where one of ``values`` stands, and how it is written there."""
    sought = [(value, *needle) for value in values for needle in needles(value).items()]
    return [
        f"{place}: {value} as {name}: {content[max(0, at - 60) : at + 80]!r}"
        for place, content in places.items()
        for value, needle, name in sought
        if (at := content.find(needle)) >= 0
    ]


def everything_in(folder: Path, is_meant: Callable[[Path], bool]) -> dict[str, bytes]:
    """Every file in ``folder`` by its path, and what is packed in it; those left out of which it is meant."""
    paths = [path for path in folder.rglob("*") if path.is_file() and not is_meant(path)]
    return {name: content for path in paths for name, content in _unpacked(str(path), path.read_bytes())}


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for inner in packed.namelist():
                yield f"{name}!{inner}", packed.read(inner)
