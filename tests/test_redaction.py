"""Keeping secrets and personal data out of everything that is written down."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kohoctl.model import Recipient
from kohoctl.redaction import REASON_LIMIT, REDACTED, Redactor, plain_text, scrub

PERSON = Recipient(
    "r1",
    {
        "id": "1234-567890",
        "name": "見本　一号",
        "postcode": "１００-８９１６",
        "telephone": "090-1234-5678",
        "sex": "男",
    },
)
SECRET = 'ひみつ "&/+ \\ token'


def test_a_value_is_replaced_wherever_it_stands() -> None:
    assert scrub("a@b.example wrote to a@b.example", ["a@b.example"]) == "[redacted] wrote to [redacted]"


def test_a_text_may_say_what_stood_there() -> None:
    assert scrub("to a@b.example", ["a@b.example"], "[address]") == "to [address]"


def test_the_longest_value_goes_first_so_that_no_part_of_it_stays() -> None:
    assert scrub("token-token", ["token", "token-token"]) == "[redacted]"


@pytest.mark.parametrize("value", ["", "a", "あ"])
def test_a_value_too_short_to_tell_from_ordinary_text_is_left(value: str) -> None:
    assert scrub("a あ", [value]) == "a あ"


@pytest.mark.parametrize(
    "spell",
    [
        str,
        repr,
        json.dumps,
        lambda secret: json.dumps(secret, ensure_ascii=False),
        html.escape,
        lambda secret: quote(secret, safe=""),
        quote_plus,
        lambda secret: base64.b64encode(secret.encode()).decode(),
    ],
    ids=["plain", "python", "json-ascii", "json", "html", "url", "form", "base64"],
)
def test_a_secret_is_found_however_it_is_spelt(spell: Callable[[str], str]) -> None:
    redactor = Redactor()
    redactor.add(SECRET)
    written = spell(SECRET)
    scrubbed = redactor.scrub(f"<{written}>")
    assert written.strip("\"'") not in scrubbed
    assert "[redacted]" in scrubbed


@pytest.mark.parametrize("user", ["a", "ab", "abc", "広報室"])
def test_a_password_is_found_inside_a_basic_header(user: str) -> None:
    redactor = Redactor()
    redactor.add("correct horse battery staple")
    header = base64.b64encode(f"{user}:correct horse battery staple".encode()).decode()
    scrubbed = redactor.scrub(f"Authorization: Basic {header}")
    assert "[redacted]" in scrubbed
    assert len(scrubbed.partition("Basic ")[2].replace("[redacted]", "")) <= len(user.encode()) * 4 // 3 + 6


@given(
    secret=st.text(st.characters(exclude_characters="[redacted]"), min_size=2, max_size=40),
    before=st.text(max_size=20),
    after=st.text(max_size=20),
)
def test_no_secret_of_two_letters_or_more_ever_passes(secret: str, before: str, after: str) -> None:
    redactor = Redactor()
    redactor.add(secret)
    assert secret not in redactor.scrub(before + secret + after + secret)


def test_a_secret_that_is_no_proper_text_is_found_too() -> None:
    redactor = Redactor()
    redactor.add("hush\udcff")
    assert redactor.scrub("hush\udcff") == "[redacted]"


def test_private_values_are_scrubbed_from_one_text_and_not_remembered() -> None:
    redactor = Redactor()
    assert redactor.scrub("to taro@npa.example", ["taro@npa.example"]) == "to [redacted]"
    assert redactor.scrub("to taro@npa.example") == "to taro@npa.example"


def test_secrets_may_be_added_by_several_threads_at_once() -> None:
    redactor = Redactor()
    secrets = [f"secret-number-{number}." for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(redactor.add, secrets))
    assert not any(secret in redactor.scrub(" ".join(secrets)) for secret in secrets)


def test_plain_text_is_one_bounded_line_that_a_terminal_does_not_obey() -> None:
    assert plain_text("一行目\r\n\t二行目\x1b[2J\x00 end") == "一行目 二行目 [2J end"
    assert plain_text("x" * (REASON_LIMIT + 1)) == "x" * REASON_LIMIT + "…"
    assert plain_text("x" * REASON_LIMIT) == "x" * REASON_LIMIT


@pytest.mark.parametrize(
    "said",
    ["見本一号", "見本 一号", "一号", "1234567890", "100-8916", "1008916", "09012345678", "tel:+819012345678"],
)
def test_a_person_s_words_are_found_however_a_service_writes_them(said: str) -> None:
    scrubbed = Redactor().scrub(f"to {said}.", PERSON.private_values)
    assert "[redacted]" in scrubbed
    assert not any(part in scrubbed for part in ("見本", "一号", "567890", "8916", "12345678"))


def test_an_id_that_is_shown_anyway_is_left_standing() -> None:
    assert Redactor().scrub("npa", Recipient("npa", {"id": "npa"}).private_values) == "npa"


PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    "said",
    [
        f"cannot load {PEM}",
        f"cannot load {' '.join(PEM.split())}",
        f"cannot load {PEM!r}",
        "a line of it: MIIEvQIBADANBgkqhkiG9w0B",
        json.dumps({"key": PEM}),
    ],
)
def test_a_key_of_several_lines_is_found_however_it_is_broken(said: str) -> None:
    redactor = Redactor()
    redactor.add(PEM)
    assert "MIIEvQIBADANBgkqhkiG9w0B" not in redactor.scrub(said)


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (" hush-hush ", "the token hush-hush is wrong"),
        ("ab/cd/ef", r'{"token": "ab\/cd\/ef"}'),
        ("https://Hooks.Example/T0/hush", "no answer from https://hooks.example/T0/hush"),
    ],
)
def test_a_secret_is_found_as_others_write_it(secret: str, said: str) -> None:
    redactor = Redactor()
    redactor.add(secret)
    assert REDACTED in redactor.scrub(said)


def test_a_long_secret_is_found_though_it_is_broken_in_two() -> None:
    redactor = Redactor()
    secret = "5f3a9c01d2-a-token-of-the-line-account"
    redactor.add(secret)
    first, second = secret[: len(secret) // 2], secret[len(secret) // 2 :]
    for between in ("\n", " ", '", "'):
        assert (
            redactor.scrub(f"no {first}{between}{second}, {first}") == f"no {REDACTED}{between}{REDACTED}, {REDACTED}"
        )
    assert redactor.scrub_all(["no", secret[5:25]]) == ["no", REDACTED]
    assert redactor.scrub("the token of the line account") == "the token of the line account"


@pytest.mark.parametrize("written", ["%e3%81%b2%2f", "%E3%81%B2%2F", "\\u3072\\u00e9", "\\u3072\\u00E9"])
def test_a_secret_is_found_however_its_escapes_are_written(written: str) -> None:
    redactor = Redactor()
    redactor.add("ひ/")
    redactor.add("ひé")
    assert redactor.scrub(f"<{written}>") == f"<{REDACTED}>"


def test_a_number_that_is_a_secret_is_found_too() -> None:
    redactor = Redactor()
    redactor.add("90125678")
    assert redactor.scrub_all({"pin": 90125678, "count": 3, "right": True}) == {
        "pin": REDACTED,
        "count": 3,
        "right": True,
    }


@pytest.mark.parametrize("spell", [str, quote_plus, html.escape])
def test_of_a_secret_that_was_cut_no_more_than_a_letter_is_left(spell: Callable[[str], str]) -> None:
    redactor = Redactor()
    redactor.add(SECRET)
    written = spell(SECRET.strip())
    for kept in range(2, len(written)):
        cut = plain_text(f"no such token: {written}", len("no such token: ") + kept)
        assert redactor.scrub(f"HTTP 400: {cut} (again)") == f"HTTP 400: no such token: {REDACTED}… (again)"


def test_the_end_of_a_cut_text_that_is_no_secret_is_left() -> None:
    redactor = Redactor()
    redactor.add("hush-hush")
    assert (
        redactor.scrub("ask for a hu… or the hush-… of h… and …")
        == f"ask for a {REDACTED}… or the {REDACTED}… of h… and …"
    )
    assert redactor.scrub("お待ちください…") == "お待ちください…"


def test_a_secret_that_begins_again_within_itself_is_found_where_it_was_cut() -> None:
    redactor = Redactor()
    redactor.add("ababac")
    assert redactor.scrub("xababa…") == f"x{REDACTED}…"
