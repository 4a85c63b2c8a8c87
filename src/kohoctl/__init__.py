"""kohoctl sends a government's message through every channel, once, on time, with the same facts.

This is what a channel plugin imports. The names are loaded when they are first used, so that the command line starts
quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kohoctl.artifacts import Artifacts as Artifacts
    from kohoctl.channel import Channel as Channel
    from kohoctl.contact import Contact as Contact
    from kohoctl.contact import Question as Question
    from kohoctl.disk import make_folder as make_folder
    from kohoctl.disk import nothing_out_yet as nothing_out_yet
    from kohoctl.disk import sync_folder as sync_folder
    from kohoctl.disk import write_whole as write_whole
    from kohoctl.document_channel import DocumentChannel as DocumentChannel
    from kohoctl.document_channel import DocumentSettings as DocumentSettings
    from kohoctl.document_channel import DocumentVersion as DocumentVersion
    from kohoctl.documents import Document as Document
    from kohoctl.documents import DocumentTemplate as DocumentTemplate
    from kohoctl.earlier import Earlier as Earlier
    from kohoctl.errors import Refused as Refused
    from kohoctl.errors import Unreached as Unreached
    from kohoctl.hookspecs import hookimpl as hookimpl
    from kohoctl.http_answers import answer_text as answer_text
    from kohoctl.http_answers import raise_for_ending as raise_for_ending
    from kohoctl.http_answers import retry_after as retry_after
    from kohoctl.mail import MailChannel as MailChannel
    from kohoctl.mail import MailSettings as MailSettings
    from kohoctl.mail import mail_rendition as mail_rendition
    from kohoctl.model import Asset as Asset
    from kohoctl.model import Batch as Batch
    from kohoctl.model import File as File
    from kohoctl.model import Message as Message
    from kohoctl.model import Receipt as Receipt
    from kohoctl.model import Recipient as Recipient
    from kohoctl.model import Rendition as Rendition
    from kohoctl.model import Task as Task
    from kohoctl.problem import Problem as Problem
    from kohoctl.redaction import plain_text as plain_text
    from kohoctl.settings import Secret as Secret
    from kohoctl.settings import ServiceUrl as ServiceUrl
    from kohoctl.settings import Settings as Settings
    from kohoctl.settings import Version as Version
    from kohoctl.states import Delivery as Delivery
    from kohoctl.texts import Limit as Limit
    from kohoctl.texts import text_problems as text_problems
    from kohoctl.transport import Transport as Transport
    from kohoctl.views import ChatView as ChatView
    from kohoctl.views import FileView as FileView
    from kohoctl.views import MailView as MailView
    from kohoctl.views import Measure as Measure
    from kohoctl.views import PostView as PostView
    from kohoctl.views import ScriptView as ScriptView
    from kohoctl.views import SpaceView as SpaceView
    from kohoctl.views import TableView as TableView
    from kohoctl.views import TextView as TextView
    from kohoctl.views import View as View
    from kohoctl.views import WebPageView as WebPageView

_HOME = {
    "Artifacts": "artifacts",
    "Asset": "model",
    "Batch": "model",
    "Channel": "channel",
    "ChatView": "views",
    "Contact": "contact",
    "Delivery": "states",
    "Document": "documents",
    "DocumentChannel": "document_channel",
    "DocumentSettings": "document_channel",
    "DocumentTemplate": "documents",
    "DocumentVersion": "document_channel",
    "Earlier": "earlier",
    "File": "model",
    "FileView": "views",
    "Limit": "texts",
    "MailChannel": "mail",
    "MailSettings": "mail",
    "MailView": "views",
    "Measure": "views",
    "Message": "model",
    "PostView": "views",
    "Problem": "problem",
    "Question": "contact",
    "Receipt": "model",
    "Recipient": "model",
    "Refused": "errors",
    "Rendition": "model",
    "ScriptView": "views",
    "Secret": "settings",
    "ServiceUrl": "settings",
    "Settings": "settings",
    "SpaceView": "views",
    "TableView": "views",
    "Task": "model",
    "TextView": "views",
    "Transport": "transport",
    "Unreached": "errors",
    "Version": "settings",
    "View": "views",
    "WebPageView": "views",
    "answer_text": "http_answers",
    "hookimpl": "hookspecs",
    "mail_rendition": "mail",
    "make_folder": "disk",
    "nothing_out_yet": "disk",
    "plain_text": "redaction",
    "raise_for_ending": "http_answers",
    "retry_after": "http_answers",
    "sync_folder": "disk",
    "text_problems": "texts",
    "write_whole": "disk",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module kohoctl has no name {name}")
    return getattr(import_module(f"kohoctl.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
