"""The ways out of a trial: those of a live run, but for their patience and their clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests

from kohoctl.http import HttpSession
from kohoctl.mailer import Mailer
from kohoctl.outgoing import Outgoing
from kohoctl.redaction import Redactor
from kohoctl.settings import MailServer
from kohoctl.testing import sample
from kohoctl.transport import Transport

PATIENCE = 10.0
"""Seconds that a channel waits for a service which answers, however busy this machine is."""
IMPATIENCE = 0.5
"""Seconds that it waits for one which never does."""


class TrialSession(HttpSession):
    """kohoctl's own session, with a ``patience`` in seconds of its own, whatever the channel asks for."""

    def __init__(self, outgoing: Outgoing, patience: float) -> None:
        super().__init__(outgoing)
        self.patience = patience
        self.left: list[bool] = []
        """Whether its attempt counted as sent, after each request; one list for the sessions of all attempts."""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        try:
            return super().send(request, **{**kwargs, "timeout": (self.patience, self.patience)})
        finally:
            self.left.append(self.outgoing.left)


def trial_transport(
    folder: Path, server: MailServer | None = None, redactor: Redactor | None = None, patience: float = PATIENCE
) -> Transport:
    """The transport of a live run, but for its patience and its clock, which stands at the sample message's moment."""
    outgoing = Outgoing()
    return Transport(
        http=TrialSession(outgoing, patience),
        mail=Mailer(server, lambda: None, outgoing, patience=patience),
        folder=folder,
        redactor=redactor or Redactor(),
        now=lambda: sample.DUE,
        outgoing=outgoing,
    )
