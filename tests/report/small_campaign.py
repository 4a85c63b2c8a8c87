"""A small campaign of 2015, played by a real rehearsal, and what its people say afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kohoctl.campaign.file import CampaignFile, DeclaredPlugin
from kohoctl.campaign.load import load, read
from kohoctl.ledger import Ledger, write_calls, write_records
from kohoctl.plugins import find_plugins
from kohoctl.rehearsal import Clock, Outbox, play
from kohoctl.report.gathering import gather
from kohoctl.report.values import Report
from kohoctl.run import Run
from kohoctl.states import Calls, Record, Step

TOKYO = ZoneInfo("Asia/Tokyo")
FILE = """\
version: 1
timezone: Asia/Tokyo
plugins: [paper_ads.py]
facts: {hotline: 0120-818211}
recipients:
  papers:
    - {id: east, name: 東日本新聞, email: koukoku@east.example, later: "0"}
    - {id: west, name: 西日本新聞, email: koukoku@west.example, later: "0"}
    - {id: evening, name: 夕刊, email: koukoku@evening.example, later: "1"}
  ministries:
    - {id: npa, name: 警察庁, facilities: 警察署|運転免許センター, email: koho@npa.example}
    - {id: fsa, name: 金融庁, facilities: 銀行, email: koho@fsa.example}
channels:
  kiko-site:
    kind: website
    owner: 日本年金機構
    folder: &folder {path: public, url: "https://www.nenkin.example", title: 年金}
  mhlw-site: {kind: website, owner: 厚生労働省, folder: *folder}
  kantei-site: {kind: website, owner: 首相官邸, folder: *folder}
  mhlw-x: {kind: x, owner: 厚生労働省, account: mhlw_example, credentials: {env: MHLW_X}}
  kantei-x: {kind: x, owner: 首相官邸, account: kantei_example, credentials: {env: KANTEI_X}}
  npa-x: {kind: x, owner: 警察庁, account: npa_example, credentials: {env: NPA_X}}
  fsa-x: {kind: x, owner: 金融庁, account: fsa_example, credentials: {env: FSA_X}}
  caa-x: {kind: x, owner: 消費者庁, account: caa_example, credentials: {env: CAA_X}}
  papers: {kind: paper-ad, owner: 政府広報, recipients: papers}
  letters: {kind: paper-ad, owner: 日本年金機構}
  flyer-requests:
    kind: flyer-request
    owner: 厚生労働省年金局
    recipients: ministries
    form: 事務連絡
    sender: nenkin-koho@mhlw.example
    office: 厚生労働省年金局
    contact: {department: 広報担当, telephone: 03-0000-0000, email: nenkin-koho@mhlw.example}
campaigns:
  nenkin:
    title: 情報流出事案に関する広報
    owner: 厚生労働省年金局
    messages:
      press:
        title: 不正アクセスについて
        action: プレスリリース、記者会見
        when: 2015-06-01T17:00
        channels: {kiko-site: {slug: press}}
        body: 不正アクセスがありました。
      notice:
        title: 個人情報の流出について
        action: 厚生労働省や首相官邸のホームページでの告知
        when: 2015-06-03T10:00
        channels: {mhlw-site: {slug: notice}, kantei-site: {slug: notice}}
        body: ご心配の方は **{{ hotline }}** へ。
      letter:
        title: 対象者へのお知らせ・お詫びの郵送
        when: 2015-06-03T11:00
        channels: {letters: {onwards: true}}
        body: お詫び申し上げます。
      warning:
        title: 犯罪にご注意ください
        action: 厚生労働省ツイッターでのツイート
        when: 2015-06-04T10:00
        channels: [mhlw-x]
        body: ご心配の方は {{ hotline }} へ。
      reposts:
        when: {after: warning}
        repost: warning
        channels: [kantei-x, npa-x, fsa-x, caa-x]
      request:
        title: チラシの設置について（依頼）
        action: 次官連絡会議において各省庁関係施設にチラシ設置依頼
        actor: 各省庁
        when: 2015-06-05T10:00
        attachments: [flyer.pdf]
        channels: {flyer-requests: {reply_by: 2015-06-12}}
        body: 設置をお願いいたします。
      advertisement:
        title: 政府広報（新聞記事下）で周知
        when: 2015-06-05T09:00
        channels: {papers: {printed_on: [2015-06-08]}}
        body: 広告
      small-advertisements:
        title: 政府広報（突き出し）で、専用電話窓口について周知
        when: {from: 2015-06-11, to: 2015-06-17, at: "06:00"}
        channels: [papers]
        body: 広告
      spots:
        title: スポット広告を実施
        when: 2015-06-11T10:00
        channels: {letters: {printed_on: [2015-06-13, 2015-06-14, 2015-06-20, 2015-06-21]}}
        body: 広告
      payday:
        title: 年金支払日の注意喚起
        when: 2015-08-13T10:00
        channels: [mhlw-x]
        body: 明日は年金支払日です。
"""
REQUEST = "nenkin/request/flyer-requests/{}/2015-06-05"


def write_campaign(folder: Path, text: str = FILE) -> Path:
    """The campaign's file with what it needs beside it."""
    (folder / "flyer.pdf").write_bytes(b"%PDF-1.7\n% a flyer\n%%EOF\n")
    shutil.copy(Path(__file__).with_name("paper_ads.py"), folder)
    path = folder / "campaigns.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(path: Path) -> CampaignFile:
    return load(read(path), find_plugins(path.parent, [DeclaredPlugin("paper_ads.py")]).extensions)


@contextmanager
def rehearsed(path: Path, until: datetime | None = None) -> Iterator[tuple[CampaignFile, Ledger]]:
    """The file and the ledger of its rehearsal."""
    file = loaded(path)
    clock = Clock(datetime.min.replace(tzinfo=UTC))
    with Ledger.open(path.parent / "rehearsal.sqlite", "rehearsal") as ledger:
        play(Run(file, ledger, Outbox(path.parent / "outbox", clock), clock.now, lambda _: None), clock, until)
        yield file, ledger


def report_of(path: Path, until: datetime | None = None) -> Report:
    """The report of a rehearsal, as of the last moment that it played."""
    with rehearsed(path, until) as (file, ledger):
        return gather(file, ledger, ledger.latest() or datetime.now(UTC), is_rehearsal=True)


def report_with_answers(path: Path) -> Report:
    """The same, after the police agency has answered, and the call centre has counted."""
    with rehearsed(path) as (file, ledger):
        at = datetime(2015, 8, 13, 12, tzinfo=TOKYO)
        npa = REQUEST.format("npa")
        write_records(ledger, [Record(npa, Step.PLACED, "警察庁", at, place="警察署", count=40, total=47)])
        photo = "https://www.npa.example/photo"
        write_records(ledger, [Record(npa, Step.EVIDENCED, "警察庁", at, place="運転免許センター", evidence=photo)])
        counts = {
            (1, "流出の有無"): 1200,
            (1, "支払い"): 300,
            (2, "流出の有無"): 2400,
            (4, "流出の有無"): 900,
            (4, "支払い"): 0,
        }
        write_calls(
            ledger, [Calls("nenkin", date(2015, 6, day), topic, n, "受電班", at) for (day, topic), n in counts.items()]
        )
        return gather(file, ledger, ledger.latest() or at, is_rehearsal=True)
