"""Telegram: our HTML as it is, `ok: true` or it was not accepted, a group that moved is followed."""

# mypy: allow-untyped-calls
# Apprise types little of what is called here.

import json
from html import escape
from http import HTTPStatus
from typing import Any

from apprise.plugins.telegram import NotifyTelegram

from monitor.core.route import Outcome
from monitor.notify import pause, verdict, wire
from monitor.notify.kind import Kind, Parsed, Plugin
from monitor.notify.redact import said
from monitor.notify.terms import Errand
from monitor.notify.wire import Exchange

# What Telegram says of a 400 that no other message would mend. https://core.telegram.org/api/errors has the like.
_CHAT_BROKEN = (
    "chat not found",
    "deactivated",
    "not enough rights",
    "write_forbidden",
    "topic_closed",
    "thread not found",
)
_BROKEN = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


class Telegram(NotifyTelegram):
    """Apprise's plugin without its pauses and rewriting."""

    errand: Errand
    request_rate_per_sec = 0

    def dialect_convert(self, body: str, *_: Any, **__: Any) -> str:  # Any: Apprise's own arguments
        """Leave the body alone: it is Telegram's HTML already, and counted."""
        return body

    def send(self, *args: Any, **kwargs: Any) -> bool:  # Any: Apprise's own arguments, passed on
        """Post the message; if the group has become a supergroup, once more to its new chat."""
        accepted = super().send(*args, **kwargs)
        chat = _parameters(_answer(wire.last())).get("migrate_to_chat_id")
        if isinstance(chat, int):
            self.targets = [(chat, topic) for _, topic in self.targets]  # type: ignore[misc]  # Apprise makes numbers of them
            accepted = super().send(*args, **kwargs)
        return bool(accepted)


def _answer(exchange: Exchange | None) -> dict[str, Any]:  # Any: JSON
    try:
        answer = json.loads(exchange.body if exchange else b"")
    except (ValueError, RecursionError):  # RecursionError: thousands of brackets
        return {}
    return answer if isinstance(answer, dict) else {}


def _parameters(answer: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    parameters = answer.get("parameters")
    return parameters if isinstance(parameters, dict) else {}


def _content(errand: Errand) -> tuple[str, str, str]:
    return "", escape(errand.message.text, quote=False) if errand.plain else errand.message.html, "html"


def _judge(exchange: Exchange, errand: Errand) -> Outcome:
    answer = _answer(exchange)
    words = str(answer.get("description", ""))
    reason = f"{exchange.status} {said(words or exchange.body, errand.address)}".strip()
    if exchange.status == HTTPStatus.OK:
        return Outcome("sent") if answer.get("ok") is True else Outcome("ambiguous", f"no ok in the answer: {reason}")
    if exchange.status == HTTPStatus.TOO_MANY_REQUESTS:
        asked = pause.of_seconds(_parameters(answer).get("retry_after"))
        return Outcome("limited", reason, asked or pause.of_header(exchange.retry_after, errand.now) or pause.PAUSE)
    if exchange.status in _BROKEN:
        return Outcome("channel broken", reason)
    if exchange.status == HTTPStatus.BAD_REQUEST and any(sign in words.lower() for sign in _CHAT_BROKEN):
        return Outcome("channel broken", reason)
    return verdict.judged(exchange, errand)


def _refused(parsed: Parsed, plugin: Plugin) -> str:
    if not parsed["targets"]:
        return "no chat: write tgram://BOT_TOKEN/CHAT_ID"
    if len(parsed["targets"]) > 1:
        return "several chats: write one channel for each"
    return "" if plugin.targets else "the chat is neither a number nor a name like @channel"


KIND = Kind(
    Telegram,
    "tgram://BOT_TOKEN/CHAT_ID",
    frozenset({"to", "topic", "thread", "silent", "preview"}),
    lambda address, _: Telegram.parse_url(address),
    _refused,
    _content,
    _judge,
    plain_too=True,
)
