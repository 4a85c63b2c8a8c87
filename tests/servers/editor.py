"""An editor with a campaign file open, and yaml-language-server behind it: the real one, spoken to over its pipes."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SERVER = ROOT / ".tools" / "yaml-language-server" / "node_modules" / ".bin" / "yaml-language-server"
"""Where `yaml_language_server.sh` puts it."""
PATIENCE = 60.0
"""Seconds for an answer: Node.js starts in one, and on a busy machine in many."""
SETTINGS = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}
"""Without the store, nothing is asked of the internet."""
CURSOR = "▮"
"""Where in a text the cursor is."""


class Editor:
    """An editor that has one file open at a time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._ids = count(1)
        self._came: queue.Queue[dict[str, Any]] = queue.Queue()
        self._told: dict[str, list[dict[str, Any]]] = {}
        threading.Thread(target=self._listen, daemon=True).start()
        self._ask("initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": _CAPABILITIES})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": SETTINGS})

    def completions(self, path: Path, text: str) -> dict[str, str]:
        """What is proposed at the cursor: each word, with what is said of it."""
        found = self._at_cursor("textDocument/completion", path, text)
        items = found["items"] if isinstance(found, dict) else found or []
        return {item["label"]: _plain(item.get("documentation")) for item in items}

    def hover(self, path: Path, text: str) -> str:
        """What is shown where the mouse rests at the cursor."""
        found = self._at_cursor("textDocument/hover", path, text)
        return _plain(found["contents"]) if found else ""

    def diagnostics(self, path: Path, text: str) -> list[tuple[int, str]]:
        """What is marked in the text: the line of each mark, counted from 1, and what is said of it."""
        uri = self._open(path, text)
        while uri not in self._told:
            self._take(self._came.get(timeout=PATIENCE))
        return [(mark["range"]["start"]["line"] + 1, mark["message"]) for mark in self._told[uri]]

    def _at_cursor(self, method: str, path: Path, text: str) -> Any:
        before, _, after = text.partition(CURSOR)
        uri = self._open(path, before + after)
        line, column = before.count("\n"), len(before.rpartition("\n")[2])
        return self._ask(method, {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}})

    def _open(self, path: Path, text: str) -> str:
        """Open a text as the file at ``path``, each time under another name: no answer is then about an older one."""
        uri = path.with_name(f"{path.stem}-{next(self._ids)}{path.suffix}").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        return uri

    def _ask(self, method: str, params: object) -> Any:
        id = next(self._ids)
        self._send({"id": id, "method": method, "params": params})
        while True:
            message = self._came.get(timeout=PATIENCE)
            if message.get("id") == id and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        """What the server says unasked: marks are kept, and its questions get an answer."""
        if message.get("method") == "textDocument/publishDiagnostics":
            self._told[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif message.get("method") == "workspace/configuration":
            wanted = [SETTINGS.get(item.get("section", "")) for item in message["params"]["items"]]
            self._send({"id": message["id"], "result": wanted})
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": None})

    def _tell(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout
        while header := self._process.stdout.readline():
            length = int(header.partition(b":")[2])
            self._process.stdout.readline()
            self._came.put(json.loads(self._process.stdout.read(length)))


_CAPABILITIES = {
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown", "plaintext"]}},
    }
}


@contextmanager
def open_editor() -> Iterator[Editor]:
    """An editor. Skips where Node.js or the server is not installed, unless ``KOHOCTL_REQUIRE_EDITOR`` is set."""
    missing = "" if SERVER.exists() else f"there is no {SERVER}: tests/servers/yaml_language_server.sh installs it"
    missing = missing if shutil.which("node") else "there is no Node.js"
    if missing and not os.environ.get("KOHOCTL_REQUIRE_EDITOR"):
        pytest.skip(missing)
    assert not missing, missing
    process = subprocess.Popen([SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield Editor(process)
    finally:
        process.kill()
        process.communicate()


def _plain(content: Any) -> str:
    """Markdown's text: what stands in it without the marks that keep it from meaning something else."""
    text = content["value"] if isinstance(content, dict) else content or ""
    return str(text).replace("\\", "")
