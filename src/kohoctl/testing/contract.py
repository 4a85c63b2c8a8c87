"""What an author says of a kind, so that it can be tried against the rules that every channel keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from kohoctl.http import HARMLESS
from kohoctl.mail import MailChannel
from kohoctl.testing.service import Answer, Request, Service

if TYPE_CHECKING:
    import pytest

    from kohoctl.channel import Channel

ASSOCIATION = {"id": "npa", "name": "警察庁", "email": "koho@npa.example"}
"""Whom a kind that mails is tried with, where its author names nobody."""


class Contract:
    """Derive from it, name the ``kind``, and say what cannot be worked out. Each rule is tried with a fresh object.

    A name that begins with ``Test`` makes it a test class: pytest then tries each rule as a test.
    """

    kind: ClassVar[type[Channel]]
    """The kind that is tried."""
    settings: ClassVar[Mapping[str, Any]] = {}
    """The channel's settings as they are typed, as far as they matter. ``{service}`` in a text is the address of the
    service on this machine, and ``{host}`` the same without its scheme. Every other setting is the field's first
    example, else its default, else worked out from its type."""
    secrets: ClassVar[Mapping[str, str]] = {}
    """The text of a secret whose form matters, by the setting's name, with dots where it is deeper: ``board.token``."""
    message: ClassVar[Mapping[str, Any]] = {}
    """Of the message that is sent: ``title``, ``body``, ``images: [{"file": "picture.png", "alt": …}]``,
    ``attachments: ["flyer.pdf"]``, and the kind's own fields of a message. Files are made up."""
    recipient: ClassVar[Mapping[str, str] | None] = None
    """The fields of a recipient, where a channel of this kind has recipients."""
    exempt: ClassVar[Mapping[str, str]] = {}
    """The rules that this kind cannot keep, each with the reason: it is shown wherever the kind is tried."""

    service: Service
    """The service on this machine that the channel is given."""
    kept: dict[str, Any]
    """What ``answer`` may keep from one request to the next; empty at the start."""

    def answer(self, request: Request) -> Answer:
        """What the kind's service says to a request that it takes."""
        return Answer(200, {"id": "1", "url": f"{self.service.url}/1"})

    def sends(self, request: Request) -> bool:
        """Whether this may be the request that sends: unless said, any but GET, HEAD and OPTIONS.

        Of several, it is the first that carries the message's text, else the key, else the last; where no request may
        be it, all are looked at.
        """
        return request.method not in HARMLESS

    @classmethod
    def recipient_fields(cls) -> Mapping[str, str] | None:
        """Whom it is tried with."""
        mails = issubclass(cls.kind, MailChannel)
        return cls.recipient if cls.recipient is not None or not mails else ASSOCIATION

    # What pytest asks for. The rules are imported then, since they import this module.

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each rule."""
        if "rule" in metafunc.fixturenames:
            from kohoctl.testing.trying import rules_for

            metafunc.parametrize("rule", rules_for(type(self)))

    def test_contract(self, rule: str) -> None:
        """The kind keeps the rule."""
        __tracebackhide__ = True
        from kohoctl.testing.broken import LeftOut
        from kohoctl.testing.trying import RULES

        try:
            RULES[rule].try_on(type(self))
        except LeftOut as reason:
            import pytest

            pytest.skip(str(reason))
