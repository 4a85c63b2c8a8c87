"""The campaign files that are measured, in the words of 2015."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
HEADING = "「年金情報流出」を口実にした犯罪にご注意ください"
TEXT = """\
「年金情報流出」を口実にした犯罪にご注意ください！

・日本年金機構から、この件でお客様に電話やメールで連絡することは、一切ありません。
・日本年金機構が、この件でお客様にATMの操作をお願いすることは、一切ありません。

日本年金機構 専用電話窓口　0120-818211
受付時間 8:30〜21:00（平日及び土日）
"""

_MANY = """\
version: 1
facts:
  hotline: 0120-818211
channels:
  mhlw-site:
    kind: website
    owner: 厚生労働省
    folder: {path: public, url: "https://www.mhlw.example", title: 厚生労働省}
  mhlw-x: {kind: x, owner: 厚生労働省, account: mhlw_example, credentials: {env: MHLW_X}}
  kantei-line: {kind: line, owner: 首相官邸, token: {env: KANTEI_LINE_TOKEN}}
campaigns:
  nenkin:
    title: 年金情報の流出に関する広報
    owner: 厚生労働省年金局
    messages:
"""
_VERSIONS = """\
      warning-{number}:
        title: 「年金情報流出」を口実にした犯罪にご注意ください（第{number}号）
        when: {when:%Y-%m-%dT%H:%M}
        grace: 2 hours
        channels:
          mhlw-site:
            slug: fraud-warning-{number}
            excerpt: 日本年金機構を名乗る不審な電話にご注意ください。
          mhlw-x:
            body: 犯罪にご注意ください！ご心配の方は専用電話窓口 {{{{ hotline }}}} へ。（第{number}号）
          kantei-line:
            texts: [ご家族にもお知らせください。]
        body: |
          日本年金機構から、この件でお客様に電話やメールで連絡することは、一切ありません。
          ご心配の方は、専用電話窓口 {{{{ hotline }}}} へご相談ください。（第{number}号）
"""
_TEXTS = """\
      warning-{number}:
        title: 「年金情報流出」を口実にした犯罪にご注意ください（第{number}号）
        when: {when:%Y-%m-%dT%H:%M}
        channels: [{channel}]
        body: |
          犯罪にご注意ください（第{number}号）

          日本年金機構から、この件で
          ・電話やメールで連絡すること
          ・お金を要求すること
          は、一切ありません。

          日本年金機構 専用電話窓口
          電話 {{{{ hotline }}}}
          受付時間 8:30〜21:00
"""
SHAPES = {"versions": _VERSIONS, "texts": _TEXTS}
"""Messages of 15 lines: with a version for each of three channels (30 values), or with a longer text on one (11)."""

_ONE = """\
version: 1
grace: 1 day
channels:
  friends: {{kind: {kind}, owner: 首相官邸, token: {{env: BENCH_TOKEN}}{settings}}}
{more}campaigns:
  nenkin:
    title: 年金情報の流出に関する広報
    owner: 厚生労働省年金局
    messages:
"""
_MESSAGE = """\
      warning-{number}:
        title: {title}
        when: {when:%Y-%m-%dT%H:%M}
        channels: [friends]
        body: |
{body}
"""
_LETTERS = """\
version: 1
grace: 1 day
recipients:
  affected: {file: affected.csv, personal: true, key: {env: BENCH_KEY}}
channels:
  friends:
    kind: letter
    owner: 日本年金機構
    recipients: affected
    office: |
      日本年金機構
      理事長
    contact: {department: 専用電話窓口, telephone: 0120-818211, email: nenkin@nenkin.example}
campaigns:
  nenkin:
    title: 年金情報の流出に関する広報
    owner: 厚生労働省年金局
    messages:
"""
_HOLLOW = """\
version: 1
grace: 1 day
plugins: [hollow.py]
facts: {hotline: 0120-818211, hours: 8:30〜21:00}
recipients:
  friends: {file: friends.csv}
channels:
  friends: {kind: hollow, owner: 首相官邸, recipients: friends}
campaigns:
  nenkin:
    title: 年金情報の流出に関する広報
    owner: 厚生労働省年金局
    messages:
"""
_RECIPIENTS = "recipients:\n  friends: {file: friends.csv}\n"


def write_many(path: Path, shape: str, count: int) -> None:
    """A campaign file of ``count`` messages of a ``shape``, on a website, X and LINE."""
    first, names = datetime(2015, 6, 4, 10, tzinfo=TOKYO), ("mhlw-site", "mhlw-x", "kantei-line")
    messages = (
        SHAPES[shape].format(number=number, when=first + timedelta(minutes=number), channel=names[number % 3])
        for number in range(count)
    )
    path.write_text(_MANY + "".join(messages), encoding="utf-8")


def user_id(number: int) -> str:
    """A LINE user id."""
    return f"U{number:032x}"


def write_mailing(folder: Path, kind: str, api_url: str, recipients: int, concurrency: int) -> Path:
    """A campaign file of one message, due now, by a channel of ``kind`` to each of so many ``recipients``."""
    _write_friends(folder, recipients)
    settings = f", recipients: friends, send: push, api_url: '{api_url}', concurrency: {concurrency}"
    head = _ONE.format(kind=kind, settings=settings, more=_RECIPIENTS)
    return _write(folder, head, datetime.now(TOKYO) - timedelta(minutes=1), 1)


def write_hollow(folder: Path, messages: int, recipients: int) -> Path:
    """A campaign file of so many ``messages``, due now, each to so many ``recipients``, by the kind ``hollow``."""
    shutil.copy(Path(__file__).with_name("hollow.py"), folder)
    _write_friends(folder, recipients)
    text = TEXT.replace("0120-818211", "{{ hotline }}").replace("8:30〜21:00", "{{ hours }}")
    return _write(folder, _HOLLOW, datetime.now(TOKYO) - timedelta(minutes=1), messages, text)


def write_letters(folder: Path, people: int) -> Path:
    """A campaign file of one message, due now, as a letter to each of so many ``people``."""
    rows = (
        f"{number:08},見本　{number}号,{number:07},見本県見本市見本町{number}-1,見本住宅{number % 900}号室\n"
        for number in range(people)
    )
    with (folder / "affected.csv").open("w", encoding="utf-8") as file:
        file.write("id,name,postcode,address,address2\n")
        file.writelines(rows)
    return _write(folder, _LETTERS, datetime.now(TOKYO) - timedelta(minutes=1), 1)


def write_finished(folder: Path, messages: int) -> Path:
    """A campaign file of some ``messages`` of 2015, each by LINE to every friend of the account."""
    head = _ONE.format(kind="line", settings="", more="")
    return _write(folder, head, datetime(2015, 6, 4, 10, tzinfo=TOKYO), messages)


def write_mailed(folder: Path, messages: int, recipients: int) -> Path:
    """A campaign file of some ``messages`` of 2015, each by LINE to each of so many ``recipients``."""
    _write_friends(folder, recipients)
    head = _ONE.format(kind="line", settings=", recipients: friends, send: push", more=_RECIPIENTS)
    return _write(folder, head, datetime(2015, 6, 4, 10, tzinfo=TOKYO), messages)


def _write_friends(folder: Path, recipients: int) -> None:
    rows = (f"friend-{number:05},{user_id(number)}\n" for number in range(recipients))
    (folder / "friends.csv").write_text("id,line_id\n" + "".join(rows), encoding="utf-8")


def _write(folder: Path, head: str, when: datetime, messages: int, text: str = TEXT) -> Path:
    path = folder / "campaigns.yaml"
    body = "\n".join(f"          {line}" if line else "" for line in text.splitlines())
    titles = (f"{HEADING}（第{number}号）" for number in range(messages))
    written = (_MESSAGE.format(number=n, title=title, when=when, body=body) for n, title in enumerate(titles))
    path.write_text(head + "".join(written), encoding="utf-8")
    return path
