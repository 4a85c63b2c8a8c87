"""Rules about links, and above all what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kohoctl.rules.example import SITE
from rules.looking import finds

CONTACT = "contact: {department: 広報室, telephone: 03-0000-0001, email: koho@press.nenkin.example}"


@pytest.mark.parametrize(
    "address",
    [
        "https://www.mhlw.example/nenkin/",
        "https://mhlw.example",
        "https://joho.mhlw.example:8443/a?b=c",
        "nenkin@mhlw.example",
    ],
)
def test_what_lies_on_or_below_a_channels_host_is_ours(tmp_path: Path, address: str) -> None:
    assert finds(tmp_path, "foreign-link", f"{address} を御覧ください。") == []


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.mhlw.example.fraud.example/", "mhlw.example.fraud.example"),
        ("https://www-mhlw.example/", "www-mhlw.example"),
        ("http://nhlw.example/", "nhlw.example"),
        ("https://mhlw.example@fraud.example/", "fraud.example"),
        ("nenkin@mhlw-go.example", "mhlw-go.example"),
    ],
)
def test_what_only_looks_like_ours_is_foreign(tmp_path: Path, address: str, host: str) -> None:
    (said,) = finds(tmp_path, "foreign-link", f"{address} を御覧ください。")
    assert said == f"{address} leads to {host}, which is none of ours"


def test_a_foreign_address_that_is_a_fact_was_looked_at(tmp_path: Path) -> None:
    facts = '{page: "https://www.kokusen.example/"}'
    assert finds(tmp_path, "foreign-link", "https://www.kokusen.example/ と {{ page }}", facts=facts) == []


def test_a_senders_domain_is_ours(tmp_path: Path) -> None:
    channels = f"site: {SITE}\nmail-site: {SITE.replace('www.mhlw', 'www.nenkin')}"
    assert finds(tmp_path, "foreign-link", "koho@nenkin.example へ", channels=channels) == []


@pytest.mark.parametrize(
    "body",
    [
        "基礎年金番号を入力してください。\nhttps://www.mhlw.example/nenkin",
        "次のリンクから、口座番号を入力してください。",
        "暗証番号を、このメールに返信してお知らせください。",
        "氏名、生年月日及び住所を記入の上、nenkin@nenkin.example へお送りください。",
        "マイナンバーを、こちらから御登録くださいますようお願いします。",
        "基礎年金番号と生年月日を御確認の上、{{ page }} へ御連絡ください。",
        "手続がお済みでない方は、専用サイトで口座番号の入力をお願いいたします。",
    ],
)
def test_asking_for_numbers_by_link_mail_or_reply_is_found(tmp_path: Path, body: str) -> None:
    facts = '{page: "https://www.mhlw.example/form"}'
    (said,) = finds(tmp_path, "asks-for-data", body, facts=facts)
    assert said.startswith("readers are asked to send ")


@pytest.mark.parametrize(
    "body",
    [
        "日本年金機構から、この件でお客様に電話やメールで連絡することは、一切ありません。",
        "日本年金機構を名乗って口座番号を聞き出そうとする者や、「流出した個人情報を削除してあげる」と持ちかけてくる者が現れています。",
        "メールで基礎年金番号をお尋ねすることはありません。",
        "口座番号や暗証番号を、電話やメールでお聞きすることは一切ありません。御注意ください。",
        "メールのリンク先で、暗証番号を入力しないでください。",
        "メールで口座番号の返信を求められても、答えないようお願いします。",
        "流出が確認された方への新しい基礎年金番号は、郵送でお知らせします。",
        "端末の照会画面で基礎年金番号を入力する。",
        "基礎年金番号をお手元に御用意の上、専用電話窓口へお電話ください。",
        "マイナンバーカードの申請は、こちらのサイトから必要事項を入力してください。",
        "社名、氏名及び電話番号を記載の上、koho@mhlw.example へメールでお申し込みください。",
        "住所と氏名を記入の上、郵送してください。",
        "口座番号の記入をお願いします。窓口で申請書をお渡しします。",
        "こちらから御連絡することはありません。暗証番号は、誰にも教えないでください。",
        "偽のメールに口座番号を入力してしまった方は、警察へ御連絡ください。",
    ],
)
def test_a_warning_and_a_form_on_paper_are_not(tmp_path: Path, body: str) -> None:
    assert finds(tmp_path, "asks-for-data", body) == []
