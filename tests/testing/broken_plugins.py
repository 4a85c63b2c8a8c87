"""Plugins broken on purpose: the police agency's, each with one thing spoilt, and the rules that have to see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SOUND = (Path(__file__).parents[2] / "plugins" / "police_bulletin.py").read_text(encoding="utf-8")

_HEAD = "from pydantic import ConfigDict, Field\n"
_RENDER = '        content = {"title": message.title, "text": message.body}\n'
_CONTENT = "json=dict(rendition.content)"
_DESTINATION = 'Rendition(content, {"url": self.settings.url}'
_POST = "        answer = transport.http.post(\n"
_ENDING = "        raise_for_ending(answer)\n"
_KEY = '"Idempotency-Key": key, '
_SAFE = "    resend_safe_for = timedelta(hours=23)\n"
_LONG_ENOUGH = "_current.update(rendition.content)\n        time.sleep(0.01)\n"
_FIND = """
    def find(self, rendition: Rendition, key: str, since: object, transport: Transport) -> Receipt | None:
        answer = transport.http.get(f"{rendition.destination['url']}/notices", params={"key": key})
        return Receipt.published("1") if answer.status_code == 200 else None
"""
_FIND_NOTHING = """
    def find(self, rendition: Rendition, key: str, since: object, transport: Transport) -> Receipt | None:
        return None
"""
_FIND_ANOTHER = """
    def find(self, rendition: Rendition, key: str, since: object, transport: Transport) -> Receipt | None:
        raise_for_ending(transport.http.get(f"{rendition.destination['url']}/notices"))
        return Receipt.published("another")
"""
_ASK = "        ask = lambda: transport.http.post(\n"
_MARKED = 'Rendition(content, {{"url": self.settings.url, "mark": {}}}'


@dataclass(frozen=True)
class BrokenPlugin:
    """``changes`` are pieces of the sound plugin and what stands there instead; ``rules`` are those that see it."""

    name: str
    rules: frozenset[str]
    changes: Mapping[str, str]

    def write(self, folder: Path) -> Path:
        """The plugin's file, put into ``folder``."""
        text = SOUND
        for old, new in self.changes.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        file = folder / f"{self.name}.py"
        file.write_text(text, encoding="utf-8")
        return file


def _broken(name: str, rules: str, **changes: str) -> BrokenPlugin:
    names = {
        "head": _HEAD,
        "render": _RENDER,
        "content": _CONTENT,
        "destination": _DESTINATION,
        "post": _POST,
        "ending": _ENDING,
        "key": _KEY,
        "safe": _SAFE,
        "token": "    token: Secret",
        "described": '        description="What the bulletin knows the sender by.",\n',
        "title_problems": 'text_problems(message.title, "title", self.limits["title"])',
        "body_problems": 'text_problems(message.body, "body", self.limits["body"])',
        "secret": "{transport.secret(self.settings.token)}",
        "receipt": 'Receipt.published(str(notice["id"]), notice.get("url"))',
        "url": "{rendition.destination['url']}/notices",
        "hook": "\n\n@hookimpl\n",
        "render_return": "        return Rendition(",
    }
    return BrokenPlugin(name, frozenset(rules.split()), {names[place]: text for place, text in changes.items()})


BROKEN_PLUGINS = (
    _broken("asks_the_clock", "render-alone", head=f"import time\n{_HEAD}", render=f"        time.time()\n{_RENDER}"),
    _broken(
        "asks_the_day",
        "render-alone",
        head=f"import datetime\n{_HEAD}",
        render=f"        datetime.date.today()\n{_RENDER}",
    ),
    _broken(
        "throws_dice", "render-alone", head=f"import random\n{_HEAD}", render=f"        random.random()\n{_RENDER}"
    ),
    _broken(
        "reads_a_file",
        "render-alone",
        head=f"from pathlib import Path\n{_HEAD}",
        render=f"        Path('/etc/hostname').read_text()\n{_RENDER}",
    ),
    _broken(
        "reads_the_environment",
        "render-alone",
        head=f"import os\n{_HEAD}",
        render=f"        os.environ.get('HOME')\n{_RENDER}",
    ),
    _broken(
        "opens_a_socket",
        "render-alone",
        head=f"import contextlib, socket\n{_HEAD}",
        render="        with contextlib.suppress(OSError):\n            socket.create_connection(('127.0.0.1', 9))\n"
        f"{_RENDER}",
    ),
    _broken(
        "counts_renditions",
        "render-same-twice",
        head=f"import itertools\n{_HEAD}\n_count = itertools.count()\n",
        destination='Rendition(content, {"url": self.settings.url, "number": next(_count)}',
    ),
    _broken(
        "keeps_the_content",
        "render-leaves-what-it-is-given threads",
        head=f"{_HEAD}\n_content: dict[str, str] = {{}}\n",
        render='        content = _content\n        content.update({"title": message.title, "text": message.body})\n',
    ),
    _broken("forgets_its_limit", "too-long", title_problems='text_problems(message.title, "title")'),
    _broken(
        "sends_an_empty_text",
        "empty",
        body_problems='(text_problems(message.body, "body", self.limits["body"]) if message.body.strip() else ())',
    ),
    _broken(
        "sends_control_characters",
        "control-characters",
        title_problems='text_problems(message.title.replace("\\x07", ""), "title", self.limits["title"])',
        body_problems='text_problems(message.body.replace("\\x07", "") or "-", "body", self.limits["body"])',
    ),
    _broken(
        "hides_where_it_goes",
        "digest-covers-all",
        destination="Rendition(content, {}",
        url="{self.settings.url}/notices",
    ),
    _broken("sends_no_key", "key-sent same-key-once", key=""),
    _broken(
        "sends_another_key_each_time",
        "key-sent same-key-once",
        head=f"import time\n{_HEAD}",
        key='"Idempotency-Key": f"{key}{time.time_ns()}", ',
    ),
    _broken(
        "takes_a_failure_for_success",
        "http-500 http-503",
        ending=f"        if answer.status_code >= 500:\n            return Receipt.published('0')\n{_ENDING}",
    ),
    _broken(
        "refuses_for_good_what_is_too_much_now",
        "http-429 http-429-retry-after",
        head=f"from kohoctl import Refused\n{_HEAD}",
        ending=f"        if answer.status_code == 429:\n            raise Refused('too many')\n{_ENDING}",
    ),
    _broken(
        "forgets_how_long_to_wait",
        "http-429-retry-after",
        head=f"from kohoctl import Unreached\n{_HEAD}",
        ending=f"        if answer.status_code == 429:\n            raise Unreached('too many')\n{_ENDING}",
    ),
    _broken(
        "knows_no_refusal",
        "http-400 http-401 http-403 http-429 http-429-retry-after",
        ending="        answer.raise_for_status()\n",
    ),
    _broken(
        "takes_silence_for_a_no",
        "timeout",
        ending="",
        head=f"import requests\n\nfrom kohoctl import Unreached\n{_HEAD}",
        post="        try:\n            answer = self._post(rendition, key, transport)\n"
        "        except requests.ReadTimeout:\n            raise Unreached('no answer') from None\n"
        f"{_ENDING}        return Receipt.published('1')\n\n"
        "    def _post(self, rendition, key, transport):\n        return transport.http.post(\n",
    ),
    _broken(
        "logs_in_where_it_counts",
        "http-400 http-401 http-403 http-429 http-429-retry-after",
        post=f"        transport.http.post(f\"{{rendition.destination['url']}}/login\")\n{_POST}",
    ),
    _broken(
        "prints_its_token",
        "secrets-kept",
        post=f"        print(transport.secret(self.settings.token))\n{_POST}",
    ),
    _broken(
        "keeps_its_token_in_the_receipt",
        "secrets-kept",
        receipt='Receipt.published("1", token=transport.secret(self.settings.token))',
    ),
    _broken(
        "has_its_token_in_the_file",
        "settings-described digest-covers-all",
        token="    token: str",
        secret="{self.settings.token}",
    ),
    _broken("describes_nothing", "settings-described", described=""),
    _broken(
        "shares_what_it_sends",
        "threads",
        head=f"import time\n{_HEAD}\n_current: dict[str, str] = {{}}\n",
        post=f"        {_LONG_ENOUGH}{_POST}",
        content="json=dict(_current)",
    ),
    _broken("finds_nothing_where_it_cannot_look", "find-in-doubt", hook=f"{_FIND}\n\n@hookimpl\n"),
    _broken("finds_nothing_without_a_look", "find-in-doubt find-finds", hook=f"{_FIND_NOTHING}\n\n@hookimpl\n"),
    _broken("finds_what_is_another", "find-finds", hook=f"{_FIND_ANOTHER}\n\n@hookimpl\n"),
    _broken(
        "asks_again_after_a_failure",
        "http-500 http-503",
        post=_ASK,
        ending=f"        answer = ask()\n        if answer.status_code >= 500:\n            answer = ask()\n{_ENDING}",
    ),
    _broken(
        "asks_again_after_silence",
        "timeout",
        head=f"import requests\n{_HEAD}",
        post=_ASK,
        ending="        try:\n            answer = ask()\n"
        f"        except requests.ReadTimeout:\n            answer = ask()\n{_ENDING}",
    ),
    _broken(
        "takes_the_whole_for_preparation",
        "counts-as-sent",
        post="        with transport.preparation():\n            answer = transport.http.post(\n",
    ),
    _broken("sends_its_owner_unseen", "digest-covers-all", content='json={**rendition.content, "by": self.owner}'),
    _broken("sends_its_name_unseen", "digest-covers-all", content='json={**rendition.content, "by": self.name}'),
    _broken("marks_by_hash", "render-same-elsewhere", destination=_MARKED.format("hash(message.body)")),
    _broken(
        "keeps_the_moment_of_its_import",
        "render-same-elsewhere",
        head=f"import time\n{_HEAD}\n_STARTED = time.time()\n",
        destination=_MARKED.format("_STARTED"),
    ),
    _broken(
        "keeps_its_token_in_base64",
        "secrets-kept",
        head=f"import base64\n{_HEAD}",
        receipt='Receipt.published("1", by=base64.b64encode(transport.secret(self.settings.token).encode()).decode())',
    ),
    _broken("paces_in_numbers", "pace-understood", hook="\n    def pace(self):\n        return 60\n\n\n@hookimpl\n"),
    _broken(
        "finds_problems_in_two_fields",
        "problems-told",
        head=f"from kohoctl import Problem\n{_HEAD}",
        title_problems='(Problem(str(one), field=["title", "body"]) for one in'
        ' text_problems(message.title, "title", self.limits["title"]))',
    ),
    _broken(
        "returns_nonsense",
        "delivers",
        receipt="str(notice)",
    ),
)
