"""The schema takes what kohoctl takes, and finds those of its mistakes that a schema can find."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from campaign import test_broken_files as broken
from campaign.small_file import KINDS, MESSAGE, TOP
from generated_docs import ROOT
from kohoctl.campaign.load import load, plugins_of, read
from kohoctl.channel import Channel
from kohoctl.errors import BadFile
from kohoctl.extensions import Extensions
from kohoctl.plugins import find_plugins
from kohoctl.schema import Language, Names, campaign_file_schema

from .editor_view import mistakes

MESSAGE_AT = "campaigns/nenkin/messages/warning"


def takes(text: str, folder: Path) -> bool:
    """Whether kohoctl takes the file."""
    path = folder / "campaigns.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        load(read(path), Extensions(KINDS))
    except BadFile:
        return False
    return True


def shipped_kinds() -> dict[str, type[Channel]]:
    source = read(ROOT / "campaigns.yaml")
    return dict(find_plugins(source.folder, plugins_of(source)).extensions.kinds)


@pytest.mark.parametrize("with_names", [True, False])
def test_the_shipped_campaign_has_no_mistake(with_names: bool) -> None:
    text = (ROOT / "campaigns.yaml").read_text(encoding="utf-8")
    assert mistakes(text, shipped_kinds(), with_names=with_names) == []


def test_it_is_a_schema_of_draft_7() -> None:
    Draft7Validator.check_schema(campaign_file_schema(shipped_kinds(), Names(), Language()))


# What kohoctl takes

TAKEN = [
    "title: 2015",
    "title: yes",
    "title: true",
    "body: 0120",
    "grace: 30 minutes",
    "grace:",
    "action: ''",
    "action:",
    "when: 2015-06-04 10:00",
    "when: 2015-06-04T10:00:30+09:00",
    "when: [2015-06-04T10:00, 2015-06-05T10:00Z]",
    "when: {from: 2015-06-04, to: 2015-06-05, at: 8:30}",
    "when: {from: 2015-06-04, to: 2015-06-05, at: [8:30, 10:00:30], except: [2015-06-05]}",
    "when: {weekdays: [thu, 金], from: 2015-06-04, to: 2015-06-05, at: 10:00}",
    "when: {days: [2015-06-04], offset: -1 day, at: 10:00}",
    "when: {calendar: pension-payday, offset: -2 business days, at: 10:00, from: 2015-08-01, to: 2015-08-31}",
    "channels: {page: {title: 110, urgent: 'true'}, post: }",
    'channels: {page: {urgent: "{{ loud }}", link: "https://{{ hotline }}.example"}}',
    'channels: {page: {link: "HTTP://localhost:8080/"}}',
    "channels: {letters: {body: '{{ recipient.name }}'}}",
]


@pytest.mark.parametrize("line", TAKEN)
def test_what_kohoctl_takes_in_a_message_the_schema_takes(line: str, tmp_path: Path) -> None:
    text = broken.message(line).replace("facts: {", "facts: {loud: true, ")
    assert takes(text, tmp_path)
    assert mistakes(text, KINDS) == mistakes(text, KINDS, with_names=False) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1", "version: '1'"),
        ("version: 1", "version: 1\ntimezone: Europe/Berlin\ngrace: 2 hours"),
        ("facts: {", "facts: {_x1: true, 〇〇課: 03, "),
        ("[2, 4, 6, 8, 10, 12], day: 15", "['2', 4], day: last"),
        ("{months: [2, 4, 6, 8, 10, 12], day: 15, roll: back}", "{dates: [2015-06-05]}"),
        ("owner: 厚生労働省年金局", "owner: 110\n    grace: 2 days"),
        ("page: {kind: page,", "page: {kind: page, seconds: '20', loud: True, token: {env: 0120},"),
        ("page: {kind: page,", "page: {kind: page, rate: 100/15 minutes, concurrency: 3, token: {file: a/b},"),
        ("page: {kind: page,", "page: {kind: page, rate: , concurrency: , token: , recipients: ,"),
        ("{id: npa, name: 警察庁}", "{id: 12, name: , 電話: 0120}"),
        ("channels:", "mail: {host: 127.0.0.1, security: none, port: '25'}\nchannels:"),
        ("channels:", "mail: {host: m.example, username: koho, password: {env: P}}\nchannels:"),
    ],
)
def test_what_kohoctl_takes_elsewhere_the_schema_takes(old: str, new: str, tmp_path: Path) -> None:
    text = (TOP + MESSAGE).replace(old, new, 1)
    assert text != TOP + MESSAGE
    assert takes(text, tmp_path)
    assert mistakes(text, KINDS) == mistakes(text, KINDS, with_names=False) == []


def test_messages_that_wait_and_repost_are_taken(tmp_path: Path) -> None:
    text = TOP + MESSAGE.replace("[page]", "[post]")
    text += "      again: {repost: warning, when: {after: warning, channel: post, delay: 1 hour}, channels: [post2]}\n"
    text += "      more: {repost: {message: warning, channel: post}, when: 2015-06-05T10:00, channels: [post2]}\n"
    assert takes(text, tmp_path)
    assert mistakes(text, KINDS) == mistakes(text, KINDS, with_names=False) == []


# What it does not take

FOUND_IN_A_MESSAGE = {
    "titel: x": "",
    "grace: soon": "/grace",
    "images:": "/images",
    "title: ''": "/title",
    "title: [a]": "/title",
    "title:": "/title",
    "attachments: flyer.pdf": "/attachments",
    "images: [{alt: x}]": "/images/0",
    "images: [{file: a.png, alr: x}]": "/images/0",
    "channels: [page, pgae]": "/channels/1",
    "channels: [page, page]": "/channels",
    "channels: []": "/channels",
    "channels: page": "/channels",
    "channels: {pgae: }": "/channels",
    "channels: {page: loud}": "/channels/page",
    "channels: {page: {slag: x}}": "/channels/page",
    "channels: {post: {slug: x}}": "/channels/post",
    "channels: {page: {urgent: yes}}": "/channels/page/urgent",
    "channels: {page: {slug: abcdefghijk}}": "/channels/page/slug",
    "channels: {page: {link: 'http://x.example'}}": "/channels/page/link",
    "when: tomorrow": "/when",
    "when: 2015": "/when",
    "when: []": "/when",
    "when: [2015-06-04T10:00, soon]": "/when/1",
    "when: {from: 2015-06-04, to: 2015-06-05}": "/when",
    "when: {form: 2015-06-04, to: 2015-06-05, at: 10:00}": "/when",
    "when: {from: 2015-06-04, to: 2015-06-05, at: [10:00, noon]}": "/when/at/1",
    "when: {from: 2015-06-04, to: 2015-06-05, at: 10}": "/when/at",
    "when: {weekdays: [sunday], from: 2015-06-04, to: 2015-06-05, at: 10:00}": "/when/weekdays/0",
    "when: {calendar: payday, at: 10:00, from: 2015-08-01, to: 2015-08-31}": "/when/calendar",
    "when: {days: [2015-06-04], offset: -1 week, at: 10:00}": "/when/offset",
    "when: {after: warnin}": "/when/after",
    "when: {after: warning, delay: later}": "/when/delay",
    "when: {after: warning, at: 10:00}": "/when",
    "repost: warnin": "/repost",
    "repost: {message: warnin}": "/repost/message",
}


@pytest.mark.parametrize(("line", "where"), FOUND_IN_A_MESSAGE.items())
def test_a_mistake_in_a_message_is_found_where_it_stands(line: str, where: str, tmp_path: Path) -> None:
    text = broken.message(line)
    assert not takes(text, tmp_path)
    assert mistakes(text, KINDS) == [MESSAGE_AT + where]


WHOLE = """\
version: 1
channels: {z: {kind: post, owner: x}}
campaigns: {z: {title: x, owner: y, messages: {m: {title: x, body: y, when: 2015-06-04T10:00, channels: [z]}}}}
"""
FOUND_AT_THE_TOP = {
    "version: 2": "version",
    "facts: {hot line: 1}": "facts",
    "facts: {recipient: 1}": "facts",
    "facts: {電話・番号: 1}": "facts",
    "facts: {a: '{{ b }}'}": "facts/a",
    "facts: {a: }": "facts/a",
    "facts: [a]": "facts",
    "plugins: plugins/": "plugins",
    "plugins: [{path: a.py, sha256: xy}]": "plugins/0/sha256",
    "calendars: {a: {months: [13], day: 1}}": "calendars/a/months/0",
    "calendars: {a: {months: [1, 1], day: 1}}": "calendars/a/months",
    "calendars: {a: {months: [1], day: 0}}": "calendars/a/day",
    "calendars: {a: {months: [1]}}": "calendars/a",
    "calendars: {a: {months: [1], day: 1, dates: [2015-06-05]}}": "calendars/a",
    "calendars: {a: {months: [1], day: 1, roll: bck}}": "calendars/a/roll",
    "channels: {a: {kind: pgae, owner: x}}": "channels/a/kind",
    "channels: {a: {kind: page}}": "channels/a",
    "channels: {a: {owner: x}}": "channels/a",
    "channels: {a: {kind: page, owner: ''}}": "channels/a/owner",
    "channels: {a: {kind: page, owner: x, onwer: x}}": "channels/a",
    "channels: {a: {kind: post, owner: x, seconds: 20}}": "channels/a",
    "channels: {A: {kind: page, owner: x}}": "channels",
    "channels: {a: {kind: page, owner: x, seconds: many}}": "channels/a/seconds",
    "channels: {a: {kind: page, owner: x, seconds: 0}}": "channels/a/seconds",
    "channels: {a: {kind: page, owner: x, seconds: 2.5}}": "channels/a/seconds",
    "channels: {a: {kind: page, owner: x, concurrency: 65}}": "channels/a/concurrency",
    "channels: {a: {kind: page, owner: x, rate: often}}": "channels/a/rate",
    "channels: {a: {kind: page, owner: x, loud: NO}}": "channels/a/loud",
    "channels: {a: {kind: page, owner: x, style: leter}}": "channels/a/style",
    "channels: {a: {kind: page, owner: x, token: swordfish}}": "channels/a/token",
    "channels: {a: {kind: page, owner: x, token: {evn: A}}}": "channels/a/token",
    "channels: {a: {kind: page, owner: x, token: {env: A, file: b}}}": "channels/a/token",
    "channels: {a: {kind: page, owner: x, token: {}}}": "channels/a/token",
    "channels: {a: {kind: page, owner: x, api_url: 'http://x.example'}}": "channels/a/api_url",
    "recipients: {a: [{name: x}]}": "recipients/a/0",
    "recipients: {a: [{id: 警察庁}]}": "recipients/a/0/id",
    "recipients: {a: []}": "recipients/a",
    "recipients: {a: {flie: x.csv}}": "recipients/a",
    "recipients: {a: {file: x.csv, personal: true}}": "recipients/a",
    "recipients: {a: {file: x.csv, key: {env: K}}}": "recipients/a",
    "mail: {host: mail.example, security: none}": "mail/host",
    "mail: {host: mail.example, username: x}": "mail",
    "campaigns: {a: {title: x, owner: y, messages: {}}}": "campaigns/a/messages",
    "chanels: {}": "",
}


@pytest.mark.parametrize(("lines", "where"), FOUND_AT_THE_TOP.items())
def test_a_mistake_at_the_top_is_found_where_it_stands(lines: str, where: str, tmp_path: Path) -> None:
    rest = (line for line in WHOLE.splitlines() if not lines.startswith(line.partition(":")[0]))
    text = "\n".join([lines, *rest])
    assert not takes(text, tmp_path)
    assert mistakes(text, KINDS, with_names=False) == [where]


def test_a_list_of_recipients_that_there_is_not_is_found(tmp_path: Path) -> None:
    text = (TOP + MESSAGE).replace("recipients: ministries}", "recipients: ministry}")
    assert not takes(text, tmp_path)
    assert mistakes(text, KINDS) == ["channels/letters/recipients"]


# Whatever stands there

SCALARS = (
    "~ null '' 1 '1' 0 -1 64 65 0120 1.0 1. .5 1e3 0x10 0o17 1_000 true True 'true' TRUE yes NO on .inf x 'x y' 年金"
    " last 15 '15' sun 月 2015-06-05 2015-06-05T10:00 '2015-06-05 10:00:30+09:00' 10:00 8:30 10:00:30 '30 minutes'"
    " 1hour '-1 day' '2 business days' 60/hour https://a.example HTTP://127.0.0.1 http://a.example back none utf-8"
    " letter memo page post npa ministries pension-payday warning [] [1] [x] [2015-06-05] {} {env: A} {file: b}"
    " {file: b, alt: c} {path: a.py} {page: } '{{ hotline }}' '{% if %}'"
)
VALUES = re.findall(r"'[^']*'|\[[^]]*\]|\{[^}]*\}|\S+", SCALARS)
PLACES = {
    "in the file": ("version: 1\n", "version: 1\n{}: {}\n", "timezone grace plugins mail"),
    "in mail": ("version: 1\n", "version: 1\nmail: {{host: localhost, {}: {}}}\n", "port security"),
    "in a fact": ("facts: {", "facts: {{{}: {}, ", "a 年金 x1"),
    "in a calendar": (" day: 15, roll: back}", " {}: {}}}", "day roll"),
    "in a list": ("[{id: npa, name: 警察庁}", "[{{{}: {}, x: y}}", "id"),
    "in a channel": ("page: {kind: page, ", "page: {{kind: page, {}: {}, ",
                     "recipients rate concurrency seconds loud style api_url token"),
    "in a campaign": ("    title: 広報\n", "    title: 広報\n    {}: {}\n", "grace"),
    "in a message": ("warning: {title: 注意, body: 注意, when: 2015-06-04T10:00, channels: [page]}",
                     "warning: {{title: 注意, body: 注意, when: 2015-06-04T10:00, channels: [page], {}: {}}}",
                     "grace action actor images attachments"),
    "in a version": ("channels: [page]", "channels: {{page: {{{}: {}}}}}",
                     "title body images attachments slug urgent link"),
    "in when": ("2015-06-04T10:00", "{{from: 2015-06-05, to: 2015-06-20, {}: {}}}", "at"),
}  # fmt: skip
"""Parts of a file, each with a place in it for a key and a value, and the keys."""


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_whatever_kohoctl_takes_the_schema_takes(place: str, tmp_path: Path) -> None:
    old, new, keys = PLACES[place]
    refused, taken = [], 0
    for key in keys.split():
        for value in VALUES:
            text = (TOP + MESSAGE).replace(old, new.format(key, value), 1)
            if takes(text, tmp_path):
                taken += 1
                if found := mistakes(text, KINDS, with_names=False):
                    refused.append((key, value, found))
    assert refused == []
    assert taken
