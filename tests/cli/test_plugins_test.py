"""``kohoctl plugins test`` with plugins that hang, or print from wherever they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kohoctl.cli import cli
from testing.broken_plugins import SOUND


def tried(plugin: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["plugins", "test", str(plugin), *arguments])


def written(folder: Path, text: str, name: str = "board.py") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_plugin_whose_import_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kohoctl.plugins.registry.LOAD_LIMIT", 0.3)
    shown = tried(written(tmp_path, f"import time\ntime.sleep(60)\n{SOUND.replace('from __future__', '# from')}"))
    assert shown.exit_code == 1
    assert "board.py has not come back within 0.3 seconds" in shown.output


def test_a_test_whose_import_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kohoctl.testing.trying.LOAD_LIMIT", 0.3)
    plugin = written(tmp_path, SOUND)
    written(tmp_path, "import time\ntime.sleep(60)\n", "test_board.py")
    shown = tried(plugin)
    assert shown.exit_code == 1
    assert "test_board.py has not come back within 0.3 seconds" in str(shown.exception)


def test_what_a_plugin_prints_from_any_thread_spoils_no_json(tmp_path: Path) -> None:
    prints = "        for work in (print, lambda text: threading.Thread(target=print, args=(text,)).start()):\n"
    answer = "        answer = transport.http.post(\n"
    talks = SOUND.replace("from datetime", "import threading\nfrom datetime").replace(
        answer, f"{prints}            work('posting')\n{answer}"
    )
    shown = tried(written(tmp_path, talks), "--rule", "delivers", "--format", "json")
    assert shown.exit_code == 0, shown.output
    assert [result["state"] for result in json.loads(shown.stdout)["results"]] == ["kept"]
    assert "posting" in shown.stderr
