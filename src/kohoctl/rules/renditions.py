"""Rules that the kinds of channel keep themselves, as they render a message: a service's limits, and pictures that all
can know. What breaks them keeps the message from going out."""

from __future__ import annotations

from kohoctl.rules.example import example
from kohoctl.rules.rule import Rule

_LONG = (
    "{{ hotline }} へお電話ください。日本年金機構から、この件でお客様に電話やメールで連絡することは、一切ありません。"
)
_X = "mhlw-x: {kind: x, owner: 厚生労働省, account: mhlw_example, credentials: {env: MHLW_X}}"
_PICTURE = "{file: chirashi.png}"

RULES = (
    Rule(
        "missing-alt",
        "error",
        ("a picture without a text for those who cannot see it", "代替テキストのない画像"),
        (
            "Who cannot see it hears nothing at all, or a file's name. The text says what the picture shows and says;"
            " websites and X ask for one.",
            "画像を見ることができない人には、何も伝わりません。画像に示したことと、そこに書いたことを alt に"
            "書いてください。website と x の媒体で必要です。",
        ),
        example(body="チラシを作成しました。{{ hotline }}", images=_PICTURE),
        example(
            body="チラシを作成しました。{{ hotline }}",
            images=_PICTURE.replace("}", ", alt: 「犯罪にご注意ください」と書いたチラシ}"),
        ),
        None,
    ),
    Rule(
        "too-long",
        "error",
        ("a text that is longer than its channel takes", "媒体の上限を超える長さ"),
        (
            "A post on X weighs 280 at the most, a text on LINE has 5,000 UTF-16 units, a spot's script so many"
            " seconds; other kinds name their own limits. A service refuses what is longer, or cuts it off and tells"
            " nobody.",
            "Xの投稿は重み280、LINEの本文はUTF-16で5,000単位、ラジオのスポットは秒数が上限であり、他の媒体にもそれぞれ"
            "上限があります。超えたものは拒まれ、又は知らせなく途中で切られます。",
        ),
        example(body=_LONG * 3, channels=_X, ways="[mhlw-x]"),
        example(body=_LONG, channels=_X, ways="[mhlw-x]"),
        None,
    ),
)
