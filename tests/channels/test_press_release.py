from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels.requests_by_mail import DUE, OFFICE, PRESS, document, flyer, message, names, wrong
from documents.letters import pdf_text
from kohoctl import DocumentSettings, Recipient, Rendition, Task
from kohoctl.channels.press_release import PressRelease, PressReleaseVersion
from kohoctl.settings import Surroundings

BODY = "情報が流出しました。\n・この件でお電話をすることは、一切ありません。"


def rendered(
    own: dict[str, Any] | None = None,
    settings: DocumentSettings | None = None,
    body: str = BODY,
    **changes: Any,
) -> Rendition:
    channel = PressRelease("press", "厚生労働省", settings or DocumentSettings.model_validate(OFFICE))
    told = message(PressReleaseVersion(**(own or {})), body, **({"title": "個人情報の流出について"} | changes))
    return channel.render(told, Recipient("club", PRESS))


def test_a_release_says_who_tells_the_press_what_when_and_whom_to_ask() -> None:
    rendition = rendered({"subtitle": "～不審な電話にご注意ください～"})
    assert rendition.problems == ()
    assert document(rendition, "報道発表資料.pdf") == (
        "報道発表資料平成27年6月5日（金）報道関係者各位厚生労働省年金局事業企画課長"
        "【照会先】年金局事業企画課広報係電話：03-0000-0000メール：koho@mhlw.example"
        "個人情報の流出について～不審な電話にご注意ください～"
        "情報が流出しました。・この件でお電話をすることは、一切ありません。"
    )


def test_an_embargo_stands_above_the_title_and_in_the_mail() -> None:
    rendition = rendered({"embargo": "2015-06-05T17:00"})
    assert "【解禁日時】平成27年6月5日（金）17時00分" in document(rendition, "報道発表資料.pdf")
    assert "【解禁日時】2015年6月5日17時00分まで、報道なさらないよう" in rendition.content["text"]
    assert "解禁" not in rendered().content["text"]


def test_an_embargo_with_an_offset_is_printed_in_the_campaigns_time() -> None:
    assert "17時00分" in document(rendered({"embargo": "2015-06-05T08:00+00:00"}), "報道発表資料.pdf")


@pytest.mark.parametrize("embargo", [DUE, datetime(2015, 6, 5, 1, tzinfo=UTC), "2015-06-04T17:00"])
def test_an_embargo_that_is_over_when_the_release_goes_out_is_a_problem(embargo: object) -> None:
    ((field, text),) = wrong(rendered({"embargo": embargo}))
    assert field == "embargo"
    assert text.endswith("and the release goes out at 2015-06-05T10:00")


def test_an_embargo_cannot_be_too_early_while_nobody_knows_when_the_release_goes_out() -> None:
    assert rendered({"embargo": "2015-06-01T17:00"}, due=None).problems == ()


def test_a_press_conference_and_the_attachments_are_named(tmp_path: Path) -> None:
    rendition = rendered({"conference": "本日17時から行います。"}, attachments=(flyer(tmp_path),))
    assert "記者会見本日17時から行います。添付資料・flyer.pdf" in document(rendition, "報道発表資料.pdf")
    assert names(rendition) == ["報道発表資料.pdf", "flyer.pdf"]


def test_a_press_club_is_asked_to_carry_out_nothing_by_places() -> None:
    assert rendered().task == Task()


def test_an_offices_own_template_beside_the_campaign_file_is_used(tmp_path: Path) -> None:
    (tmp_path / "ours.typ").write_text(
        '#import "@kohoctl/documents:1.0.0": *\n'
        '#compose(title: data.title, (line("当省の様式"), title(data.title), paragraph(data.body)))',
        encoding="utf-8",
    )
    around = Surroundings(tmp_path, {})
    own = DocumentSettings.model_validate({**OFFICE, "template": "ours.typ"}, context=around)
    rendition = rendered(settings=own)
    assert document(rendition, "報道発表資料.pdf").startswith("当省の様式個人情報の流出について情報が流出しました。")
    assert rendition.digest != rendered().digest


def test_a_long_release_goes_on_to_numbered_pages() -> None:
    text = pdf_text(rendered(body="長い本文です。\n" * 120).files[0].read())
    assert text.count("長い本文です。") == 120
    assert "2 / 4" in text
