"""Live runs from the command line: all five kinds in one campaign, against servers on this machine."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pytest
from pypdf import PdfReader

from commands import Answer, Running, until
from kohoctl.ledger import Ledger
from live_campaign import (
    BROADCAST,
    FACILITIES,
    FLYER,
    LINE_TOKEN,
    MAIL_PASSWORD,
    PICTURE,
    POST,
    SECOND_POST,
    STATIONS,
    GatedLine,
    Secretariat,
    address_of,
    secretariat,
)
from servers.faults import Fault, FaultyServer, closed_port, http
from servers.wordpress import running_wordpress

pytestmark = pytest.mark.slow

WITHOUT_ROOTS_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Secretariat]:
    with secretariat(tmp_path) as office:
        yield office


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Secretariat, Answer]]:
    """An office whose run is over, and what the command said. For looking only."""
    with secretariat(tmp_path_factory.mktemp("delivered")) as office:
        yield office, office.run_live()


# What arrives


def test_one_run_delivers_everything_once_and_the_next_one_nothing(office: Secretariat) -> None:
    answer = office.run_live()
    assert answer.code == 0
    assert {key: delivery["state"] for key, delivery in answer.deliveries.items()} == dict.fromkeys(
        office.all_keys, "delivered"
    )
    assert office.everything_arrived_once()
    again = office.run_live()
    assert (again.code, again.deliveries, again.err) == (0, {}, "")
    assert office.everything_arrived_once()


def test_the_page_the_posts_and_the_broadcast_arrive_as_they_were_written(
    delivered: tuple[Secretariat, Answer],
) -> None:
    office, _ = delivered
    page = (office.folder / "public" / "joho-ryushutsu" / "index.html").read_text(encoding="utf-8")
    assert "ご心配の方は、<strong>0120-818211</strong> へご相談ください。" in page
    assert "https://www.mhlw.example/joho-ryushutsu/" in (office.folder / "public" / "feed.xml").read_text()
    warning, payday = (post for post in office.x.posts if post.account == "mhlw")
    assert (warning.text, payday.text) == (POST, SECOND_POST)
    (image,) = (office.x.images[media_id] for media_id in warning.media_ids)
    assert (image.content, image.alt) == (PICTURE, "注意を呼びかけるチラシ")
    assert {post.account for post in office.x.posts if post.repost_of == warning.id} == {"kantei", "npa"}
    (broadcast,) = office.line.accepted
    assert broadcast.path == "/v2/bot/message/broadcast"
    assert broadcast.body["messages"] == [{"type": "text", "text": BROADCAST}]


def test_each_ministry_gets_the_letter_with_its_own_facilities_and_the_flyer(
    delivered: tuple[Secretariat, Answer],
) -> None:
    office, _ = delivered
    mails = office.mail.mails()
    for ministry, (name, facilities) in FACILITIES.items():
        papers = {part.get_filename(): part.get_content() for part in mails[address_of(ministry)].iter_attachments()}
        assert papers.keys() == {"依頼文書.pdf", "flyer.pdf"}
        assert papers["flyer.pdf"] == FLYER
        text = text_of(papers["依頼文書.pdf"])
        assert all(word in text for word in (name, "年広発0605第1号", *facilities))
        others = {place for other, (_, places) in FACILITIES.items() if other != ministry for place in places}
        assert not any(place in text for place in others)


def text_of(pdf: bytes) -> str:
    """What a PDF says, without spaces and line breaks."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_each_station_gets_the_script_as_pdf_and_as_docx(delivered: tuple[Secretariat, Answer]) -> None:
    office, _ = delivered
    mails = office.mail.mails()
    for station, name in STATIONS.items():
        papers = {part.get_filename(): part.get_content() for part in mails[address_of(station)].iter_attachments()}
        assert papers.keys() == {"ラジオCM原稿.pdf", "ラジオCM原稿.docx"}
        text = text_of(papers["ラジオCM原稿.pdf"])
        assert name in text
        assert "ご心配の方は、0120-818211へ。" in text


def test_what_goes_out_is_what_was_rehearsed(office: Secretariat) -> None:
    rehearsed = office.kohoctl("run", office.file, "--format", "json").deliveries
    live = office.run_live().deliveries
    assert {key: one["digest"] for key, one in rehearsed.items()} == {key: one["digest"] for key, one in live.items()}
    mails = office.mail.mails()
    for ministry in FACILITIES:
        folder = office.folder / "outbox" / office.key("request", "flyer-requests", ministry)
        (paper, _) = mails[address_of(ministry)].iter_attachments()
        assert paper.get_content() == (folder / "依頼文書.pdf").read_bytes()
        message_id = mails[address_of(ministry)]["Message-ID"]
        assert f"Message-ID: {message_id}" in (folder / "mail.eml").read_text()


def test_the_status_holds_a_receipt_of_each_delivery(delivered: tuple[Secretariat, Answer]) -> None:
    office, _ = delivered
    status = office.status()
    assert status.keys() == office.all_keys
    receipts = {key: delivery["receipt"] for key, delivery in status.items()}
    page, post = receipts[office.key("notice", "site")], receipts[office.key("warning", "mhlw-x")]
    assert (page["form"], page["url"]) == ("published", "https://www.mhlw.example/joho-ryushutsu/")
    published = next(one for one in office.x.posts if one.text == POST)
    assert (post["id"], post["url"]) == (published.id, f"https://x.com/mhlw/status/{published.id}")
    repost = receipts["nenkin/reposts/npa-x/after-warning"]
    assert (repost["id"], repost["answer"]) == (published.id, {"reposted_by": "npa"})
    (broadcast,) = office.line.accepted
    line = receipts[office.key("broadcast", "kantei-line")]
    assert (line["id"], line["answer"]) == (broadcast.id, {"retry_key": broadcast.retry_key})
    mails = office.mail.mails()
    for ministry in FACILITIES:
        request = receipts[office.key("request", "flyer-requests", ministry)]
        assert (request["form"], request["id"]) == ("requested", mails[address_of(ministry)]["Message-ID"])


def test_every_line_of_the_log_is_json_and_tells_of_one_attempt(delivered: tuple[Secretariat, Answer]) -> None:
    office, answer = delivered
    begins, *events = [json.loads(line) for line in answer.err.splitlines()]
    assert (begins["event"], begins["ledger"]) == ("a new ledger begins", str(office.ledger))
    assert {event["key"] for event in events} == office.all_keys
    deliveries = answer.deliveries
    for event in events:
        delivery = deliveries[event["key"]]
        assert (event["event"], event["attempt"], event["ending"]) == ("delivery", 1, "delivered")
        assert (event["channel"], event["kind"]) == (delivery["channel"], delivery["kind"])
        assert 0 <= event["duration"] < 30


@pytest.mark.wordpress
@pytest.mark.timeout(600)
def test_the_page_appears_on_a_wordpress_site(office: Secretariat, tmp_path_factory: pytest.TempPathFactory) -> None:
    with running_wordpress(tmp_path_factory.mktemp("site")) as site:
        folder = '{path: public, url: "https://www.mhlw.example", title: 厚生労働省}'
        office.edit(
            f"folder: {folder}", f'wordpress: {{url: "{site.url}", user: editor, password: {{env: SITE_PASSWORD}}}}'
        )
        password = office.environment["SITE_PASSWORD"] = site.passwords["editor"]
        answer = office.run_live()
        assert (answer.code, office.run_live().deliveries) == (0, {})
        (post,) = site.posts("joho-ryushutsu")
        assert "<strong>0120-818211</strong>" in post["content"]["rendered"]
        receipt = office.status()[office.key("notice", "site")]["receipt"]
        assert (receipt["form"], receipt["url"]) == ("published", f"{site.url}/joho-ryushutsu/")
        assert password not in everything_written(office)


# What is kept secret


def everything_written(office: Secretariat) -> str:
    """All that was printed, and every byte of the ledger and its side files."""
    written = [*office.printed.iterdir(), *office.folder.glob("campaigns.ledger.sqlite*")]
    return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in written if path.is_file())


def told(office: Secretariat) -> str:
    """All that is written once every command has been asked what it knows."""
    office.kohoctl("status", office.file, "--verify")
    office.kohoctl("status", office.file, "--format", "json")
    office.kohoctl("plan", office.file, "--format", "json")
    office.kohoctl("reconcile", office.file)
    return everything_written(office)


def leaks(office: Secretariat, written: str) -> list[str]:
    """The names of the secrets and addresses that stand in ``written``."""
    addresses = {f"the address of {id}": address_of(id) for id in (*FACILITIES, *STATIONS)}
    return [name for name, value in (office.secrets | addresses).items() if value in written]


def test_neither_secrets_nor_addresses_are_written_down(delivered: tuple[Secretariat, Answer]) -> None:
    office, _ = delivered
    assert leaks(office, told(office)) == []


def echoes(server: FaultyServer, connection: socket.socket) -> None:
    """Refuse a request and repeat all of it, headers and body, as a careless service would."""
    server.read_request(connection)
    request = server.requests[-1].decode("utf-8", "replace")
    body = json.dumps({"message": request, "detail": request}).encode()
    connection.sendall(http("400 Bad Request", "Content-Type: application/json", body=body))


@contextmanager
def instead_of_x_and_line(office: Secretariat, fault: Fault) -> Iterator[FaultyServer]:
    with FaultyServer(fault) as server:
        office.edit(office.x.url, server.url)
        office.edit(office.line.url, server.url)
        yield server


def test_neither_stands_in_a_refusal_that_repeats_the_request(office: Secretariat) -> None:
    office.mail.refuses = {
        address_of(id): f"550 5.1.1 <{address_of(id)}>: no such user, {MAIL_PASSWORD}"
        for id in (*FACILITIES, *STATIONS)
    }
    with instead_of_x_and_line(office, echoes) as server:
        answer = office.run_live()
    assert answer.code == 1
    refused = {key for key, delivery in answer.deliveries.items() if delivery["state"] == "refused"}
    assert refused == office.all_keys - {key for key in office.all_keys if "/site/" in key or "/reposts/" in key}
    assert LINE_TOKEN in str(server.requests)
    written = told(office)
    assert "[redacted]" in written
    assert leaks(office, written) == []


@pytest.mark.parametrize("before", [280, 294])
def test_a_secret_at_the_end_of_what_a_reason_quotes_leaves_no_piece(office: Secretariat, before: int) -> None:
    keys = json.loads((office.folder / "secrets" / "mhlw-x.json").read_text())
    words = "x" * before
    said = [{"message": words + LINE_TOKEN}, {"detail": words[14:] + keys["access_token"]}]
    replies = [http("400 Bad Request", "Content-Type: application/json", body=json.dumps(one).encode()) for one in said]

    def fault(server: FaultyServer, connection: socket.socket) -> None:
        server.read_request(connection)
        connection.sendall(replies[0 if b"/v2/bot/" in server.requests[-1] else 1])

    with instead_of_x_and_line(office, fault):
        assert office.run_live().code == 1
    written = everything_written(office)
    assert words[14:] in written
    assert LINE_TOKEN[:8] not in written
    assert keys["access_token"][:8] not in written


# A run that is told to stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_told_to_stop_finishes_what_is_in_flight(office: Secretariat, number: signal.Signals) -> None:
    stopped = stop(office, held(office), number)
    assert stopped.code == 130
    in_flight = (office.key("warning", "mhlw-x"), office.key("broadcast", "kantei-line"))
    assert [stopped.deliveries[key]["state"] for key in in_flight] == ["delivered", "delivered"]
    assert "sending" not in office.states().values()
    assert [post.text for post in office.x.posts] == [POST]
    completed = office.run_live()
    assert completed.code == 0
    assert office.states() == dict.fromkeys(office.all_keys, "delivered")
    assert office.everything_arrived_once()


def held(office: Secretariat) -> Running:
    """A run whose first post and broadcast are out, the answers to both still on their way, the rest delivered."""
    office.x.gate.close()
    office.line.gate.close()
    running = office.start_live()
    until(lambda: office.x.gate.reached.is_set() and office.line.gate.reached.is_set())
    until(lambda: running.said('"delivered"', times=1 + len(FACILITIES) + len(STATIONS)))
    return running


def stop(office: Secretariat, running: Running, number: signal.Signals) -> Answer:
    running.process.send_signal(number)
    until(lambda: running.said("finishing what is in flight"))
    release(office)
    return running.end()


def release(office: Secretariat) -> None:
    office.x.gate.open()
    office.line.gate.open()


def test_a_second_ctrl_c_ends_it_at_once_and_the_next_run_makes_sure(office: Secretariat) -> None:
    running = held(office)
    running.process.send_signal(signal.SIGINT)
    until(lambda: running.said("finishing what is in flight"))
    running.process.send_signal(signal.SIGINT)
    assert running.end(5).code == -signal.SIGINT
    release(office)
    assert office.run_live().code == 0
    assert office.states() == dict.fromkeys(office.all_keys, "delivered")
    assert office.everything_arrived_once()


def test_a_run_that_was_killed_is_made_sure_of_by_the_next_one(office: Secretariat) -> None:
    running = held(office)
    running.process.kill()
    running.end()
    release(office)
    in_flight = (office.key("warning", "mhlw-x"), office.key("broadcast", "kantei-line"))
    assert [office.states()[key] for key in in_flight] == ["sending", "sending"]
    assert office.run_live().code == 0
    assert office.states() == dict.fromkeys(office.all_keys, "delivered")
    assert office.everything_arrived_once()


# Two runs


def test_a_second_run_steps_aside_from_what_the_first_is_at_work_on(office: Secretariat) -> None:
    first = held(office)
    second = office.run_live()
    assert second.code == 0
    aside = {event["channel"] for event in second.events if "another run" in event["event"]}
    assert {"mhlw-x", "kantei-line"} <= aside
    release(office)
    assert first.end().code == 0
    assert office.states() == dict.fromkeys(office.all_keys, "delivered")
    assert office.everything_arrived_once()


def test_two_runs_at_once_deliver_everything_once_between_them(office: Secretariat) -> None:
    Ledger.open(office.ledger, "live").close()
    runs = [office.start_live(), office.start_live()]
    ended = [run.end() for run in runs]
    assert [one.code for one in ended] == [0, 0]
    assert office.states() == dict.fromkeys(office.all_keys, "delivered")
    assert office.everything_arrived_once()


def test_runs_may_begin_a_ledger_at_the_same_moment(tmp_path: Path, eager_threads: None) -> None:
    together = Barrier(4)

    def begin(path: Path) -> list[object]:
        together.wait()
        with Ledger.open(path, "live") as ledger:
            return list(ledger.history())

    with ThreadPoolExecutor(4) as pool:
        for number in range(60):
            assert list(pool.map(begin, [tmp_path / f"{number}.sqlite"] * 4)) == [[], [], [], []]


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads that take turns so often that they meet at every step."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


# A service that fails


def test_a_service_that_comes_back_is_reached_by_the_same_run(office: Secretariat) -> None:
    port = closed_port()
    office.edit(office.line.url, f"http://127.0.0.1:{port}")
    running = office.start_live()
    key = office.key("broadcast", "kantei-line")
    until(lambda: running.said('"unreached"'))
    with GatedLine(port=port, token=LINE_TOKEN) as line:
        answer = running.end()
        assert (answer.code, answer.deliveries[key]["state"], len(line.accepted)) == (0, "delivered", 1)
    endings = [event["ending"] for event in answer.events if event.get("key") == key]
    assert set(endings[:-1]) == {"unreached"}
    assert endings[-1] == "delivered"


def test_a_service_that_stays_away_is_reached_by_a_later_run(office: Secretariat) -> None:
    port = closed_port()
    office.edit(office.line.url, f"http://127.0.0.1:{port}")
    key = office.key("broadcast", "kantei-line")
    answer = office.run_live()
    assert answer.code == 1
    assert {one for one, delivery in answer.deliveries.items() if delivery["state"] != "delivered"} == {key}
    assert answer.deliveries[key]["state"] == "unreached"
    assert "no connection to 127.0.0.1" in answer.deliveries[key]["reason"]
    with GatedLine(port=port, token=LINE_TOKEN) as line:
        until(lambda: key in office.run_live().deliveries)
        assert len(line.accepted) == 1
    assert office.states() == dict.fromkeys(office.all_keys, "delivered")


def test_a_broadcast_whose_answer_is_lost_is_asked_again_with_the_same_key(office: Secretariat) -> None:
    office.line.misbehave("drop", accepts=True)
    assert office.run_live().code == 0
    first, second = office.line.requests
    assert first.headers["x-line-retry-key"] == second.headers["x-line-retry-key"]
    assert office.history(office.key("broadcast", "kantei-line")) == ["sending", "unknown", "sending", "delivered"]
    assert office.everything_arrived_once()
    (accepted,) = office.line.accepted
    assert office.status()[office.key("broadcast", "kantei-line")]["receipt"]["id"] == accepted.id


def test_a_broadcast_whose_answer_never_comes_is_asked_again_too(office: Secretariat) -> None:
    office.line.misbehave("stall", accepts=True)
    began = time.monotonic()
    assert office.run_live().code == 0
    assert time.monotonic() - began < 60
    assert len(office.line.requests) == 2
    assert office.everything_arrived_once()


def test_a_post_whose_answer_is_lost_is_found_by_looking_for_it(office: Secretariat) -> None:
    office.x.misbehave("POST /2/tweets", "dropped")
    assert office.run_live().code == 0
    assert office.history(office.key("warning", "mhlw-x")) == ["sending", "unknown", "delivered"]
    assert office.everything_arrived_once()


# What is not as it should be on this machine


def test_a_missing_secret_is_named_and_holds_up_its_own_channel_alone(office: Secretariat) -> None:
    token = office.environment.pop("KANTEI_LINE_TOKEN")
    password = office.folder / "secrets" / "mail-password"
    password.unlink()
    answer = office.kohoctl("run", office.file, "--live")
    assert answer.code == 1
    lines = answer.out.splitlines()
    said = dict(zip(lines, (line.strip() for line in lines[1:]), strict=False))
    assert said[f"blocked    {office.key('broadcast', 'kantei-line')}"] == (
        "the environment variable KANTEI_LINE_TOKEN is not set"
    )
    for station in STATIONS:
        assert (
            "the secret file secrets/mail-password cannot be read"
            in (said[f"blocked    {office.key('spot', 'radio', station)}"])
        )
    assert (len(office.x.posts), office.line.requests, office.mail.taken) == (4, [], [])
    office.environment["KANTEI_LINE_TOKEN"] = token
    password.write_text(MAIL_PASSWORD)
    assert office.run_live().code == 0
    assert office.everything_arrived_once()


def test_credentials_of_another_account_post_nothing(office: Secretariat) -> None:
    office.environment["NPA_X"] = office.environment["KANTEI_X"]
    answer = office.run_live()
    repost = answer.deliveries["nenkin/reposts/npa-x/after-warning"]
    assert (answer.code, repost["state"]) == (1, "refused")
    assert repost["reason"] == "the credentials are those of @kantei, not of @npa"
    assert sorted(post.account for post in office.x.posts) == ["kantei", "mhlw", "mhlw"]


def nothing_was_sent(office: Secretariat) -> bool:
    return not (office.x.requests or office.line.requests or office.mail.taken or (office.folder / "public").exists())


def test_a_ledger_that_is_a_folder_is_a_sentence_and_nothing_is_sent(office: Secretariat) -> None:
    office.ledger.mkdir()
    answer = office.run_live()
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"kohoctl: the ledger {office.ledger}: it cannot be opened")
    assert answer.err.count("\n") == 1
    assert nothing_was_sent(office)


def test_a_ledger_in_a_folder_that_may_not_be_written_to_is_a_sentence_and_nothing_is_sent(
    office: Secretariat,
) -> None:
    as_root = os.geteuid() == 0
    if as_root and shutil.which("setpriv") is None:
        pytest.skip("root may write anywhere, and there is no setpriv to take that right away")
    folder = office.folder / "read-only"
    folder.mkdir(mode=0o555)
    ledger = folder / "live.sqlite"
    command = ("run", office.file, "--live", "--ledger", ledger)
    answer = office.kohoctl(*command, through=WITHOUT_ROOTS_RIGHTS if as_root else ())
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines()[-1] == (
        f"kohoctl: the ledger {ledger}: it cannot be opened: check that it is a file, in a folder that may be "
        "written to"
    )
    assert nothing_was_sent(office)
