"""Another version of a campaign file, to compare with: a file, or what git had of the file's folder at a revision.

What is compared may come from anybody, so that git is asked for the bytes alone. ``git archive``, a checkout and a work
tree run the filters that a repository's config names, and an index its file watcher; ``ls-tree`` and ``cat-file`` run
none of them. Hooks, the pager, the fetching of what is lacking and a bare repository among the files are switched off
besides. It has to happen before plugins load: from then on the process starts no program.

The older file is read with the plugins of now, and never with its own. Their code would be run without anybody having
asked for it, two versions of one plugin cannot be in one process, and what differs would be the code's doing as well as
the file's. A file whose kinds are not there any more cannot be compared, and that is said.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import Source, load, read
from kohoctl.campaign.table import LINE_LENGTH
from kohoctl.errors import KohoctlError
from kohoctl.extensions import Extensions
from kohoctl.language import Sentence

SECONDS = 60.0
"""For each call of git: a folder of the largest size is read in a few."""
FOLDER_BYTES = 256 * 1024 * 1024
"""The most that the folder may hold: a campaign with its pictures has a hundredth of it."""
FOLDER_FILES = 20_000
SHOWN = 9
"""Characters of a commit's name that people are shown."""

_REPOSITORY = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
"""Where hooks say which repository they are in: here, the file's folder says it."""
_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "safe.bareRepository": "explicit",  # else a folder among the files could be a repository with a config of its own
}
_SURROUNDINGS = {
    "GIT_ALLOW_PROTOCOL": "none",  # nothing is fetched, and no program started for it
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_LINK = "120000"
_FILES = ("100644", "100755", "100664", _LINK)
"""Git's modes of files and links; the third is that of old repositories."""


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """A version of a campaign file: what people call it, and where it can be read; None where there was no such file
    then. ``taken_out`` of git, its folder is a copy."""

    name: str
    path: Path | None
    taken_out: bool = False


@contextmanager
def other_version(file: Path, meant: str) -> Iterator[OtherVersion]:
    """The version of ``file`` that ``meant`` names, a path or a revision, for as long as the context lasts.

    Raises `KohoctlError` where it names neither, or both: whoever proposes a file under the name of a revision does not
    decide what the proposal is compared with.
    """
    if meant.startswith("-") or not meant.isprintable():
        text = "{meant!r} is no file and no revision: write ./FILE, or a branch, a tag or a commit"
        raise KohoctlError(Sentence(text, meant=meant))
    path, folder = Path(meant), file.absolute().parent
    if path.is_absolute() or meant.startswith(("./", "../")):
        if not path.is_file():
            raise KohoctlError(Sentence("there is no file {meant} to compare with", meant=meant))
        yield OtherVersion(meant, path)
        return
    commit = _commit(folder, meant)
    if commit and path.exists():
        text = "{meant} is a file and a revision: write ./{meant} for the file, {commit} for the revision"
        raise KohoctlError(Sentence(text, meant=meant, commit=commit))
    if path.is_file():
        yield OtherVersion(meant, path)
        return
    if commit is None:
        text = (
            "there is no file and no revision {meant} to compare {file} with: name a file, or a branch, a tag or a"
            " commit that was fetched, such as origin/main"
        )
        raise KohoctlError(Sentence(text, meant=meant, file=file))
    with TemporaryDirectory(prefix="kohoctl-") as home:
        _take_out(folder, commit, Path(home))
        there = Path(home, file.name)
        yield OtherVersion(f"{meant} ({commit[:SHOWN]})", there if there.is_file() else None, taken_out=True)


def load_version(
    version: OtherVersion,
    now: CampaignFile,
    reader: Callable[[Path], Source] = read,
    loader: Callable[[Source, Extensions], CampaignFile | None] = load,
) -> CampaignFile | None:
    """The file of that version, with the plugins of ``now`` and made-up people; None where there was none.

    Raises `BadFile`. A private list is in no repository: where ``now`` has it, its line of column names stands for it,
    and no more of it is looked at.
    """
    if version.path is None:
        return None
    source = reader(version.path)
    if version.taken_out:
        for people in now.people.values():
            _lend_column_names(people.path, now.folder.resolve(), source.folder)
    return loader(source, now.extensions)


def _lend_column_names(listed: Path, now: Path, then: Path) -> None:
    copy = then / listed.relative_to(now)
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        with listed.open("rb", buffering=0) as opened:
            copy.write_bytes(opened.readline(LINE_LENGTH))


@dataclass(frozen=True, slots=True)
class _Blob:
    """A file as git has it: what kind of file, its name in the object store, and its path from the folder."""

    mode: str
    sha: str
    size: int
    path: PurePosixPath


def _commit(folder: Path, revision: str) -> str | None:
    """The commit that ``revision`` names; None where it names none, or there is no git. Raises `KohoctlError` where git
    would not say."""
    if shutil.which("git") is None:
        return None
    asked = _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if asked.returncode == 0:
        return asked.stdout.decode().strip()
    said = asked.stderr.decode("utf-8", "replace").strip()
    if asked.returncode == 1 or "not a git repository" in said:
        return None
    raise KohoctlError(Sentence("git cannot tell what {revision} is: {said}", revision=revision, said=said))


def _take_out(folder: Path, commit: str, home: Path) -> None:
    """Put what ``folder`` held at ``commit`` into ``home``, the bytes as they are in git. Submodules are left out, and
    links that lead out of the folder."""
    blobs = _blobs(folder, commit)
    size = sum(blob.size for blob in blobs)
    if size > FOLDER_BYTES or len(blobs) > FOLDER_FILES:
        text = (
            "the folder {folder} held {size:,} MiB in {files:,} files then, and at most {most:,} MiB in {most_files:,}"
            " files can be compared: give the campaign file and what it uses a folder of their own, or name an older"
            " copy of it"
        )
        most = {"most": FOLDER_BYTES >> 20, "most_files": FOLDER_FILES}
        raise KohoctlError(Sentence(text, folder=folder, size=size >> 20, files=len(blobs), **most))
    links: list[tuple[Path, str]] = []
    for blob, content in zip(blobs, _contents(folder, blobs), strict=True):
        path = home / blob.path
        if blob.mode == _LINK:
            links.append((path, os.fsdecode(content)))
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    _link(links, home.resolve())


def _link(links: Sequence[tuple[Path, str]], home: Path) -> None:
    """Make the links, once every file is there, so that none is written through one; and take away those that lead out,
    alone or by others."""
    made = []
    for path, target in links:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
        made.append(path)
    for path in made:
        try:
            leads_out = not path.resolve().is_relative_to(home)
        except (OSError, RuntimeError):  # in a circle
            leads_out = True
        if leads_out:
            path.unlink()


def _blobs(folder: Path, commit: str) -> list[_Blob]:
    """The files of ``folder`` at ``commit``; none where there was no such folder."""
    if _git(folder, "rev-parse", "--verify", "--quiet", f"{commit}:./").returncode != 0:
        return []
    listed = _git(folder, "ls-tree", "-r", "-z", "-l", "--full-tree", f"{commit}:./")
    if listed.returncode != 0:
        said = listed.stderr.decode("utf-8", "replace").strip()
        text = "git cannot list {folder} at {commit}: {said}"
        raise KohoctlError(Sentence(text, folder=folder, commit=commit, said=said))
    return [blob for line in listed.stdout.split(b"\0") if line and (blob := _blob(line)) is not None]


def _blob(line: bytes) -> _Blob | None:
    """``100644 blob SHA SIZE<tab>PATH``; None for a submodule. A path that leads anywhere else was made by hand."""
    facts, _, name = line.partition(b"\t")
    mode, _, sha, size = facts.decode().split()
    parts = os.fsdecode(name).split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise KohoctlError(Sentence("git has a file of the name {name!r}, which no git writes", name=name))
    return _Blob(mode, sha, int(size), PurePosixPath(*parts)) if mode in _FILES else None


def _contents(folder: Path, blobs: Sequence[_Blob]) -> Iterator[bytes]:
    """The bytes of each, one after the other, as ``cat-file --batch`` gives them: ``SHA blob SIZE``, then the bytes."""
    with TemporaryFile() as wanted:
        wanted.write("".join(f"{blob.sha}\n" for blob in blobs).encode())
        wanted.seek(0)
        with subprocess.Popen(  # noqa: S603 -- a fixed command; what it is given names objects alone
            [*_command(folder), "cat-file", "--batch"],
            stdin=wanted, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(),
        ) as process:  # fmt: skip
            limit = threading.Timer(SECONDS, process.kill)
            limit.start()
            try:
                for blob in blobs:
                    yield _next_content(process.stdout, blob)
            finally:
                limit.cancel()
                process.kill()


def _next_content(out: IO[bytes] | None, blob: _Blob) -> bytes:
    head = out.readline(LINE_LENGTH).split() if out else []
    content = out.read(blob.size + 1) if out and head[1:] == [b"blob", b"%d" % blob.size] else b""
    if len(content) != blob.size + 1:
        text = "git does not give {path} as it was: fetch the whole history, or name another version"
        raise KohoctlError(Sentence(text, path=blob.path))
    return content[:-1]


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 -- fixed subcommands that start no program; see the module's docstring
            [*_command(folder), *arguments],
            check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, env=_environment(),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        text = "git gave no answer about {folder} within {seconds:.0f} seconds"
        raise KohoctlError(Sentence(text, folder=folder, seconds=SECONDS)) from None


def _command(folder: Path) -> list[str]:
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    return [shutil.which("git") or "git", "--no-pager", "-C", str(folder), *settings]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _REPOSITORY} | _SURROUNDINGS
