"""A real WordPress behind what fails."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from servers.faults import FaultyServer
from servers.wordpress import WordPressSite, running_wordpress
from torture.faults import http_faults
from torture.strength import IS_FULL, Tally, quick_or_full
from torture.test_faulty_services import another_host, at_random, meet_all, nothing_reached, run, settle
from torture.world import Stand, World, world

SETTINGS = 'kind: website, wordpress: {url: "URL", user: editor, password: {env: TORTURE_PASSWORD}}'
NAME = "wordpress"
API = "/wp-json/wp/v2"
ASKED = (
    f"GET {API}/posts",
    f"POST {API}/posts",
    f"POST {API}/posts/{{id}}",
    f"GET {API}/media",
    f"POST {API}/media",
)
"""What the site is asked for one page with a picture."""
SLOW = ("stalls", "trickles")
SECONDS = 3.0
"""In which a real site answers, and no longer than it takes to find that one does not."""

pytestmark = [pytest.mark.wordpress, pytest.mark.timeout(quick_or_full(300, 1800))]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPressSite]:
    with running_wordpress(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def elsewhere() -> Iterator[FaultyServer]:
    """Another host, to which the site leads: nothing must reach it."""
    with another_host() as server:
        yield server
        nothing_reached(server)


@pytest.fixture
def stands(site: WordPressSite, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Stand]:
    """The site, in which nothing is yet."""
    monkeypatch.setenv("TORTURE_PASSWORD", site.passwords["editor"])
    for name in ("READ_TIMEOUT", "ANSWER_TIMEOUT"):
        monkeypatch.setattr(f"kohoctl.http.{name}", SECONDS)
    empty(site)
    own = "slug: torture-{number:03}"
    return {NAME: Stand(SETTINGS, lambda world, _: (port(site), lambda: published(site, world)), own, pictured=True)}


def empty(site: WordPressSite) -> None:
    for kind, query in (("posts", {"status": "any,trash"}), ("media", {})):
        while found := site.call("GET", kind, params={"per_page": "100", **query}):
            for one in found:
                site.call("DELETE", f"{kind}/{one['id']}", params={"force": "true"})


def port(site: WordPressSite) -> int:
    return int(site.url.rpartition(":")[2])


def published(site: WordPressSite, world: World) -> Mapping[str, int]:
    """How often each delivery's page is there for the public, also where WordPress has given it a longer slug."""
    names = {f"torture-{number:03}": key for number, key in enumerate(world.keys(NAME))}
    pages = [page for page in site.posts("torture-") if page["status"] == "publish"]
    return Counter(names[page["slug"][: len("torture-000")]] for page in pages)


@pytest.mark.parametrize("name", ASKED)
def test_what_befalls_each_request_to_wordpress_makes_no_page_twice(
    name: str,
    stands: Mapping[str, Stand],
    elsewhere: FaultyServer,
    memory: Path,
    tally: Tally,
    chance: random.Random,
) -> None:
    faults = http_faults(elsewhere.url)
    slow = [fault for fault in faults if fault.name.startswith(SLOW)]
    met = [*slow, *chance.sample(faults, 10)] if IS_FULL else chance.sample(slow, 1)
    meet_all(NAME, name, met, memory, tally, stands)


def test_whatever_fails_before_wordpress_no_page_is_there_twice(
    stands: Mapping[str, Stand], elsewhere: FaultyServer, memory: Path, tally: Tally, chance: random.Random
) -> None:
    with world(memory, (NAME,), quick_or_full(2, 20), stands=stands) as office:
        proxy = office.proxies[NAME]
        proxy.fault_for = at_random(chance, http_faults(elsewhere.url), 0.3)
        for _ in range(quick_or_full(4, 25)):
            run(office)
        tally(f"faults of {NAME} met", proxy.met.total())
        settle(office)
