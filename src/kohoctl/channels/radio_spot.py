"""``radio-spot``: a spot's script and air dates, mailed to a station or an agency as a brief in PDF and DOCX."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, ClassVar

from pydantic import Field

from kohoctl import (
    Artifacts,
    Channel,
    Contact,
    Document,
    Limit,
    MailChannel,
    MailSettings,
    Measure,
    Message,
    Problem,
    Recipient,
    Rendition,
    ScriptView,
    Task,
    Version,
    View,
    hookimpl,
    mail_rendition,
    text_problems,
)
from kohoctl.channels import _speech
from kohoctl.channels._reading import count_morae, estimate_morae, not_kana

STANDARD_SECONDS = 20
"""What a radio spot lasts where nothing else was agreed: stations sell by the 20 seconds."""

LEAST_SILENCE = 0.1
MOST_SILENCE = 0.5
"""Seconds without sound that a spot has at either end, inside its length: the stations' rule since November 2024."""

MORAE_PER_SECOND = 7.0
"""How fast a spot is read, pauses included. NHK reads about 300 characters a minute, commercial stations about 350; in
announcements a character comes to 1.3 morae, so that these are 6.5 and 7.6 morae a second."""


class RadioSpotSettings(MailSettings):
    """What a channel of spots may set."""

    advertiser: str = Field(description="広告主名: in whose name the spot is aired.")
    seconds: int = Field(STANDARD_SECONDS, ge=5, le=300, description="How long the spot is, silence included.")
    silence: float = Field(
        LEAST_SILENCE, ge=LEAST_SILENCE, le=MOST_SILENCE, description="Seconds of silence at either end of the spot."
    )
    morae_per_second: float = Field(
        MORAE_PER_SECOND, ge=4, le=12, description="How fast it is read, pauses included: 7 is an ordinary announcer."
    )
    programme: str | None = Field(None, description="番組名: the programme that the spot is aired in.")
    contact: Contact | None = Field(None, description="Whom the station asks.")


class RadioSpotVersion(Version):
    """What a message may say for a spot."""

    script: str | None = Field(None, description="What is read; the message's body if left out.")
    reading: str | None = Field(
        None, description="How the script is read, in kana: its morae are then counted, not estimated."
    )
    material: str | None = Field(None, description="素材名: the spot's name; the message's title if left out.")
    material_code: str | None = Field(None, description="素材判別情報: what tells this recording from others.")
    air_dates: tuple[date, ...] = Field((), description="The days on which it is aired: 2015-06-13.")
    air_note: str | None = Field(None, description="What there is to say of the times: 各日2回、正午前後を希望.")


@dataclass(frozen=True)
class ReadingTime:
    """How long a script takes: its morae, counted in a reading or else estimated, at so many a second."""

    morae: int
    morae_per_second: float
    estimated: bool

    @property
    def seconds(self) -> float:
        return self.morae / self.morae_per_second


class RadioSpot(MailChannel):
    """Stations or agencies are the recipients: ``name``, ``email``, and ``stations`` (with ``|``) for an agency."""

    kind = "radio-spot"
    settings: RadioSpotSettings
    settings_model = RadioSpotSettings
    version_model = RadioSpotVersion
    limits: ClassVar = {"title": Limit(100, "characters", "what the brief's 素材名 shows in three lines")}

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        version = message.version(RadioSpotVersion)
        script = (version.script or message.body).strip()
        time = reading_time(script, version.reading, self.settings.morae_per_second)
        station = recipient or Recipient("", {})
        brief = {"sender": self.owner} | _brief(message, station, self.settings, version, script, time)
        files = (
            Document("ラジオCM原稿.pdf", "radio-brief", brief),
            Document("ラジオCM原稿.docx", "radio-brief", brief),
        )
        problems = (
            *_recipient_problems(recipient),
            *text_problems(brief["material"], "material" if version.material else "title", self.limits["title"]),
            *_script_problems(script, version, time, self.settings),
            *files[0].problems(),
        )
        subject = f"ラジオCMの放送について（{brief['material']}）"
        text = _mail_text(brief, self.settings.contact)
        task = Task(places=tuple(brief["stations"]), days=tuple(sorted(version.air_dates)))
        mail = mail_rendition(self.settings, station["email"], subject, text, files, problems, task)
        spoken = {"script": script, "reading": version.reading, "rate": time.morae_per_second}
        return replace(mail, content={**mail.content, **spoken, "morae": time.morae, "estimated": time.estimated})

    def artifacts(self, rendition: Rendition, key: str, at: datetime) -> Mapping[str, bytes]:
        """The mail and its documents; with the extra ``radio``, the reading and the sound of the script as well."""
        pages, content = super().artifacts(rendition, key, at), rendition.content
        if not _speech.is_installed() or not content["script"]:
            return pages
        makers: dict[str, Callable[[], bytes]] = {name: partial(pages.__getitem__, name) for name in pages}
        spoken = content["reading"] or content["script"]
        return Artifacts(
            makers
            | {
                "reading.txt": lambda: _heard(content, self.settings).encode(),
                "script.wav": lambda: _speech.wav_of(spoken, content["rate"]),
            }
        )

    def views(self, rendition: Rendition, artifacts: Mapping[str, bytes]) -> Iterable[View]:
        content = rendition.content
        time = ReadingTime(content["morae"], content["rate"], content["estimated"])
        measure = Measure(time.seconds, speech_limit(self.settings), "seconds")
        yield ScriptView(content["script"], measure, content["reading"] or "", artifacts.get("script.wav"))
        yield from super().views(rendition, artifacts)


def reading_time(script: str, reading: str | None, morae_per_second: float) -> ReadingTime:
    """How long ``script`` takes to read: exact where its ``reading`` in kana is given, else about so long."""
    if reading:
        return ReadingTime(count_morae(reading), morae_per_second, estimated=False)
    return ReadingTime(estimate_morae(script), morae_per_second, estimated=True)


def speech_limit(settings: RadioSpotSettings) -> float:
    """The seconds that there are to speak in: the spot without the silence at its ends."""
    return settings.seconds - 2 * settings.silence


def _brief(
    message: Message,
    station: Recipient,
    settings: RadioSpotSettings,
    version: RadioSpotVersion,
    script: str,
    time: ReadingTime,
) -> dict[str, Any]:
    """The data of the document but its sender, under the names that the message's fields have."""
    return {
        "date": message.due.date().isoformat() if message.due else None,
        "addressee": station["name"],
        "advertiser": settings.advertiser,
        "material": version.material or message.title,
        "material_code": version.material_code,
        "seconds": settings.seconds,
        "speech_seconds": f"{speech_limit(settings):.1f}",
        "reading_seconds": f"{time.seconds:.1f}",
        "morae": time.morae,
        "estimated": time.estimated,
        "programme": settings.programme,
        "stations": [name.strip() for name in (station["stations"] or station["name"]).split("|") if name.strip()],
        "air_dates": [day.isoformat() for day in sorted(version.air_dates)],
        "air_note": version.air_note,
        "script": script,
        "reading": version.reading,
        "contact": settings.contact.model_dump() if settings.contact else None,
    }


def _recipient_problems(recipient: Recipient | None) -> list[Problem]:
    if recipient is None:
        text = "a spot is mailed to stations, and this channel has none"
        return [Problem(text, field="recipients", hint="recipients: a list with the columns id, name, email")]
    return [] if recipient["name"].strip() else [Problem("the recipient has no name", field="recipients")]


def _script_problems(
    script: str, version: RadioSpotVersion, time: ReadingTime, settings: RadioSpotSettings
) -> list[Problem]:
    field = "body" if version.script is None else "script"
    if not script:
        return [Problem("there is no script to read", field=field)]
    if version.reading and (wrong := not_kana(version.reading)):
        text = "the reading is in kana, and {characters} cannot be counted"
        return [
            Problem(
                text, {"characters": wrong}, field="reading", hint="write numbers as they are spoken: ゼロイチニーゼロ"
            )
        ]
    over = time.seconds - speech_limit(settings)
    return [_too_long(time, over, speech_limit(settings), field)] if round(over, 1) > 0 else []


def _too_long(time: ReadingTime, over: float, limit: float, field: str) -> Problem:
    text = (
        "the script takes {seconds:.1f} s to read ({morae} morae), {over:.1f} s more than the {limit:.1f} s there are"
    )
    values = {"seconds": time.seconds, "morae": time.morae, "over": over, "limit": limit}
    hint = (
        "shorten it, or give its reading in kana, which is counted where this is an estimate"
        if time.estimated
        else None
    )
    return Problem(text, values, field=field, hint=hint, rule="too-long")


def _mail_text(brief: Mapping[str, Any], contact: Contact | None) -> str:
    days = "、".join(f"{day.month}月{day.day}日" for day in map(date.fromisoformat, brief["air_dates"]))
    return f"""\
{brief["addressee"]}　御担当者様

いつもお世話になっております。{brief["sender"]}です。
下記のラジオCMの放送をお願いいたします。詳細は、添付の原稿を御覧ください。

広告主名：{brief["advertiser"]}
素材名：{brief["material"]}
秒数：{brief["seconds"]}秒
放送日：{days or "添付の原稿のとおり"}

御不明な点がございましたら、御連絡くださいますようお願いいたします。
""" + (f"\n{contact.signature()}\n" if contact else "")


def _heard(content: Mapping[str, Any], settings: RadioSpotSettings) -> str:
    """What the machine reads, for a person to compare."""
    script, reading, rate = content["script"], content["reading"], content["rate"]
    machine = _speech.reading_of(script)
    time = reading_time(script, machine, rate)
    lines = [
        "機械による読みです。人名、地名などを確かめ、正しければ reading: に写してください。",
        "",
        machine,
        "",
        f"{time.morae}拍、{time.seconds:.1f}秒（1秒に{rate:g}拍）。話せる時間は{speech_limit(settings):.1f}秒です。",
    ]
    if reading and count_morae(reading) != time.morae:
        lines += [
            "",
            f"原稿に付された読みは{count_morae(reading)}拍です。どちらが正しいか確かめてください。",
            "",
            reading,
        ]
    return "\n".join([*lines, ""])


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [RadioSpot]
