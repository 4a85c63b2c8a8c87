"""The kind ``website`` against a real WordPress."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from channels.website_messages import (
    BODY,
    DUE,
    KEY,
    PDF,
    QUESTIONS,
    TITLE,
    flyer,
    message,
    picture,
    transport,
    wordpress_channel,
)
from kohoctl import Message, Receipt, Refused, Unreached
from kohoctl.channels.website import Website
from servers.wordpress import WordPressSite, running_wordpress

pytestmark = [pytest.mark.wordpress, pytest.mark.timeout(600)]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[WordPressSite]:
    base = tmp_path_factory.getbasetemp()
    with running_wordpress(base if worker_id == "master" else base.parent) as wordpress:
        yield wordpress


@pytest.fixture
def slug(request: pytest.FixtureRequest) -> str:
    """A slug of the test's own, since the site is shared."""
    return str(request.node.name).removeprefix("test_").partition("[")[0].replace("_", "-")[:60].strip("-")


@pytest.fixture(autouse=True)
def password(site: WordPressSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORDPRESS_PASSWORD", site.passwords["editor"])


def deliver(channel: Website, what: Message, folder: Path) -> Receipt:
    rendition = channel.render(what, None)
    assert not rendition.problems
    return channel.deliver(rendition, KEY, transport(folder))


def find(channel: Website, what: Message, folder: Path) -> Receipt | None:
    return channel.find(channel.render(what, None), KEY, DUE, transport(folder))


@contextlib.contextmanager
def answers_lost(url: str, when: bytes) -> Iterator[str]:
    """A way to the site on which the answer to a request that holds ``when`` is lost."""

    class Relay(BaseHTTPRequestHandler):
        def relay(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name != "Host"}
            answer = requests.request(self.command, url + self.path, data=body, headers=headers, timeout=30)
            if when not in body:
                self.send_response(answer.status_code)
                self.end_headers()
                self.wfile.write(answer.content)

        do_GET = do_POST = do_DELETE = relay  # noqa: N815 -- the names that http.server looks for

        def log_request(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Relay) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def someones(site: WordPressSite, slug: str, **fields: Any) -> Any:
    return site.call("POST", "posts", json={"slug": slug, "title": "前からあるページ", "content": "本文"} | fields)


def test_a_message_becomes_a_page_that_everyone_can_read(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    receipt = deliver(wordpress_channel(site.url), message(slug=slug), tmp_path)
    assert (receipt.form, receipt.url) == ("published", f"{site.url}/{slug}/")
    page = requests.get(str(receipt.url), timeout=30)
    assert page.status_code == 200
    assert TITLE in page.text
    assert "<strong>一切ありません</strong>。" in page.text
    assert "0120-818211<br>" in page.text.replace("<br />", "<br>")


def test_what_was_written_is_kept_to_the_letter(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    channel = wordpress_channel(site.url, user="author")
    text = r"﨑・髙・𠮷・㊙・①・〜・～・— 半角ｶﾅ 👩‍👩‍👧 \\n \path 'a' & \"b\" 1 < 2"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORDPRESS_PASSWORD", site.passwords["author"])
        rendition = channel.render(message(slug=slug, title=r"髙 & 𠮷 \ 1 < 2", body=text), None)
        channel.deliver(rendition, KEY, transport(tmp_path))
    (post,) = site.posts(slug)
    assert rendition.content["html"] in post["content"]["raw"]
    assert post["title"]["raw"] == r"髙 &amp; 𠮷 \ 1 &lt; 2"


def test_the_same_delivery_twice_is_one_page(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    channel = wordpress_channel(site.url)
    first = deliver(channel, message(slug=slug), tmp_path)
    modified = site.posts(slug)[0]["modified_gmt"]
    assert deliver(channel, message(slug=slug), tmp_path) == first
    assert [post["modified_gmt"] for post in site.posts(slug)] == [modified]


def test_four_deliveries_at_once_are_one_page(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    channel = wordpress_channel(site.url)
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda _: deliver(channel, message(slug=slug), tmp_path), range(4)))
    assert len({receipt.id for receipt in receipts}) == 1
    assert [(post["slug"], post["status"]) for post in site.posts(slug)] == [(slug, "publish")]
    mark = site.posts(slug)[0]["content"]["raw"].partition('data-kohoctl-page="')[2][:64]
    everything = site.call("GET", "posts", params={"search": mark, "status": "any,trash", "context": "edit"})
    assert len(everything) == 1, "no claim was left behind"


def test_a_changed_text_changes_the_page(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    channel = wordpress_channel(site.url)
    first = deliver(channel, message(slug=slug), tmp_path)
    second = deliver(channel, message(slug=slug, body=BODY + "\n追記です。"), tmp_path)
    assert first.id == second.id
    assert "追記です。" in site.posts(slug)[0]["content"]["raw"]


@pytest.mark.parametrize("status", ["publish", "draft", "future", "private", "pending"])
def test_somebody_elses_page_is_never_touched(site: WordPressSite, slug: str, tmp_path: Path, status: str) -> None:
    slug = f"{slug}-{status}"
    date = {"date_gmt": "2090-01-01T00:00:00"} if status == "future" else {}
    theirs = someones(site, slug, status=status, **date)
    with pytest.raises(Refused, match="somebody else's page"):
        deliver(wordpress_channel(site.url), message(slug=slug), tmp_path)
    assert site.posts(slug) == [site.call("GET", f"posts/{theirs['id']}", params={"context": "edit"})]


def test_a_page_that_the_user_cannot_see_is_not_doubled(
    site: WordPressSite, slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = someones(site, slug, status="draft")
    monkeypatch.setenv("WORDPRESS_PASSWORD", site.passwords["author"])
    with pytest.raises(Refused, match="which something else holds"):
        deliver(wordpress_channel(site.url, user="author"), message(slug=slug), tmp_path)
    assert [post["id"] for post in site.posts(slug)] == [theirs["id"]]


def test_two_channels_do_not_share_a_page(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    deliver(wordpress_channel(site.url), message(slug=slug), tmp_path)
    with pytest.raises(Refused, match="somebody else's page"):
        deliver(wordpress_channel(site.url, name="other-site"), message(slug=slug), tmp_path)


def test_a_draft_waits_for_a_person(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    receipt = deliver(wordpress_channel(site.url, status="draft"), message(slug=slug), tmp_path)
    assert (receipt.form, receipt.answer["status"]) == ("requested", "draft")
    assert requests.get(f"{site.url}/{slug}/", timeout=30).status_code == 404
    assert find(wordpress_channel(site.url, status="draft"), message(slug=slug), tmp_path) == receipt


def test_a_draft_never_takes_a_page_off_the_site(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    channel = wordpress_channel(site.url, status="draft")
    draft = deliver(channel, message(slug=slug), tmp_path)
    site.call("POST", f"posts/{draft.id}", json={"status": "publish"})
    assert deliver(channel, message(slug=slug), tmp_path).form == "published"
    with pytest.raises(Refused, match="change it by hand"):
        deliver(channel, message(slug=slug, body="別の本文"), tmp_path)
    assert site.posts(slug)[0]["status"] == "publish"


def test_our_page_that_was_put_off_is_published_now_when_its_text_changes(
    site: WordPressSite, slug: str, tmp_path: Path
) -> None:
    draft = deliver(wordpress_channel(site.url, status="draft"), message(slug=slug), tmp_path)
    put_off = {"status": "future", "date_gmt": "2090-01-01T00:00:00"}
    site.call("POST", f"posts/{draft.id}", json=put_off)
    receipt = deliver(wordpress_channel(site.url), message(slug=slug), tmp_path)
    assert (receipt.id, receipt.form) == (draft.id, "published")
    assert site.posts(slug)[0]["date_gmt"] < "2090"


def test_a_page_in_the_trash_stays_there(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    channel = wordpress_channel(site.url)
    receipt = deliver(channel, message(slug=slug), tmp_path)
    site.call("DELETE", f"posts/{receipt.id}")
    for ask in (deliver, find):
        with pytest.raises(Refused, match="into the trash"):
            ask(channel, message(slug=slug), tmp_path)
    assert [post["slug"] for post in site.posts(slug)] == [f"{slug}__trashed"]
    site.call("DELETE", f"posts/{receipt.id}", params={"force": "true"})
    assert deliver(channel, message(slug=slug), tmp_path).form == "published"


def test_somebody_elses_page_in_the_trash_is_no_hindrance(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    site.call("DELETE", f"posts/{someones(site, slug, status='publish')['id']}")
    assert deliver(wordpress_channel(site.url), message(slug=slug), tmp_path).url == f"{site.url}/{slug}/"


def test_find_tells_a_page_that_is_out_from_one_that_is_not(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    channel = wordpress_channel(site.url)
    assert find(channel, message(slug=slug), tmp_path) is None
    receipt = deliver(channel, message(slug=slug), tmp_path)
    assert find(channel, message(slug=slug), tmp_path) == receipt
    assert find(channel, message(slug=slug, body="別の本文"), tmp_path) is None


def test_a_page_whose_answer_was_lost_is_found(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    with answers_lost(site.url, when=b'"status": "publish"') as url:
        with pytest.raises(requests.ConnectionError):
            deliver(wordpress_channel(url), message(slug=slug), tmp_path)
        receipt = find(wordpress_channel(url), message(slug=slug), tmp_path)
    assert receipt is not None
    assert receipt.url == f"{site.url}/{slug}/"


def test_a_claim_whose_answer_was_lost_is_used_the_next_time(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    with answers_lost(site.url, when=b'"status": "draft"') as url, pytest.raises(Unreached):
        deliver(wordpress_channel(url), message(slug=slug), tmp_path)
    assert find(wordpress_channel(site.url), message(slug=slug), tmp_path) is None
    receipt = deliver(wordpress_channel(site.url), message(slug=slug), tmp_path)
    mark = site.posts(slug)[0]["content"]["raw"].partition('data-kohoctl-page="')[2][:64]
    everything = site.call("GET", "posts", params={"search": mark, "status": "any,trash", "context": "edit"})
    assert [str(post["id"]) for post in everything] == [receipt.id]


def test_a_page_moved_by_a_person_is_found_where_it_is(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    channel = wordpress_channel(site.url)
    receipt = deliver(channel, message(slug=slug), tmp_path)
    site.call("POST", f"posts/{receipt.id}", json={"slug": f"{slug}-moved"})
    moved = deliver(channel, message(slug=slug, body="別の本文"), tmp_path)
    assert (moved.id, moved.url) == (receipt.id, f"{site.url}/{slug}-moved/")


def test_a_wrong_password_is_refused(
    site: WordPressSite, slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDPRESS_PASSWORD", "wrong-and-secret")
    with pytest.raises(Refused, match="did not accept the user") as refused:
        deliver(wordpress_channel(site.url), message(slug=slug), tmp_path)
    assert "wrong-and-secret" not in str(refused.value)


@pytest.mark.parametrize("status", ["publish", "draft"])
def test_a_contributor_may_write_drafts_only(
    site: WordPressSite, slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    monkeypatch.setenv("WORDPRESS_PASSWORD", site.passwords["contributor"])
    channel, slug = wordpress_channel(site.url, user="contributor", status=status), f"{slug}-{status}"
    if status == "draft":
        assert deliver(channel, message(slug=slug), tmp_path).form == "requested"
    else:
        with pytest.raises(Refused, match="not allowed to publish"):
            deliver(channel, message(slug=slug), tmp_path)
        assert not site.posts(slug)


def test_the_first_picture_stands_at_the_head_and_files_at_the_end(
    site: WordPressSite, slug: str, tmp_path: Path
) -> None:
    pictures = (picture(tmp_path), picture(tmp_path, "map.png", "年金事務所の地図"))
    what = message(slug=slug, images=pictures, attachments=(flyer(tmp_path),))
    deliver(wordpress_channel(site.url), what, tmp_path)
    (post,) = site.posts(slug)
    media = site.call("GET", f"media/{post['featured_media']}")
    assert (media["alt_text"], media["title"]["rendered"]) == ("注意を呼びかけるポスター", "poster.png")
    content = post["content"]["rendered"]
    assert 'alt="年金事務所の地図"' in content
    assert "注意を呼びかけるポスター" not in content
    address = content.partition('<li><a href="http')[2].partition('"')[0]
    assert requests.get(f"http{address}", timeout=30).content == PDF
    assert "チラシ.pdf</a> (PDF, 1 KB)" in content


def test_a_file_is_uploaded_once_for_all_pages(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    poster = picture(tmp_path, "shared.png", "共通のポスター")
    for number in "12":
        deliver(wordpress_channel(site.url), message(slug=f"{slug}-{number}", images=(poster,)), tmp_path)
    assert len({post["featured_media"] for post in site.posts(slug)}) == 1
    assert len(site.call("GET", "media", params={"search": "shared.png"})) == 1


def test_a_page_goes_among_the_pages_and_a_post_into_its_category(
    site: WordPressSite, slug: str, tmp_path: Path
) -> None:
    deliver(wordpress_channel(site.url, post_type="pages"), message(slug=slug), tmp_path)
    assert [page["status"] for page in site.posts(slug, "pages")] == ["publish"]
    category = site.call("POST", "categories", json={"name": slug})["id"]
    deliver(wordpress_channel(site.url, categories=[category]), message(slug=f"{slug}-post"), tmp_path)
    assert site.posts(slug)[0]["categories"] == [category]


def test_a_file_that_wordpress_does_not_take_is_refused_and_nothing_stays(
    site: WordPressSite, slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDPRESS_PASSWORD", site.passwords["author"])
    channel = wordpress_channel(site.url, user="author")
    odd = picture(tmp_path, "no-picture.png")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kohoctl.channels._web_page.ATTACHMENT_TYPES", {"image/png": ".html"})
        with pytest.raises(Refused, match="did not take the file"):
            deliver(channel, message(slug=slug, images=(odd,)), tmp_path)
    assert not site.posts(slug)


@pytest.mark.parametrize("role", ["editor", "author"])
def test_questions_are_on_the_page_and_machines_are_told_where_the_user_may_write_scripts(
    site: WordPressSite, slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setenv("WORDPRESS_PASSWORD", site.passwords[role])
    what = message(slug=f"{slug}-{role}", questions=QUESTIONS)
    receipt = deliver(wordpress_channel(site.url, user=role), what, tmp_path)
    page = requests.get(str(receipt.url), timeout=30).text
    for question in QUESTIONS:
        assert f"<h2>{question.question}</h2>" in page
    data = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    told = [one["name"] for text in data for one in json.loads(text)["mainEntity"]]
    assert told == ([question.question for question in QUESTIONS] if role == "editor" else [])
    assert ("FAQPage" in page) is (role == "editor")


def test_no_script_reaches_the_page(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    channel = wordpress_channel(site.url)
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)> [押す](javascript:alert(3))"
    rendition = channel.render(message(slug=slug, title="<script>alert(0)</script>", body=evil), None)
    assert rendition.problems
    receipt = channel.deliver(rendition, KEY, transport(tmp_path))
    page = requests.get(str(receipt.url), timeout=30).text
    assert "<script>alert" not in page
    assert "onerror=alert(2)>" not in page.replace("onerror=alert(2)&gt;", "")
    assert 'href="javascript' not in page
