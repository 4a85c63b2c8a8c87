"""What a flyer and an advertisement say: a headline, points, whom to call, and who says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from kohoctl import DocumentVersion, Limit, Problem, text_problems

POINTS_LIMIT = 3
"""Points that are taken in at a glance: what the flyer and the advertisements of June 2015 had."""
LIMITS = {
    "headline": Limit(40, "characters", "four lines of a flyer, which are read from a few steps away"),
    "points": Limit(90, "characters", "five lines of a flyer: three such points leave room for the number"),
    "hotline": Limit(20, "characters", "a number with its hyphens (13), or two words before it"),
    "hours": Limit(50, "characters", "two lines under the number"),
    "issuer": Limit(40, "characters", "two lines at the foot"),
}


class AdvertisementVersion(DocumentVersion):
    """The words that are set large."""

    headline: str | None = Field(None, description="The headline.")
    points: tuple[str, ...] = Field((), description="What there is to know, a sentence or two each: three at the most.")
    hotline: str | None = Field(None, description="The telephone number, set very large: {{ hotline }}.")
    hours: str | None = Field(None, description="When it is answered: {{ hotline_hours }}.")
    issuer: str | None = Field(None, description="Who says so; the channel's owner if left out.")


def words_of(version: AdvertisementVersion, headline: str | None, owner: str) -> dict[str, Any]:
    """What a template is given of a version, its headline and issuer filled in where it says none."""
    return {
        "headline": version.headline or headline,
        "points": [*version.points],
        "hotline": version.hotline,
        "hours": version.hours,
        "issuer": version.issuer or owner,
    }


def advertisement_problems(version: AdvertisementVersion) -> Iterator[Problem]:
    """What of a version's words is missing, too long, or no writing."""
    if not (version.hotline or "").strip():
        yield Problem("there is no telephone number", field="hotline", hint='hotline: "{{ hotline }}"')
    if len(version.points) > POINTS_LIMIT:
        values = {"count": len(version.points), "most": POINTS_LIMIT}
        yield Problem("there are {count} points; {most} are taken in at a glance", values, field="points")
    for field in ("headline", "hotline", "hours", "issuer"):
        if (words := getattr(version, field)) and words.strip():
            yield from text_problems(words, field, LIMITS[field])
    for point in version.points:
        yield from text_problems(point, "points", LIMITS["points"])
