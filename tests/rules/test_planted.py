"""One file with a mistake for every rule: each is found at its line, and nothing in the same file mended."""

from __future__ import annotations

import re
from pathlib import Path

from kohoctl.language import JAPANESE, hint_of, said
from kohoctl.rules import RULES
from rules.looking import found_in

LONG = "日本年金機構から、この件でお客様に電話やメールで連絡することは、一切ありません。" * 4
PLANTED = f"""\
version: 1
mail: {{host: smtp.mhlw.example}}
facts:
  hotline: 0120-818211
  page: "https://www.mhlw.example/nenkin"
?unused-fact  fax: 03-0000-0009
?impossible-day  deadline: 6月31日
!  deadline: 6月30日
?weekday-differs  payday: 6月15日（火）
!  payday: 6月15日（月）
  meeting: 6月3日
channels:
  site:
    kind: website
    owner: 厚生労働省
    folder: {{path: public, url: "https://www.mhlw.example", title: 厚生労働省}}
  mhlw-x: {{kind: x, owner: 厚生労働省, account: mhlw_example, credentials: {{env: MHLW_X}}}}
  operators:
    kind: call-centre
    owner: 日本年金機構
    to: hotline@nenkin.example
    addressee: オペレーター各位
    sender: 日本年金機構 <koho@nenkin.example>
    office: 日本年金機構
?fact-differs    contact: {{department: 広報室, telephone: 0120-818221, email: koho@nenkin.example}}
!    contact: {{department: 広報室, telephone: 0120-818211, email: koho@nenkin.example}}
campaigns:
  nenkin:
    title: 年金情報の流出に関する広報
    owner: 厚生労働省
    messages:
      guide:
        title: 応対の手引き
?closed-day        when: 2015-06-06T10:00
!        when: 2015-06-05T10:00
        channels:
          operators:
            hotline: "{{{{ hotline }}}}"
            hours: 平日
            opening: お電話ありがとうございます。
            never_ask: [口座番号]
            escalation: [責任者に引き継ぐ。]
            questions: [{{question: 年金は減りますか。, answer: 減りません。}}]
        body: この手引きに沿ってお答えください。
      post:
        title: お知らせ
        when: 2015-06-04T12:00
        channels: [mhlw-x]
?too-long        body: {LONG}
!        body: お電話ください。
      notice:
        title: お知らせ
        when: 2015-06-04T10:00
        channels: {{site: {{slug: notice}}}}
?missing-alt        images: [{{file: chirashi.png}}]
!        images: [{{file: chirashi.png, alt: 「犯罪にご注意ください」と書いたチラシ}}]
        body: |
          {{{{ hotline }}}} と {{{{ page }}}} です。締切りは {{{{ deadline }}}}、支給日は {{{{ payday }}}} です。
?typed-fact          お電話は 0120-818211 へ。
!          お電話は {{{{ hotline }}}} へ。
?telephone-not-a-fact          ほかに 03-5253-1111 へ。
!          ほかに代表番号へ。
?address-not-a-fact          https://www.mhlw.example/other を御覧ください。
!          {{{{ page }}}} を御覧ください。
?foreign-link          https://fraud.example/ を御覧ください。
!          {{{{ page }}}} を御覧ください。
?time-not-a-fact          8時から受け付けます。
!          朝から受け付けます。
?amount-not-a-fact          約125万件が流出しました。
!          多くの情報が流出しました。
?day-not-a-fact          公表は、7月1日の予定です。
!          公表は、来月の予定です。
?asks-for-data          口座番号を、返信によりお知らせください。
!          口座番号は、お電話でお確かめください。
?era-differs          平成27年（2016年）の年金です。
!          平成27年（2015年）の年金です。
?after-event          説明会は、{{{{ meeting }}}}に開催します。
!          説明会は、{{{{ meeting }}}}に開催しました。
?platform-character          受付は、①電話です。
!          受付は、(1)電話です。
?long-sentence          日本年金機構を名乗って番号を聞き出そうとする者や、情報を削除してあげると持ちかけてくる者が、また各地で現れていることが分かりました。
!          日本年金機構を名乗って番号を聞き出そうとする者が現れています。
?double-negative          電話がつながらないわけではありません。
!          電話は、つながります。
?katakana-word          コンプライアンスを徹底します。
!          コンプライアンス（法令遵守）を徹底します。
?missing-furigana          申請書に捺印します。
!          申請書に捺印（なついん）します。
      council:
        title: お知らせ
        when: 2015-06-04T11:00
        channels: {{site: {{slug: council}}}}
        body: |
?many-kanji          {"関係省庁広報対応連絡会議開催、" * 8}
!          関係する省庁が集まる会議を開きます。
      clash:
        title: お知らせ
?clash        when: 2015-06-04T11:00+09:00
!        when: 2015-06-04T15:00
        channels: {{site: {{slug: clash}}}}
        body: お電話ください。
"""  # noqa: E501 -- each mistake stands on one line
WRONG = re.compile(r"\?([a-z-]+)( .*)")


def planted() -> tuple[str, dict[int, str]]:
    """The file with its mistakes, and the rule that each of these lines breaks."""
    lines, rules = [], {}
    for line in PLANTED.splitlines():
        if match := WRONG.fullmatch(line):
            lines.append(match[2])
            rules[len(lines)] = match[1]
        elif not line.startswith("!"):
            lines.append(line)
    return "\n".join(lines), rules


def mended() -> str:
    return "\n".join(line.removeprefix("!") for line in PLANTED.splitlines() if not line.startswith("?"))


def test_every_rule_has_one_mistake_planted() -> None:
    assert sorted(planted()[1].values()) == sorted(RULES)


def test_every_mistake_is_found_at_its_line_and_nothing_else(tmp_path: Path) -> None:
    text, rules = planted()
    found = {(problem.place.line, problem.rule) for problem in found_in(tmp_path, text) if problem.place}
    assert found == set(rules.items())


def test_what_is_said_of_every_mistake_has_its_japanese(tmp_path: Path) -> None:
    for problem in found_in(tmp_path, planted()[0]):
        for sentence in (said(problem, JAPANESE), hint_of(problem, JAPANESE) or ""):
            assert re.search("[\u3041-\u3096]", sentence), sentence
            assert not re.search(r"\b[A-Za-z]{2,} [a-z]{2,}\b", sentence), sentence


def test_the_mended_file_has_none(tmp_path: Path) -> None:
    assert found_in(tmp_path, mended()) == []
