"""A private list of people, and a campaign that sends each of them a letter."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import load, read
from kohoctl.channels.letter import Letter
from kohoctl.extensions import Extensions
from kohoctl.kept_secrets import read_secret
from support import Office, write

KEY = "the-key-of-the-list-of-people"
VARIABLE = "KOHOCTL_PEOPLE_KEY"
CANARIES = ("かなりあ", "鳥籠", "5550123", "KANARIA")
"""Parts of every person's name, address, telephone number and id."""
CHANNEL = """\
letters:
  kind: letter
  owner: 日本年金機構
  recipients: affected
  office: |
    日本年金機構
    理事長
  contact: {department: 専用電話窓口, telephone: 0120-818211, email: nenkin@nenkin.example}
  print_run: PRINT_RUN
"""
LIST = "recipients:\n  affected: {file: affected.csv, personal: true, key: {env: KOHOCTL_PEOPLE_KEY}}\n"
MESSAGE = """\
apology:
  title: 個人情報の流出について（お詫び）
  when: 2015-06-04T10:00
  grace: 2 days
  channels: [letters]
  body: |
    {{ recipient.name }}様の個人情報が流出いたしました。深くお詫び申し上げます。
"""
HEAD = "id,name,postcode,address,telephone\n"


def row(number: int) -> str:
    return f"KANARIA-{number},かなりあ　{number}号,100-{number:04},東京都鳥籠区{number}-1,090-{5550123 + number}\n"


def write_list(folder: Path, numbers: Iterable[int]) -> Path:
    path = folder / "affected.csv"
    path.write_text(HEAD + "".join(map(row, numbers)), encoding="utf-8")
    return path


def mailing(folder: Path, count: int, print_run: int = 1000) -> Path:
    """A campaign file with letters to so many people, due at ten."""
    write_list(folder, range(count))
    return write(folder, MESSAGE, CHANNEL.replace("PRINT_RUN", str(print_run)), LIST)


def loaded_with_people(path: Path) -> CampaignFile:
    os.environ[VARIABLE] = KEY
    file = load(read(path), Extensions({"letter": Letter}))
    return file.with_people(lambda where: read_secret(where, file.folder))


class LetterOffice(Office):
    """An office that has the key of its list."""

    @property
    def file(self) -> CampaignFile:
        return loaded_with_people(self.path)

    @property
    def runs(self) -> list[list[str]]:
        """The keys in each print run's index, page by page."""
        indexes = sorted((self.path.parent / "print").glob("[!.]*/*.csv"))
        return [[line.split(",")[2] for line in index.read_text().splitlines()[1:]] for index in indexes]

    @property
    def printed(self) -> list[str]:
        """The key of every letter that was printed."""
        return [key for run in self.runs for key in run]
