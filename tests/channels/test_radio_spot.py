from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
import wave
from array import array
from typing import Any

import pytest
from pydantic import ValidationError

from channels.requests_by_mail import CONTACT, DUE, mail_in, message
from documents.letters import docx_text, pdf_text, unbroken
from kohoctl import Recipient, Rendition
from kohoctl.channels._reading import MORAE_PER_KANJI, count_morae, estimate_morae, not_kana, number_morae
from kohoctl.channels.radio_spot import RadioSpot, RadioSpotSettings, RadioSpotVersion

KEY = "nenkin-2015/spot/radio/minato/2015-06-13"
SCRIPT = "厚生労働省からのお知らせです。日本年金機構が、この件でお電話をすることは、一切ありません。0120-818211へ。"
STATION = {"name": "みなと放送", "email": "cm@minato.example"}

with_the_extra = pytest.mark.skipif(not importlib.util.find_spec("pyopenjtalk"), reason="needs kohoctl[radio]")


def channel(**settings: Any) -> RadioSpot:
    told = {"sender": "koho@mhlw.example", "advertiser": "厚生労働省", "contact": CONTACT}
    return RadioSpot("radio", "厚生労働省", RadioSpotSettings(**(told | settings)))


def rendered(body: str = SCRIPT, settings: dict[str, Any] | None = None, **fields: Any) -> Rendition:
    told = message(RadioSpotVersion(**fields), body, title="年金犯罪注意")
    return channel(**(settings or {})).render(told, Recipient("minato", STATION))


def texts(rendition: Rendition) -> list[str]:
    return [str(problem) for problem in rendition.problems]


# Reading time


@pytest.mark.parametrize(
    ("reading", "morae"),
    [
        ("きゃ", 1),
        ("っ", 1),
        ("ー", 1),
        ("ん", 1),
        ("ちょっと", 3),
        ("コンピューター", 6),
        ("ファックス", 4),
        ("シュークリーム", 6),
        ("ゼロイチニーゼロ", 8),
        ("ニッポン、ホーソー。", 8),
        ("ティッシュ", 3),
        ("", 0),
    ],
)
def test_a_mora_is_a_kana_and_small_kana_belong_to_the_one_before(reading: str, morae: int) -> None:
    assert count_morae(reading) == morae


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("0120-818211", "ゼロイチニーゼロノハチイチハチニーイチイチ"),
        ("０１２０－８１８２１１", "ゼロイチニーゼロノハチイチハチニーイチイチ"),
        ("0120ー818211", "ゼロイチニーゼロノハチイチハチニーイチイチ"),
        ("03−5253−1111", "ゼロサンノゴーニーゴーサンノイチイチイチイチ"),
        ("03（5253）1111", "ゼロサンノゴーニーゴーサンノイチイチイチイチ"),
        ("#9110", "シャープキューイチイチゼロ"),
        ("8:30〜21:00", "ハチジサンジュップンカラニジューイチジ"),
        ("10000", "イチマン"),
        ("2015", "ニセンジューゴ"),
        ("1,250,000", "ヒャクニジューゴマン"),
        ("300", "サンビャク"),
        ("8", "ハチ"),
        ("68.5%", "ロクジューハッテンゴーパーセント"),
        ("ATM", "エーティーエム"),
        ("www", "ダブリューダブリューダブリュー"),
        ("おはなしは、メールやファックスでも。", "オハナシワメールヤファックスデモ"),
        ("、。「」！", ""),
    ],
)
def test_an_estimate_counts_kana_numbers_and_letters_as_they_are_read(text: str, read: str) -> None:
    assert estimate_morae(text) == count_morae(read)


def test_an_estimate_takes_kanji_for_their_average() -> None:
    assert estimate_morae("日本年金機構") == round(6 * MORAE_PER_KANJI)


def test_a_number_with_a_nought_in_front_is_read_digit_by_digit() -> None:
    assert number_morae("007") == count_morae("ゼロゼロナナ")


def test_what_cannot_be_counted_in_a_reading_is_named() -> None:
    assert not_kana("ゼロ1二、きょうは。A1") == "1二A"


@with_the_extra
def test_the_estimate_is_near_to_what_an_announcer_reads() -> None:
    from kohoctl.channels._speech import reading_of

    exact = count_morae(reading_of(SCRIPT))
    assert abs(estimate_morae(SCRIPT) - exact) / exact < 0.06


# What is wrong with a spot


def test_a_script_that_fits_is_no_problem() -> None:
    assert rendered().problems == ()


def test_a_script_that_is_too_long_is_a_problem_that_says_by_how_much() -> None:
    [problem] = rendered("あ" * 154).problems
    assert str(problem) == (
        "the script takes 22.0 s to read (154 morae), 2.2 s more than the 19.8 s there are"  # 20 s less 0.1 s twice
    )
    assert problem.field == "body"
    assert "reading" in str(problem.hint)


def test_silence_and_rate_are_the_stations_to_set() -> None:
    assert texts(rendered("あ" * 133, {"silence": 0.5, "morae_per_second": 7})) == []
    [too_long] = texts(rendered("あ" * 137, {"silence": 0.5, "morae_per_second": 7}))
    assert "0.6 s more than the 19.0 s there are" in too_long
    assert texts(rendered("あ" * 137, {"seconds": 40})) == []


def test_a_given_reading_is_counted_in_place_of_the_estimate() -> None:
    [problem] = rendered("短い。", script="短い原稿。", reading="ア" * 210).problems
    assert "30.0 s to read (210 morae), 10.2 s more" in str(problem)
    assert (problem.field, problem.hint) == ("script", None)
    assert rendered("あ" * 300, reading="ミジカイ").problems == ()


def test_a_reading_that_is_not_kana_cannot_be_counted() -> None:
    assert texts(rendered(reading="ゼロ120の年金")) == ["the reading is in kana, and 120年金 cannot be counted"]


@pytest.mark.parametrize(
    ("station", "problem"),
    [
        ({"name": "", "email": "cm@minato.example"}, "the recipient has no name"),
        ({"name": "みなと放送", "email": "cm"}, "the recipient's mail address is not a mail address"),
    ],
)
def test_a_station_needs_a_name_and_a_mail_address(station: dict[str, str], problem: str) -> None:
    told = message(RadioSpotVersion(), SCRIPT)
    assert texts(channel().render(told, Recipient("x", station))) == [problem]


def test_a_channel_without_stations_is_a_problem() -> None:
    problems = texts(channel().render(message(RadioSpotVersion(), SCRIPT), None))
    assert "a spot is mailed to stations, and this channel has none" in problems


def test_an_empty_script_is_a_problem() -> None:
    assert texts(rendered(" \n")) == ["there is no script to read"]


def test_a_character_that_the_fonts_lack_is_a_problem_of_its_field() -> None:
    [problem] = rendered(script="𠮷野です。").problems
    assert (problem.field, str(problem)) == ("script", "the document's fonts lack 「𠮷」(U+20BB7)")


@pytest.mark.parametrize("wrong", [{"silence": 0.05}, {"silence": 0.6}, {"seconds": 0}, {"morae_per_second": 50}])
def test_settings_outside_what_stations_do_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        channel(**wrong)


# The brief


def test_the_brief_says_what_a_station_needs_in_pdf_and_docx_alike() -> None:
    rendition = rendered(
        settings={"programme": "なるほど情報局"},
        material="年金犯罪注意 20秒A",
        material_code="KOHO-1",
        air_dates=["2015-06-14", "2015-06-13"],
        air_note="各日2回、正午前後",
    )
    pdf, word = rendition.files
    morae = estimate_morae(SCRIPT)
    assert (pdf.name, word.name) == ("ラジオCM原稿.pdf", "ラジオCM原稿.docx")
    for text in (unbroken(pdf_text(pdf.read())), unbroken(docx_text(word.read()))):
        for part in (
            "平成27年6月5日みなと放送御中厚生労働省ラジオCM原稿",
            "広告主名厚生労働省素材名年金犯罪注意20秒A素材判別情報KOHO-1秒数20秒",
            f"読みの時間約{morae / 7:.1f}秒（{morae}拍、目安。無音の部分を除き19.8秒以内）",
            "番組名なるほど情報局放送局みなと放送放送日平成27年6月13日（土）、平成27年6月14日（日）放送の条件各日2回、正午前後",
            f"原稿{SCRIPT}",
            "【担当】年金局事業企画課広報係電話：03-0000-0000",
        ):
            assert part in text


def test_a_counted_reading_stands_in_the_brief_and_is_no_estimate() -> None:
    text = unbroken(pdf_text(rendered(reading="ゴチューイクダサイ").files[0].read()))
    assert "約1.1秒（8拍。無音の部分を除き" in text
    assert "読みゴチューイクダサイ" in text


def test_an_agencys_stations_are_listed() -> None:
    agency = Recipient("agency", STATION | {"name": "代理店", "stations": "みなと放送| やま放送 |"})
    rendition = channel().render(message(RadioSpotVersion(), SCRIPT), agency)
    text = unbroken(pdf_text(rendition.files[0].read()))
    assert "代理店御中" in text
    assert "放送局みなと放送、やま放送" in text


def test_the_mail_asks_politely_and_carries_both_documents() -> None:
    artifacts = channel().artifacts(rendered(air_dates=["2015-06-13", "2015-06-14"]), KEY, DUE)
    mail = mail_in(artifacts)
    text, *papers = mail.iter_parts()
    assert mail["Subject"] == "ラジオCMの放送について（年金犯罪注意）"
    assert mail["To"] == "cm@minato.example"
    assert "みなと放送　御担当者様" in text.get_content()
    assert "放送日：6月13日、6月14日" in text.get_content()
    assert [paper.get_filename() for paper in papers] == ["ラジオCM原稿.pdf", "ラジオCM原稿.docx"]


def test_the_digest_is_the_same_whether_the_extra_is_installed_or_not() -> None:
    script = "import sys; sys.modules['pyopenjtalk'] = None\nfrom channels import test_radio_spot as here\n"
    script += "print(here.rendered().digest)"
    without = subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONPATH": ":".join(sys.path)}, capture_output=True
    )
    assert without.stdout.decode().strip() == rendered().digest, without.stderr.decode()


# The extra


@with_the_extra
def test_a_rehearsal_adds_the_machines_reading_and_its_voice() -> None:
    artifacts = channel().artifacts(rendered(), KEY, DUE)
    assert set(artifacts) == {"ラジオCM原稿.pdf", "ラジオCM原稿.docx", "mail.eml", "reading.txt", "script.wav"}
    text = artifacts["reading.txt"].decode()
    assert "コーセーロードーショーカラノオシラセデス、" in text
    assert "ゼロイチニーゼロノハチイチハチニーイチイチエ" in text


@with_the_extra
def test_the_voice_takes_as_long_as_the_reading_and_is_not_too_loud() -> None:
    artifacts = channel().artifacts(rendered(), KEY, DUE)
    morae = count_morae(artifacts["reading.txt"].decode().split("\n")[2])
    with wave.open(io.BytesIO(artifacts["script.wav"])) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 48000)
        assert sound.getnframes() / sound.getframerate() == pytest.approx(morae / 7, rel=0.03)
        loudest = max(map(abs, array("h", sound.readframes(sound.getnframes()))))
    assert 0.88 * 32767 < loudest < 0.9 * 32767


@with_the_extra
def test_a_reading_that_the_machine_does_not_share_is_pointed_out() -> None:
    given = "コーセーロードーショーカラデス"
    text = channel().artifacts(rendered(reading=given), KEY, DUE)["reading.txt"].decode()
    assert f"原稿に付された読みは{count_morae(given)}拍です。" in text
    assert given in text


@with_the_extra
def test_times_and_an_address_are_read_and_not_passed_over() -> None:
    from kohoctl.channels._speech import reading_of

    assert reading_of("8:30〜21:00") == "ハチジサンジュップンカラニジューイチジ"
    assert "ドット" in reading_of("mhlw.example")


@with_the_extra
def test_the_extra_prints_nothing_of_its_own() -> None:
    script = "from kohoctl.channels._speech import reading_of; reading_of('年金')"
    run = subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": ":".join(sys.path)}, capture_output=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
