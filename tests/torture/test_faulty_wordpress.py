"""A real WordPress behind what fails."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from servers.wordpress import WordPressSite, running_wordpress
from torture.faults import http_faults
from torture.strength import Tally, quick_or_full
from torture.test_faulty_services import another_host, at_random, nothing_reached, run, settle
from torture.world import Counted, Stand, World, world

SETTINGS = 'kind: website, wordpress: {url: "URL", user: editor, password: {env: TORTURE_PASSWORD}}'
SLOW = ("stalls", "trickles")
"""What takes as long as the time-outs are, which a real site needs."""


@pytest.mark.wordpress
@pytest.mark.timeout(900)
def test_whatever_fails_before_wordpress_no_page_is_there_twice(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    tally: Tally,
    chance: random.Random,
) -> None:
    with running_wordpress(tmp_path_factory.mktemp("site")) as site, another_host() as elsewhere:
        monkeypatch.setenv("TORTURE_PASSWORD", site.passwords["editor"])
        stands = {"site": Stand(SETTINGS, lambda world, _: stand(site, world, _), "slug: torture-{number:02}")}
        with world(tmp_path, ("site",), quick_or_full(2, 20), stands=stands) as office:
            faults = [fault for fault in http_faults(elsewhere.url) if not fault.name.startswith(SLOW)]
            proxy = office.proxies["site"]
            proxy.fault_for = at_random(chance, faults, 0.3)
            for _ in range(quick_or_full(4, 25)):
                run(office)
            tally("faults of WordPress met", proxy.met.total())
            settle(office)
        nothing_reached(elsewhere)


def stand(site: WordPressSite, world: World, _: ExitStack) -> tuple[int, Counted]:
    def counted() -> Mapping[str, int]:
        pages = {key: site.posts(f"torture-{number:02}") for number, key in enumerate(world.keys("site"))}
        return {key: sum(page["status"] == "publish" for page in found) for key, found in pages.items() if found}

    return int(site.url.rpartition(":")[2]), counted
