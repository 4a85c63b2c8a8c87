"""What a report says was done, by whom, when, and what is open: of a small campaign, really rehearsed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from kohoctl.ledger import Ledger
from kohoctl.model import Receipt
from kohoctl.report.days import Days
from kohoctl.report.gathering import gather
from kohoctl.report.json import as_json
from kohoctl.report.layout import laid_out
from kohoctl.report.markdown import as_markdown
from kohoctl.report.spreadsheet import as_csv
from kohoctl.report.values import Action, CampaignReport
from kohoctl.report.words import ENGLISH, JAPANESE, Language
from kohoctl.states import Outcome, State
from report.agreement import disagreements
from report.small_campaign import (
    FILE,
    REQUEST,
    TOKYO,
    loaded,
    rehearsed,
    report_of,
    report_with_answers,
    write_campaign,
)

TABLE = """\
no,first_date,dates,actor,channel_kind,action
1,2015-06-01,2015-06-01,日本年金機構,website,プレスリリース、記者会見
2,2015-06-03,2015-06-03,厚生労働省・首相官邸,website,厚生労働省や首相官邸のホームページでの告知
3,2015-06-03,2015-06-03 onwards,日本年金機構,paper-ad,対象者へのお知らせ・お詫びの郵送
4,2015-06-04,2015-06-04,厚生労働省,x,厚生労働省ツイッターでのツイート
5,2015-06-05,2015-06-05,各省庁,flyer-request,次官連絡会議において各省庁関係施設にチラシ設置依頼
6,2015-06-08,2015-06-08 (some 2015-06-09),政府広報,paper-ad,政府広報（新聞記事下）で周知
7,2015-06-11,2015-06-11..2015-06-17,政府広報,paper-ad,政府広報（突き出し）で、専用電話窓口について周知
8,2015-06-13,"2015-06-13,2015-06-14,2015-06-20,2015-06-21",日本年金機構,paper-ad,スポット広告を実施
9,2015-08-13,2015-08-13,厚生労働省,x,年金支払日の注意喚起
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_campaign(tmp_path_factory.mktemp("campaign"))


@pytest.fixture(scope="module")
def campaign(file: Path) -> CampaignReport:
    return report_with_answers(file).campaigns[0]


def action(campaign: CampaignReport, message: str) -> Action:
    return next(one for one in campaign.actions if one.message == message)


def test_the_actions_agree_with_the_secretariats_own_table(file: Path) -> None:
    assert disagreements(as_csv(report_of(file)).decode("utf-8-sig"), TABLE) == []


def test_a_table_that_says_something_else_is_named_row_by_row(file: Path) -> None:
    other = TABLE.replace("各省庁,flyer", "総務省,flyer").rsplit("\n", 2)[0]
    found = disagreements(as_csv(report_of(file)).decode("utf-8-sig"), other)
    assert found[0] == "row 5: actor is 各省庁, and not 総務省"
    assert found[1].startswith("row 9 is only in the report")


def test_a_repost_is_no_action_but_stands_with_the_message_passed_on(campaign: CampaignReport) -> None:
    assert "reposts" not in {one.message for one in campaign.actions}
    assert action(campaign, "warning").reposted_by == ("首相官邸", "警察庁", "金融庁", "消費者庁")


def test_days_of_publication_count_and_not_the_day_on_which_the_paper_was_asked(campaign: CampaignReport) -> None:
    assert action(campaign, "advertisement").days == Days((date(2015, 6, 8),), (date(2015, 6, 9),))


def test_only_channels_by_which_it_went_out_make_the_actor_and_the_kind(tmp_path: Path) -> None:
    text = FILE.replace("mhlw-site: {slug: notice}", 'mhlw-site: {slug: notice, body: " "}')
    with rehearsed(write_campaign(tmp_path, text), datetime(2015, 6, 3, 12, tzinfo=TOKYO)) as (file, ledger):
        report = gather(file, ledger, datetime(2015, 6, 3, 12, tzinfo=TOKYO))
    notice = action(report.campaigns[0], "notice")
    assert notice.actor == "首相官邸"
    (blocked,) = report.campaigns[0].unfinished
    assert blocked.key == "nenkin/notice/mhlw-site/2015-06-03"
    assert blocked.state in (State.BLOCKED, State.MISSED)
    assert blocked.reasons


@pytest.mark.parametrize(
    ("language", "why"), [(JAPANESE, "ページの本文がありません。"), (ENGLISH, "the page has no text")]
)
def test_why_something_is_open_is_told_in_the_language_of_the_report(
    tmp_path: Path, language: Language, why: str
) -> None:
    text = FILE.replace("mhlw-site: {slug: notice}", 'mhlw-site: {slug: notice, body: " "}')
    with rehearsed(write_campaign(tmp_path, text), datetime(2015, 6, 3, 12, tzinfo=TOKYO)) as (file, ledger):
        report = gather(file, ledger, datetime(2015, 6, 3, 12, tzinfo=TOKYO))
    assert why in as_markdown(laid_out(report, language))
    assert "the page has no text" in as_json(report)["campaigns"][0]["unfinished"][0]["reason"]


def test_what_has_not_come_yet_is_neither_done_nor_open(file: Path, tmp_path: Path) -> None:
    path = write_campaign(tmp_path)
    campaign = report_of(path, datetime(2015, 6, 4, 23, tzinfo=TOKYO)).campaigns[0]
    assert [one.message for one in campaign.actions] == ["press", "notice", "letter", "warning"]
    assert campaign.unfinished == ()


def test_each_channel_has_what_went_out_by_it_with_its_addresses(tmp_path: Path) -> None:
    path = write_campaign(tmp_path)
    with rehearsed(path, datetime(2015, 6, 4, 23, tzinfo=TOKYO)) as (file, ledger):
        key, channel = "nenkin/press/kiko-site/2015-06-01", "kiko-site"
        found = ledger.entries([key])[key]
        assert found.receipt is not None
        receipt = type(found.receipt).published("1", "https://www.nenkin.example/press/")
        at = datetime(2015, 6, 4, 23, 1, tzinfo=TOKYO)
        ledger.settle([Outcome(key, channel, State.DELIVERED, found.digest, receipt=receipt, by="当番")], at)
        sent = gather(file, ledger, at).campaigns[0].sent
    assert [(one.channel, one.delivered, one.links) for one in sent][:2] == [
        ("kiko-site", 1, ("https://www.nenkin.example/press/",)),
        ("mhlw-site", 1, ()),
    ]


def test_requests_are_counted_by_place_and_overdue_ones_are_named(campaign: CampaignReport) -> None:
    by_recipient = {one.delivery.recipient: one for one in campaign.requests if one.delivery.message == "request"}
    assert next((place.name, place.count, place.total) for place in by_recipient["npa"].places) == ("警察署", 40, 47)
    assert [one.delivery.key for one in campaign.overdue(date(2015, 8, 13))] == [REQUEST.format("fsa")]
    assert campaign.overdue(date(2015, 6, 12)) == ()


def test_what_ended_badly_waits_for_a_person_until_one_has_spoken(tmp_path: Path) -> None:
    path = write_campaign(tmp_path)
    now, key = datetime(2015, 6, 2, tzinfo=TOKYO), "nenkin/press/kiko-site/2015-06-01"
    lost = Outcome(key, "kiko-site", State.UNKNOWN, "0" * 64, reason="the connection was lost")
    with Ledger.open(tmp_path / "live.sqlite", "live") as ledger:
        ledger.settle([lost], now)
        (open_one,) = gather(loaded(path), ledger, now).campaigns[0].unfinished
        assert (open_one.state, open_one.reasons) == (State.UNKNOWN, ("the connection was lost",))
        ledger.settle([Outcome(key, "kiko-site", State.REFUSED, "0" * 64, by="広報室 当番")], now)
        assert gather(loaded(path), ledger, now).campaigns[0].unfinished == ()


def test_a_delivery_that_was_late_is_reported_for_the_day_on_which_it_was_made(tmp_path: Path) -> None:
    path = write_campaign(tmp_path)
    key, late = "nenkin/press/kiko-site/2015-06-01", datetime(2015, 6, 4, 9, tzinfo=TOKYO)
    with Ledger.open(tmp_path / "live.sqlite", "live") as ledger:
        ledger.settle([Outcome(key, "kiko-site", State.DELIVERED, "0" * 64, receipt=Receipt.published("1"))], late)
        assert action(gather(loaded(path), ledger, late).campaigns[0], "press").days == Days((date(2015, 6, 4),))


def test_what_a_person_says_afterwards_was_made_on_the_day_on_which_it_was_due(tmp_path: Path) -> None:
    path = write_campaign(tmp_path)
    key, later = "nenkin/press/kiko-site/2015-06-01", datetime(2015, 6, 4, 9, tzinfo=TOKYO)
    with Ledger.open(tmp_path / "live.sqlite", "live") as ledger:
        receipt = Receipt.published("1")
        ledger.settle([Outcome(key, "kiko-site", State.DELIVERED, "0" * 64, receipt=receipt, by="当番")], later)
        assert action(gather(loaded(path), ledger, later).campaigns[0], "press").days == Days((date(2015, 6, 1),))


def test_a_message_whose_time_passed_while_nothing_ran_is_missed(tmp_path: Path) -> None:
    path = write_campaign(tmp_path)
    with Ledger.open(tmp_path / "live.sqlite", "live") as ledger:
        campaign = gather(loaded(path), ledger, datetime(2015, 6, 2, tzinfo=TOKYO)).campaigns[0]
    assert [(one.key, one.state) for one in campaign.unfinished] == [
        ("nenkin/press/kiko-site/2015-06-01", State.MISSED)
    ]
    assert campaign.actions == ()


def test_what_was_sent_to_a_list_of_many_is_counted_and_nobody_of_it_is_listed(tmp_path: Path) -> None:
    rows = "\n".join(f"p{number:04},{number}の新聞,ad{number}@paper.example,0" for number in range(600))
    (tmp_path / "papers.csv").write_text(f"id,name,email,later\n{rows}\n", encoding="utf-8")
    head, _, rest = FILE.partition("  papers:\n")
    text = f"{head}  papers: {{file: papers.csv}}\n  ministries:{rest.partition('  ministries:')[2]}"
    report = report_of(write_campaign(tmp_path, text), datetime(2015, 6, 5, 23, tzinfo=TOKYO))
    campaign = report.campaigns[0]
    (sent,) = [one for one in campaign.sent if one.channel == "papers"]
    assert (sent.delivered, sent.planned) == (600, 600)
    assert {one.delivery.channel for one in campaign.requests} == {"flyer-requests", "letters"}


def test_what_was_delivered_and_then_taken_out_of_the_file_is_counted_and_said(tmp_path: Path) -> None:
    path = write_campaign(tmp_path)
    with rehearsed(path) as (_, ledger):
        path.write_text(
            FILE.replace("channels: [kantei-x, npa-x, fsa-x, caa-x]", "channels: [kantei-x]"), encoding="utf-8"
        )
        campaign = gather(loaded(path), ledger, datetime(2015, 8, 13, 11, tzinfo=TOKYO)).campaigns[0]
    assert campaign.unnamed == 3
    assert action(campaign, "warning").reposted_by == ("首相官邸",)
    assert "台帳に3件あります" in JAPANESE.unnamed(campaign.unnamed)
