"""The report as one HTML page that needs nothing beside it."""

from __future__ import annotations

import base64

from kohoctl.pages import page_environment
from kohoctl.report.calls import Chart
from kohoctl.report.layout import Part
from kohoctl.report.words import Code


def as_html(parts: tuple[Part, ...], language: Code) -> str:
    """The page. Whatever the campaign says is escaped; charts are pictures within it."""
    environment = page_environment()
    environment.tests["of"] = lambda value, name: type(value).__name__ == name
    return environment.get_template("report.html").render(parts=parts, language=language, picture=_picture)


def _picture(chart: Chart) -> str:
    """The chart as the address of a picture that holds it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(chart.drawn('svg')).decode()}"
