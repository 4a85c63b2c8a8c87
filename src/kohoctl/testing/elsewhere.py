"""Rendering in another process, where Python's hashes are others and each module is imported anew.

``python -m kohoctl.testing.elsewhere`` is that process: it reads what `digest_elsewhere` writes, and prints the digest.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from contextlib import redirect_stdout
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location

from kohoctl.channel import Channel
from kohoctl.model import Message, Recipient
from kohoctl.redaction import described, plain_text
from kohoctl.testing.broken import LeftOut

LIMIT = 20.0
"""Seconds for the process: starting it and importing kohoctl take one, the heaviest libraries a few more."""


def digest_elsewhere(channel: Channel, message: Message, recipient: Recipient | None) -> str:
    """The rendition's digest in another process. Raises `LeftOut` where the kind cannot be had there."""
    module = type(channel).__module__
    try:
        what = pickle.dumps((module, getattr(sys.modules.get(module), "__file__", None)))
        what += pickle.dumps((channel, message, recipient))
    except Exception as error:
        raise LeftOut(f"the kind cannot be handed to another process ({described(error)})") from error
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    around = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(command, input=what, env=around, capture_output=True, timeout=LIMIT, check=False)  # noqa: S603 -- this Python itself
    except subprocess.TimeoutExpired:
        raise LeftOut(f"another process did not render it within {LIMIT:g} seconds") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise LeftOut(f"another process could not render it: {plain_text(said, 200)}")
    return done.stdout.decode()


def _render() -> str:
    _import(*pickle.load(sys.stdin.buffer))  # noqa: S301 -- what the process that started this one wrote
    channel, message, recipient = pickle.load(sys.stdin.buffer)  # noqa: S301 -- the same
    return str(channel.render(message, recipient).digest)


def _import(name: str, file: str | None) -> None:
    """Import the kind's module under its ``name``: by it, or from its ``file`` where it is a plugin's own."""
    try:
        import_module(name)
    except ModuleNotFoundError as error:
        spec = spec_from_file_location(name, file) if error.name == name else None
        if spec is None or spec.loader is None:
            raise
        module = sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(module)


if __name__ == "__main__":
    with redirect_stdout(sys.stderr):  # what a plugin prints is no digest
        digest = _render()
    sys.stdout.write(digest)
