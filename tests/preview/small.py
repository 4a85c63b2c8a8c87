"""A small campaign file with a bit of everything, and its preview."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kohoctl.campaign.load import load_usable, read
from kohoctl.channel import Channel
from kohoctl.channels.flyer_request import FlyerRequest
from kohoctl.channels.letter import Letter
from kohoctl.channels.line import LineChannel
from kohoctl.channels.newspaper import Newspaper
from kohoctl.channels.radio_spot import RadioSpot
from kohoctl.channels.website import Website
from kohoctl.channels.x import X
from kohoctl.extensions import Extensions
from kohoctl.ledger import Ledger
from kohoctl.preview.comparing import differences
from kohoctl.preview.files import FOLDER, Folder
from kohoctl.preview.gathering import Preview, gather
from kohoctl.preview.page import Compared, write_pages
from kohoctl.preview.showing import Artist
from support import KINDS, write

NOW = datetime(2015, 6, 3, 12, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
ALL: dict[str, type[Channel]] = {
    **KINDS,
    **{kind.kind: kind for kind in (FlyerRequest, Letter, LineChannel, Newspaper, RadioSpot, Website, X)},
}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
CHANNELS = """\
site: {kind: website, owner: 厚生労働省, folder: {path: public, url: "https://www.mhlw.example", title: 厚生労働省}}
x: {kind: x, owner: 厚生労働省, account: mhlw_example, credentials: {env: MHLW_X}}
kantei-x: {kind: x, owner: 首相官邸, account: kantei_example, credentials: {env: KANTEI_X}}
line: {kind: line, owner: 首相官邸, token: {env: LINE}}
board: {kind: board, owner: 警察庁, url: "https://board.example"}
requests:
  kind: flyer-request
  owner: 厚生労働省年金局
  recipients: ministries
  sender: 広報室 <koho@mhlw.example>
  office: 厚生労働省年金局
  contact: {department: 広報室, telephone: 03-0000-0000, email: koho@mhlw.example}
"""
MORE = """\
facts: {hotline: 0120-818211}
calendars:
  pension-payday: {months: [2, 4, 6, 8, 10, 12], day: 15, roll: back}
recipients:
  ministries:
    - {id: npa, name: 警察庁, email: npa@npa.example, facilities: 警察署|運転免許センター}
    - {id: fsa, name: 金融庁, email: fsa@fsa.example, facilities: 銀行}
"""
MESSAGES = """\
notice:
  title: 個人情報の流出について
  when: 2015-06-03T10:00
  channels: {site: {slug: notice}, board: {}}
  body: "ご心配の方は **{{ hotline }}** へ。"
post:
  title: 犯罪にご注意ください
  when: 2015-06-04T10:00
  channels: {x: {images: [{file: picture.png, alt: 電話を切る人の絵}]}}
  body: "お電話をすることはありません。 https://www.mhlw.example #年金"
repost:
  when: {after: post}
  repost: post
  channels: [kantei-x]
chat: {title: LINE, when: 2015-06-15T10:00, channels: [line], body: 不審な電話は切ってください。}
flyers:
  title: チラシの設置について（依頼）
  when: 2015-07-21T10:00
  channels: {requests: {number: 年管企発0605第1号, reply_by: 2015-07-31, images: [{file: picture.png, alt: チラシ}]}}
  body: チラシを設置してくださいますようお願いいたします。
"""


def small_file(folder: Path, messages: str = MESSAGES, channels: str = CHANNELS, more: str = MORE) -> Path:
    """A campaign file with a picture beside it."""
    (folder / "picture.png").write_bytes(PIXEL)
    return write(folder, messages, channels, more)


def previewed(path: Path, now: datetime = NOW) -> Preview:
    """The preview's values, of what can be used of the file."""
    file, problems = load_usable(read(path), Extensions(ALL))
    with Ledger.read(path.with_suffix(".ledger.sqlite"), "live") as ledger:
        return gather(file, ledger, now, problems)


def written(
    path: Path,
    pages: int | None = 1,
    made: int | None = None,
    scrub: Callable[[str], str] = str,
    now: datetime = NOW,
    before: Path | None = None,
    heard: bool = False,
) -> str:
    """The page of the file, which lies in ``preview`` beside it; compared with the file ``before``, if there is one.
    Its scripts are spoken where they are to be ``heard``."""
    target = path.parent / "preview"
    (target / FOLDER).mkdir(parents=True, exist_ok=True)
    folder = Folder(target, pages)
    shown = previewed(path, now)
    compared = None
    if before is not None:
        other, _ = load_usable(read(before), Extensions(ALL))
        compared = Compared("main", tuple(differences(shown, other)))
    write_pages(shown, folder, Artist(folder, shown.at, made, heard=heard), "ja", scrub, compared)
    folder.sweep()
    return (target / "index.html").read_text(encoding="utf-8")


def sheet(page: str, channel: str) -> str:
    """What the page shows of the one message that goes out by ``channel``."""
    (found,) = re.findall(rf'<article class="sheet"[^>]* data-channel="{channel}".*?</article>', page, re.DOTALL)
    return str(found)
