"""The tables that an office has from others, each read as its command reads it.

They are lists of recipients and of people, forms that came back, and counts of calls."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import people
from campaign.small_file import KINDS, MESSAGE, TOP
from kohoctl import Channel, Message, Receipt, Recipient, Rendition, Task, Transport
from kohoctl.answer_sheet import COLUMNS, Selection
from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import load, read
from kohoctl.campaign.text import problems_text
from kohoctl.cli.recording import Desk, take_answers, take_calls
from kohoctl.errors import BadFile
from kohoctl.extensions import Extensions
from kohoctl.ledger import Ledger
from support import Office, write
from torture.written import DAY, WARNING

CSV = "table.csv"
PLACES = ("警察署", "運転免許センター")
RECIPIENTS = "{id: npa, name: 警察庁}, {id: fsa, name: 金融庁}"


class Asking(Channel):
    """Asks for something to be done at two places."""

    kind = "asking"
    form = "requested"

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        return Rendition({"body": message.body}, {}, task=Task(places=PLACES))

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        return Receipt.requested(key)


class AskingOffice(Office):
    """An office that asks others for something."""

    @property
    def file(self) -> CampaignFile:
        return load(read(self.path), Extensions({"asking": Asking}))

    def take_down(self, take: Callable[[Desk], None]) -> list[str]:
        """What is said to be wrong with words that are taken down; the ledger is whole afterwards."""
        told, wrong = io.StringIO(), io.StringIO()
        desk = Desk(self.file, self.ledger_path, "live", self.now)
        with redirect_stdout(told), redirect_stderr(wrong):
            code = _exit_code(lambda: take(desk))
        assert code == int(bool(wrong.getvalue())), f"it ended with {code}"
        assert re.search(r": (no|\d+) new words?\b", told.getvalue()), told.getvalue()
        with Ledger.read(self.ledger_path, "live") as ledger:
            ledger.verify()
        return re.split(r"\n(?! {4})", wrong.getvalue().rstrip("\n")) if wrong.getvalue() else []


def _exit_code(work: Callable[[], None]) -> object:
    try:
        work()
    except SystemExit as end:
        return end.code
    return 0


def _written(folder: Path) -> AskingOffice:
    channel = "asked: {kind: asking, owner: 甲, recipients: offices}\n"
    more = f"recipients:\n  offices: [{RECIPIENTS}]\n"
    return AskingOffice(write(folder, WARNING.format(channels="[asked]"), channel, more))


@cache
def _ledger() -> bytes:
    """That of an office that has asked."""
    with TemporaryDirectory() as folder:
        office = _written(Path(folder))
        office.run()
        return office.ledger_path.read_bytes()


def _taken_down(folder: Path, take: Callable[[Desk], None]) -> list[str]:
    office = _written(folder)
    office.ledger_path.write_bytes(_ledger())
    office.later(days=10)
    return office.take_down(take)


def _form(folder: Path) -> list[str]:
    return _taken_down(folder, lambda desk: take_answers(desk, folder / CSV, Selection(), "当直"))


def _calls(folder: Path) -> list[str]:
    return _taken_down(folder, lambda desk: take_calls(desk, folder / CSV, None, "当直"))


def _list(folder: Path) -> Iterator[str]:
    return _loaded(folder, f"{{file: {CSV}}}")


def _private_list(folder: Path) -> Iterator[str]:
    return _loaded(folder, f"{{file: {CSV}, personal: true, key: {{env: {people.VARIABLE}}}}}")


def _loaded(folder: Path, listed: str) -> Iterator[str]:
    """What is wrong with a list; people are gone through as a live run does it."""
    path = folder / "campaigns.yaml"
    path.write_text(TOP.replace(f"[{RECIPIENTS}]", listed) + MESSAGE, encoding="utf-8")
    try:
        file = load(read(path), Extensions(KINDS)).with_people(lambda _: people.KEY)
    except BadFile as bad:
        yield from problems_text(bad.problems)
        return
    yield from problems_text(file.unusable_rows)
    for person in file.recipients["letters"]:
        yield from problems_text(person.problems)


def _answer(recipient: str, name: str, place: str, step: str, count: int) -> str:
    key = f"nenkin/warning/asked/{recipient}/{DAY}"
    return f"{key},注意,{name},{place},{DAY},,{step},{count},47,平成27年6月10日,https://npa.example/,広報室,備考\n"


READ: Mapping[str, Callable[[Path], Iterator[str] | list[str]]] = {
    "list": _list,
    "private list": _private_list,
    "form": _form,
    "calls": _calls,
}
RIGHT: Mapping[str, str] = {
    "list": "id,name,facilities\nnpa,警察庁,警察署|運転免許センター\n"
    'caa,消費者庁,"国民生活センター\n"\nmic,総務省,郵便局\n',
    "private list": people.HEAD + "".join(map(people.row, range(3))),
    "form": ",".join(column.whole_heading for column in COLUMNS)
    + "\n"
    + _answer("npa", "警察庁", "警察署", "実施済", 40)
    + _answer("npa", "警察庁", "運転免許センター", "実施済み", 47)
    + _answer("fsa", "金融庁", "警察署", "placed", 3),
    "calls": '日付,内容,件数\n2015-06-04,詐欺の相談,"1,200"\n2015/6/5,年金,12\n平成27年6月6日,"その他,"""" ",３\n',
}
"""A right table of each kind."""


def problems(kind: str, content: bytes, folder: Path) -> list[str]:
    """What is wrong with a table of that kind, as people read it."""
    with TemporaryDirectory(dir=folder) as name:
        (Path(name) / CSV).write_bytes(content)
        return list(READ[kind](Path(name)))
