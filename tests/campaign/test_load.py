"""A whole campaign file, from its text to the values that a plan is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from campaign.small_file import KINDS, MESSAGE, TOP, Page, PageSettings
from kohoctl.campaign.file import After, CampaignFile, Repost
from kohoctl.campaign.load import load, plugins_of, read
from kohoctl.campaign.shape import FileShape
from kohoctl.extensions import Extensions
from kohoctl.model import Asset
from kohoctl.problem import Place

Load = Callable[[str], CampaignFile]

PNG = b"\x89PNG\r\n\x1a\n"


def test_channels_are_made_by_their_kinds_with_typed_settings(load_text: Load) -> None:
    text = TOP.replace(
        "kind: page, owner: 厚生労働省}", "kind: page, owner: 厚生労働省, seconds: 15, loud: true, rate: 60/hour}"
    )
    channel = load_text(text + MESSAGE).channels["page"]
    assert isinstance(channel, Page)
    assert (channel.name, channel.owner) == ("page", "厚生労働省")
    assert channel.settings == PageSettings(seconds=15, loud=True, rate="60/hour")


def test_what_was_typed_is_kept(load_text: Load) -> None:
    file = load_text(TOP.replace("hotline: 0120-818211", "hotline: 0120, hours: 8:30, answer: NO") + MESSAGE)
    assert file.facts == {"hotline": "0120", "hours": "8:30", "answer": "NO", "受付時間": "8:30〜21:00"}


def test_a_message_s_own_version_is_kept_as_typed_beside_its_files(load_text: Load, tmp_path: Path) -> None:
    (tmp_path / "flyer.png").write_bytes(PNG)
    (tmp_path / "own.pdf").write_bytes(b"%PDF-1.7")
    file = load_text(
        TOP + "      warning:\n        title: 注意\n        body: 電話\n        when: 2015-06-04T10:00\n"
        "        images: [{file: flyer.png, alt: チラシ}]\n"
        "        channels:\n          post:\n"
        "          page: {body: '{{ hotline }}へ', slug: '0120', attachments: [own.pdf]}\n"
    )
    post, page = file.campaigns["nenkin"].messages["warning"].ways
    assert (post.channel, post.own, post.attachments) == ("post", {}, ())
    assert (page.channel, page.own) == ("page", {"body": "{{ hotline }}へ", "slug": "0120"})
    (flyer,) = page.images
    assert page.images == post.images
    assert (flyer.name, flyer.alt, flyer.media_type, flyer.size) == ("flyer.png", "チラシ", "image/png", len(PNG))
    assert flyer.sha256 == hashlib.sha256(PNG).hexdigest()
    assert flyer.read() == PNG
    (attached,) = page.attachments
    assert isinstance(attached, Asset)
    assert attached.media_type == "application/pdf"


def test_fields_know_their_places(load_text: Load, tmp_path: Path) -> None:
    message = load_text(TOP + MESSAGE).campaigns["nenkin"].messages["warning"]
    name = str(tmp_path / "campaigns.yaml")
    assert message.places["body"] == Place(name, 17, 34)
    assert message.places[""] == Place(name, 17, 7)
    assert message.ways[0].places[""] == Place(name, 17, 73)
    assert message.ways[0].places.get("body") is None
    assert set(message.places) == {"", "title", "body", "when", "channels"}
    assert len(message.places) == 5


def test_the_nearest_grace_counts(load_text: Load) -> None:
    line = "      {}: {{title: x, body: y, when: 2015-06-04T10:00, channels: [page]{}}}\n"
    text = TOP + line.format("a", "") + line.format("b", ", grace: 30 minutes")
    text += "  other:\n    title: x\n    owner: y\n    grace: 1 day\n    messages:\n" + line.format("c", "")
    for top, expected in (("", timedelta(hours=1)), ("grace: 2 hours\n", timedelta(hours=2))):
        campaigns = load_text(top + text).campaigns
        graces = {id: message.grace for each in campaigns.values() for id, message in each.messages.items()}
        assert graces == {"a": expected, "b": timedelta(minutes=30), "c": timedelta(days=1)}


def test_a_repost_and_a_message_after_another_need_no_more(load_text: Load) -> None:
    text = "      source: {title: x, body: y, when: 2015-06-04T10:00, channels: [post]}\n"
    text += "      again: {repost: source, when: {after: source, delay: 30 minutes}, channels: [post2]}\n"
    message = load_text(TOP + text).campaigns["nenkin"].messages["again"]
    assert message.repost == Repost("source")
    assert (message.title, message.body) == ("", "")
    (occurrence,) = message.occurrences
    assert (occurrence.label, occurrence.due) == ("after-source", None)
    assert occurrence.after == After("source", timedelta(minutes=30))


def test_recipients_belong_to_the_channels_that_name_them(load_text: Load) -> None:
    text = "      a: {title: '{{ recipient.name }}様', body: y, when: 2015-06-04T10:00, channels: [letters]}\n"
    file = load_text(TOP + text)
    assert {name: [one.id for one in listed] for name, listed in file.recipients.items()} == {"letters": ["npa", "fsa"]}
    assert next(iter(file.recipients["letters"]))["name"] == "警察庁"


def test_a_version_is_checked_with_its_facts_filled_in(load_text: Load) -> None:
    text = TOP.replace("hotline: 0120-818211", "url: https://mhlw.example")
    line = "      a: {title: x, body: y, when: 2015-06-04T10:00, channels: {page: {link: '{{ url }}/nenkin'}}}\n"
    (way,) = load_text(text + line).campaigns["nenkin"].messages["a"].ways
    assert way.own == {"link": "{{ url }}/nenkin"}


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (TOP + MESSAGE).replace("\n", "\r\n").encode())
    assert load(read(path), Extensions(KINDS)).campaigns.keys() == {"nenkin"}


def test_the_plugins_are_known_before_anything_else_is_right(tmp_path: Path) -> None:
    path = tmp_path / "campaigns.yaml"
    for text, expected in (
        ("plugins: [plugins/, {path: radio.py, sha256: abc}]\n", (("plugins/", None), ("radio.py", "abc"))),
        ("plugins: [7, {sha256: abc}, plugins/]\ncolour: red\n", (("7", None), ("plugins/", None))),
        ("plugins: plugins/\n", ()),
        ("version: 1\n", ()),
    ):
        path.write_text(text)
        assert tuple((one.path, one.sha256) for one in plugins_of(read(path))) == expected


def test_a_link_is_followed_only_inside_the_folder(
    load_text: Load, problem_lines: Callable[[str], list[str]], tmp_path: Path
) -> None:
    (tmp_path / "real.png").write_bytes(PNG)
    (tmp_path / "inside.png").symlink_to(tmp_path / "real.png")
    (tmp_path / "outside.png").symlink_to("/etc/hostname")
    text = TOP + MESSAGE.replace("channels:", "attachments: [inside.png], channels:")
    (way,) = load_text(text).campaigns["nenkin"].messages["warning"].ways
    assert [asset.name for asset in way.attachments] == ["inside.png"]
    assert problem_lines(text.replace("inside", "outside")) == [
        "17:76 outside.png leads out of the campaign file's folder"
    ]


def test_a_typst_file_is_attached_as_a_template_that_imports_only_what_it_may(
    load_text: Load, problem_lines: Callable[[str], list[str]], tmp_path: Path
) -> None:
    text = TOP + MESSAGE.replace("channels:", "attachments: [チラシ.typ], channels:")
    (tmp_path / "チラシ.typ").write_text("= 注意", encoding="utf-8")
    (way,) = load_text(text).campaigns["nenkin"].messages["warning"].ways
    assert way.attachments == (tmp_path / "チラシ.typ",)
    (tmp_path / "遠い.typ").write_text('#import "@preview/cetz:0.4.0"', encoding="utf-8")
    assert problem_lines(text.replace("チラシ", "遠い")) == [
        "17:76 遠い.typ imports @preview/cetz:0.4.0: only packages that come with kohoctl can be used"
    ]


def test_a_long_chain_of_messages_is_followed_once(load_text: Load) -> None:
    line = "      m{}: {{title: x, body: y, when: {{after: m{}}}, channels: [page]}}\n"
    chain = "".join(line.format(number, number - 1) for number in range(1, 1200))  # Python calls a thousand deep
    first = MESSAGE.replace("warning", "m0")
    assert len(load_text(TOP + first + chain).campaigns["nenkin"].messages) == 1200


def test_the_shape_is_known_as_json_schema_with_every_key_described() -> None:
    schema = FileShape.model_json_schema()
    models = {name: model["properties"] for name, model in schema["$defs"].items()} | {"": schema["properties"]}
    assert {"MessageShape", "CalendarDays", "RecipientFile"} <= models.keys()
    assert [key for model in models.values() for key, field in model.items() if "description" not in field] == []
    assert models["MessageShape"]["repost"]["anyOf"][0] == {"type": "string"}
