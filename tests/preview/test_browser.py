"""The preview in a real browser, opened from a disk."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

import preview.small as small
from commands import until
from preview.small import MESSAGES, small_file, written
from servers.browser import chromium

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
HOSTILE = "</script></style></title><script>window.ran = 1</script><img src=x onerror='window.ran = 1'>"
WRONG = MESSAGES.replace("不審な電話は切ってください。", "あ" * 5001)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@dataclass
class Reader:
    """Somebody who reads the page, and what went wrong meanwhile."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)
    asked_for: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def _asked(self, request: Request) -> None:
        self.asked_for.append(request.url)

    def open(self, state: str = "") -> Reader:
        self.page.goto("about:blank")
        self.page.goto(f"{self.address}{state}")
        return self

    def seen(self, selector: str) -> list[str]:
        """The channels of what is to be seen."""
        found = self.page.query_selector_all(selector)
        return [one.get_attribute("data-channel") or "" for one in found if one.is_visible()]

    def waits(self, condition: str) -> None:
        """Until something is so. (The page's own policy forbids what Playwright has for that.)"""
        until(lambda: bool(self.page.evaluate(condition)))

    @property
    def said(self) -> str:
        """What the page announces."""
        return self.page.locator("#found").inner_text()

    def focused(self, what: str) -> Any:
        return self.page.evaluate(f"document.activeElement.{what}")


def reader(browser: Browser, path: Path, width: int = 1280, scheme: Scheme = "light", script: bool = True) -> Reader:
    viewport = {"width": width, "height": 900}
    context = browser.new_context(viewport=viewport, color_scheme=scheme, java_script_enabled=script, offline=True)  # type: ignore[arg-type]
    return Reader(context.new_page(), (path.parent / "preview" / "index.html").as_uri())


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with something wrong and something changed, and its preview beside it."""
    found = small_file(tmp_path_factory.mktemp("campaign"), WRONG)
    before = small_file(
        tmp_path_factory.mktemp("before"), WRONG.replace("お電話", "電話").replace("repost:", "other:", 1)
    )
    written(found, before=before)
    return found


def test_it_opens_from_a_disk_without_a_network_and_without_an_error(browser: Browser, path: Path) -> None:
    here = reader(browser, path).open()
    for image in here.page.query_selector_all("img"):
        image.scroll_into_view_if_needed()
    here.waits("[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
    assert here.wrong == []
    assert {url.partition(":")[0] for url in here.asked_for} <= {"file", "about", "data"}


def test_the_web_page_in_its_frame_looks_as_it_will(browser: Browser, path: Path) -> None:
    here = reader(browser, path).open()
    here.page.locator("iframe").scroll_into_view_if_needed()
    body = here.page.frame_locator("iframe").locator("body")
    assert "ご心配の方は" in body.inner_text()
    assert body.evaluate("(body) => getComputedStyle(body).lineHeight") != "normal"  # the site's own style holds
    assert here.wrong == []


def test_the_language_is_switched_by_a_button_and_remembered_by_the_address(browser: Browser, path: Path) -> None:
    here = reader(browser, path).open()
    assert here.page.locator("h1").inner_text() == "配信内容の確認"
    here.page.get_by_role("button", name="English").click()
    assert here.page.locator("h1").inner_text() == "Preview of what goes out"
    assert here.page.locator("html").get_attribute("lang") == "en"
    assert here.page.title() == "Preview of what goes out"
    assert here.page.locator('[data-channel="x"] .post .words span').get_attribute("lang") == "ja"
    here.page.reload()
    assert here.page.locator("h1").inner_text() == "Preview of what goes out"
    assert here.page.get_by_role("button", name="English").get_attribute("aria-pressed") == "true"


def test_what_is_chosen_narrows_calendar_and_messages_and_the_number_is_announced(browser: Browser, path: Path) -> None:
    here = reader(browser, path).open()
    assert here.said == "6件を表示しています"
    here.page.get_by_label("担当").select_option("首相官邸")
    assert here.seen(".sheet") == ["kantei-x", "line"]
    assert here.seen(".going") == ["line", "kantei-x"]
    assert here.said == "2件を表示しています"
    assert here.page.locator("#found").get_attribute("aria-live") == "polite"
    here.page.get_by_label("状態").select_option("blocked")
    assert here.seen(".sheet") == ["line"]
    here.page.reload()
    assert here.seen(".sheet") == ["line"]
    here.page.get_by_role("button", name="絞り込みを解除").click()
    here.waits("document.getElementById('found').textContent.startsWith('6')")
    assert len(here.seen(".sheet")) == 6


def test_days_narrow_it_down_from_both_sides(browser: Browser, path: Path) -> None:
    here = reader(browser, path).open("#?from=2015-06-04&to=2015-06-15")
    assert here.seen(".sheet") == ["x", "line"]
    here.page.get_by_label("この日まで").fill("2015-06-04")
    assert here.seen(".sheet") == ["x"]
    assert "to=2015-06-04" in here.page.url


def test_what_has_changed_can_be_chosen(browser: Browser, path: Path) -> None:
    here = reader(browser, path).open()
    here.page.locator("select[name=change]").select_option("changed")
    assert here.seen(".sheet") == ["x"]
    here.page.locator("select[name=change]").select_option("new")
    assert here.seen(".sheet") == ["kantei-x"]
    assert "change=new" in here.page.url


def test_it_is_walked_by_keyboard(browser: Browser, path: Path) -> None:
    here = reader(browser, path).open()
    here.page.keyboard.press("Tab")
    assert here.focused("textContent") == "本文へ移動"
    assert here.page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    here.page.keyboard.press("Enter")
    assert here.focused("id") == "main"
    here.page.keyboard.press("Tab")  # the first link in the contents: that of the first problem
    here.page.keyboard.press("Enter")
    assert here.focused("dataset.channel") == "line"
    here.page.locator("select[name=channel]").focus()
    here.page.keyboard.type("x")
    assert here.seen(".sheet") == ["x"]
    outline = here.page.locator("select[name=channel]").evaluate("(one) => getComputedStyle(one).outlineStyle")
    assert outline == "solid"


def test_a_link_to_a_message_that_is_not_shown_shows_it(browser: Browser, path: Path) -> None:
    here = reader(browser, path).open("#?channel=x")
    anchor = here.page.locator('.sheet[data-channel="line"]').get_attribute("id")
    here.open(f"#{anchor}?channel=x")
    here.waits(f"document.activeElement.id === '{anchor}'")
    assert len(here.seen(".sheet")) == 6


def test_without_javascript_all_of_it_is_to_be_seen(browser: Browser, path: Path) -> None:
    here = reader(browser, path, script=False).open()
    assert len(here.seen(".sheet")) == 6
    assert not here.page.locator("#filter").is_visible()
    assert not here.page.locator(".languages").is_visible()


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_cut_off_on_a_narrow_screen_or_a_wide_one(
    browser: Browser, path: Path, width: int, language: str
) -> None:
    here = reader(browser, path, width).open(f"#?lang={language}")
    for summary in here.page.query_selector_all("summary"):
        summary.click()
    assert here.page.evaluate("document.documentElement.scrollWidth") == width
    beyond = "[...document.querySelectorAll('main *')].filter((one) => !one.closest('.scroll, .long, svg')"
    beyond += f" && one.getBoundingClientRect().right > {width} + 1).map((one) => one.outerHTML.slice(0, 80))"
    assert here.page.evaluate(beyond) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_axe_finds_nothing_wrong(browser: Browser, path: Path, language: str, scheme: Scheme) -> None:
    here = reader(browser, path, scheme=scheme).open(f"#?lang={language}")
    for summary in here.page.query_selector_all("summary"):
        summary.click()
    drawn = (
        "for (const one of document.querySelectorAll('.message, .month-of')) one.style.contentVisibility = 'visible'"
    )
    here.page.evaluate(drawn)
    answer = Axe().run(here.page, options={"iframes": False}).response  # nothing runs in those, axe neither
    found = [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in answer["violations"]]
    looked_at = {one["id"]: len(one["nodes"]) for one in answer["passes"]}
    assert found == []
    assert looked_at["color-contrast"] > 100


def test_on_paper_are_all_messages_and_no_controls(browser: Browser, path: Path) -> None:
    here = reader(browser, path).open()
    paper = pypdf.PdfReader(io.BytesIO(here.page.pdf(prefer_css_page_size=True)))
    text = "\n".join(page.extract_text() for page in paper.pages)
    for channel in ("site", "board", "x", "kantei-x", "line", "requests"):
        assert channel in text
    assert "公開日" in text  # that of the web page in its frame
    assert "絞り込み" not in text


def test_no_script_of_the_file_runs(browser: Browser, tmp_path: Path) -> None:
    quoted = HOSTILE.replace("'", "''")
    hostile = MESSAGES.replace("個人情報の流出について", f"'{quoted}'").replace("電話を切る人の絵", f"'{quoted}'")
    hostile = hostile.replace("不審な電話は切ってください。", f"'{quoted}'")
    hostile = hostile.replace('"ご心配の方は **{{ hotline }}** へ。"', f"'{quoted} [x](javascript:window.ran=1)'")
    channels = small.CHANNELS.replace("owner: 首相官邸", f"owner: '{quoted}'")
    more = small.MORE.replace("name: 警察庁", f"name: '{quoted}'").replace("pension-payday", f"'{quoted}'")
    path = small_file(tmp_path, hostile, channels, more)
    page = written(path)
    here = reader(browser, path).open()
    here.page.locator("iframe").scroll_into_view_if_needed()
    for summary in here.page.query_selector_all("summary"):
        summary.click()
    here.page.get_by_role("button", name="English").click()
    here.page.get_by_label("Owner").select_option(index=1)
    assert page.count("window.ran") > 10
    assert [frame.evaluate("window.ran") for frame in here.page.frames if frame.url.startswith("file")] == [None]
    assert here.page.locator("img[src=x]").count() == 0
    assert [url for url in here.asked_for if url.endswith("/x")] == []
