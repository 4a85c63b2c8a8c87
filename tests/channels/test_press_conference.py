from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from channels.requests_by_mail import DUE, OFFICE, PRESS, QUESTIONS, document, mail_in, message, names, wrong
from documents.letters import docx_text
from kohoctl import Recipient, Rendition
from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import load, read
from kohoctl.channels.press_conference import PressConference, PressConferenceSettings, PressConferenceVersion
from kohoctl.plugins import find_plugins
from kohoctl.settings import Surroundings
from kohoctl.states import State
from kohoctl.testing.mail_service import MailService
from support import Office, write

EVENT: dict[str, Any] = {
    "at": "2015-06-05T17:30",
    "until": "2015-06-05T18:00",
    "place": "厚生労働省9階　記者会見室",
    "speakers": ["厚生労働大臣"],
}
SECRET = "年金が減ることは、ありません。"
"""A part of an expected answer, which no journalist is to see."""


def channel(folder: Path = Path(), **settings: Any) -> PressConference:
    around = Surroundings(folder, {})
    read = PressConferenceSettings.model_validate(OFFICE | settings, context=around)
    return PressConference("press", "厚生労働省", read)


def rendered(
    own: dict[str, Any] | None = None,
    recipient: dict[str, str] | None = None,
    settings: dict[str, Any] | None = None,
    alone: bool = False,
    **changes: Any,
) -> Rendition:
    version = PressConferenceVersion.model_validate(EVENT | (own or {}))
    told = message(version, "下記のとおり行います。", **({"title": "記者会見について"} | changes))
    reader = None if alone else Recipient("reader", PRESS | (recipient or {}))
    return channel(**(settings or {})).render(told, reader)


def test_the_notice_says_when_where_who_speaks_and_how_one_registers() -> None:
    rendition = rendered({"registration": "電子メールで御連絡ください。", "reply_by": "2015-06-05"})
    assert rendition.problems == ()
    assert document(rendition, "記者会見のお知らせ.pdf") == (
        "平成27年6月5日（金）報道関係者各位厚生労働省年金局事業企画課長記者会見について下記のとおり行います。記"
        "１日時平成27年6月5日（金）17時30分から18時00分まで２場所厚生労働省9階記者会見室３会見者・厚生労働大臣"
        "４取材の申込み・電子メールで御連絡ください。・申込期限平成27年6月5日（金）以上"
        "【照会先】年金局事業企画課広報係電話：03-0000-0000メール：koho@mhlw.example"
    )


def test_without_a_way_to_register_the_notice_speaks_of_none() -> None:
    assert "申込み" not in document(rendered(), "記者会見のお知らせ.pdf")


def test_the_day_of_the_conference_is_the_day_of_its_task() -> None:
    task = rendered({"at": "2015-06-08T14:00", "until": None}).task
    assert task is not None
    assert task.days == (date(2015, 6, 8),)


@pytest.mark.parametrize("at", [DUE, "2015-06-04T17:00", datetime(2015, 6, 5, 1, tzinfo=UTC)])
def test_a_conference_in_the_past_of_its_notice_is_a_problem(at: object) -> None:
    ((field, text),) = wrong(rendered({"at": at, "until": None}))
    assert field == "at"
    assert text.startswith("it begins at 2015-06-0")
    assert text.endswith("and its notice goes out at 2015-06-05T10:00")


def test_a_conference_ends_after_it_begins() -> None:
    assert wrong(rendered({"until": "2015-06-05T17:30"})) == [("until", "it ends before it begins")]


def test_a_day_to_register_by_that_is_over_is_a_problem() -> None:
    assert wrong(rendered({"reply_by": "2015-06-04"})) == [
        ("reply_by", "its reader is to answer by 2015-06-04, and it goes out on 2015-06-05")
    ]


# The expected questions


def test_a_reader_who_is_marked_gets_the_expected_questions_and_is_told_to_keep_them() -> None:
    rendition = rendered({"questions": QUESTIONS}, {"questions": "yes"})
    assert rendition.problems == ()
    assert names(rendition) == ["記者会見のお知らせ.pdf", "想定問答.pdf", "想定問答.docx"]
    text = document(rendition, "想定問答.pdf")
    assert text.startswith("【取扱注意】報道関係者への提供を禁じます。")
    assert "問１私の年金が減ってしまうことはないのですか。答○年金が減ることは、ありません。" in text
    assert "問２年金の支払いに滞りはできませんか。答○年金の支払いが滞ることは、ありません。" in text
    assert f"答　○{SECRET}" in docx_text(rendition.files[2].read())
    assert "報道関係者にはお渡しにならないよう" in rendition.content["text"]


@pytest.mark.parametrize("mark", ["no", "", " ", "　"])
def test_a_journalist_gets_the_very_same_whatever_the_expected_questions_say(mark: str) -> None:
    without = rendered({}, {"questions": mark})
    some = rendered({"questions": QUESTIONS}, {"questions": mark})
    others = rendered({"questions": [{"question": "𠮷", "answer": "別"}]}, {"questions": mark})
    assert without.digest == some.digest == others.digest
    assert without.problems == some.problems == others.problems == ()
    assert "想定問答" not in some.content["text"]
    assert SECRET not in str([file.identity() for file in some.files])


@pytest.mark.parametrize("mark", ["Yes", "true", "○", "y", "yes?", "no!"])
def test_a_mark_that_is_neither_yes_nor_no_is_a_problem_and_gives_nothing(mark: str) -> None:
    rendition = rendered({"questions": QUESTIONS}, {"questions": mark})
    assert wrong(rendition) == [("recipients", "the recipient's column questions says neither yes nor no")]
    assert names(rendition) == ["記者会見のお知らせ.pdf"]


def test_a_list_without_marks_is_a_problem_where_there_are_expected_questions() -> None:
    rendition = rendered({"questions": QUESTIONS})
    assert names(rendition) == ["記者会見のお知らせ.pdf"]
    assert wrong(rendition) == [
        ("questions", "the recipients have no column questions, which says who may read the expected questions")
    ]
    assert rendered().problems == ()


def test_one_address_gets_the_expected_questions_only_where_it_is_the_press_offices_own() -> None:
    club = rendered({"questions": QUESTIONS}, settings={"to": "kisha@press.example"}, alone=True)
    assert names(club) == ["記者会見のお知らせ.pdf"]
    assert wrong(club) == [("questions", "nothing says that the address in to may read the expected questions")]
    own = {"to": "koho@mhlw.example", "questions_to_reader": True}
    office = rendered({"questions": QUESTIONS}, settings=own, alone=True)
    assert office.problems == ()
    assert "想定問答.pdf" in names(office)


def test_what_is_said_of_the_one_address_marks_no_recipient() -> None:
    rendition = rendered({"questions": QUESTIONS}, {"questions": "no"}, {"questions_to_reader": True})
    assert names(rendition) == ["記者会見のお知らせ.pdf"]


def test_an_offices_own_template_for_the_notice_is_not_given_the_expected_questions(tmp_path: Path) -> None:
    everything = '#import "@kohoctl/documents:1.0.0": *\n#compose(title: data.title, (paragraph(repr(data)),))'
    (tmp_path / "all.typ").write_text(everything, encoding="utf-8")
    own = {"folder": tmp_path, "template": "all.typ"}
    rendition = rendered({"questions": QUESTIONS}, {"questions": "yes"}, own)
    notice = document(rendition, "記者会見のお知らせ.pdf")
    assert "厚生労働大臣" in notice
    assert SECRET not in notice


# Over a real SMTP server


@dataclass
class Ministry(Office):
    """An office with the built-in kinds."""

    @property
    def file(self) -> CampaignFile:
        return load(read(self.path), find_plugins(self.path.parent).extensions)


CHANNEL = """
press:
  kind: press-conference
  owner: 厚生労働省
  recipients: press
  sender: koho@mhlw.example
  office: 厚生労働省年金局
  contact: {department: 広報係, telephone: 03-0000-0000, email: koho@mhlw.example}
"""
MESSAGE = """
conference:
  title: 記者会見について
  when: 2015-06-04T10:00
  body: 下記のとおり行います。
  channels:
    press:
      at: 2015-06-04T17:30
      place: 記者会見室
      speakers: [厚生労働大臣]
      questions: [{question: 年金は減りますか。, answer: "{{ answer }}"}]
"""
LIST = "id,name,email,questions\nclub,厚生労働記者会,kisha@press.example,no\npaper,新聞社,desk@paper.example,\n"


def test_each_reader_gets_one_mail_and_only_the_press_offices_holds_the_expected_questions(tmp_path: Path) -> None:
    (tmp_path / "press.csv").write_text(f"{LIST}office,広報室,koho@mhlw.example,yes\n", encoding="utf-8")
    with MailService() as mail:
        server = f"mail: {{host: 127.0.0.1, port: {mail.port}, security: none}}\n"
        more = f"recipients: {{press: {{file: press.csv}}}}\nfacts: {{answer: '{SECRET}'}}\n{server}"
        office = Ministry(write(tmp_path, MESSAGE, CHANNEL, more))
        office.run()
        office.run()
        assert set(office.states().values()) == {State.DELIVERED}
        attached = {str(each["To"]): [part.get_filename() for part in each.iter_attachments()] for each in mail.taken}
        assert len(mail.taken) == len(attached)
        assert attached == {
            "kisha@press.example": ["記者会見のお知らせ.pdf"],
            "desk@paper.example": ["記者会見のお知らせ.pdf"],
            "koho@mhlw.example": ["記者会見のお知らせ.pdf", "想定問答.pdf", "想定問答.docx"],
        }


def test_a_rehearsal_keeps_them_apart_too() -> None:
    given = channel().artifacts(rendered({"questions": QUESTIONS}, {"questions": "no"}), "a/b/press/club/1", DUE)
    assert set(given) == {"記者会見のお知らせ.pdf", "mail.eml"}
    assert [part.get_filename() for part in mail_in(given).iter_attachments()] == ["記者会見のお知らせ.pdf"]
