"""Slack, by an incoming webhook: rich text with a plain text beside it, `ok` or it was not accepted."""

# mypy: allow-untyped-calls
# Apprise types little of what is called here.

from http import HTTPStatus
from typing import Any

from apprise.plugins.slack import NotifySlack, SlackMode

from monitor.core.route import Outcome
from monitor.core.telling.rendering import Run
from monitor.notify import verdict
from monitor.notify.kind import Kind, Parsed, Plugin
from monitor.notify.redact import said
from monitor.notify.terms import Errand, Terms
from monitor.notify.wire import Exchange

# What Slack says of a 400 that no other message would mend. https://api.slack.com/messaging/webhooks#handling_errors
_CHANNEL_BROKEN = (
    "action_prohibited",
    "channel_",
    "invalid_token",
    "no_service",
    "no_team",
    "posting_to_",
    "team_",
    "user_",
)


class Slack(NotifySlack):
    """Apprise's plugin with a payload of our own: its attachments leave the notification on a phone empty."""

    errand: Errand
    request_rate_per_sec = 0

    def send(self, *_: Any, **__: Any) -> bool:  # Any: Apprise's own arguments; the errand has all that is told
        """Post the message."""
        url = f"{self.webhook_url}/{self.token_a}/{self.token_b}/{self.token_c}"
        return bool(self._send(url, _payload(self.errand)))


def _payload(errand: Errand) -> dict[str, Any]:  # Any: JSON
    """Write rich text, in which nothing is markup: foreign text needs no escaping and a hit is bold behind l' too."""
    payload = {"text": errand.message.text, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    if errand.plain:
        return payload
    elements = [_element(run) for line in errand.message.lines for run in (*line, Run("\n"))]
    section = {"type": "rich_text_section", "elements": elements}
    return payload | {"blocks": [{"type": "rich_text", "elements": [section]}]}


def _element(run: Run) -> dict[str, Any]:  # Any: JSON
    if run.link:
        return {"type": "link", "url": run.link, "text": run.text}
    bold = {"style": {"bold": True}} if run.style in {"hit", "strong"} else {}
    return {"type": "text", "text": run.text} | bold


def _judge(exchange: Exchange, errand: Errand) -> Outcome:
    words = said(exchange.body, errand.address)
    if exchange.status == HTTPStatus.OK and words != "ok":
        return Outcome("ambiguous", f"no ok in the answer: {words}")
    if exchange.status == HTTPStatus.BAD_REQUEST and words.startswith(_CHANNEL_BROKEN):
        return Outcome("channel broken", f"{exchange.status} {words}".strip())
    return verdict.judged(exchange, errand)


def _read(address: str, terms: Terms) -> Parsed | None:  # noqa: ARG001 - as Kind has it
    parsed: Parsed | None = Slack.parse_native_url(address) or Slack.parse_url(address)
    return parsed


def _refused(parsed: Parsed, plugin: Plugin) -> str:
    if plugin.mode != SlackMode.WEBHOOK:
        return "only incoming webhooks can be used: slack://TOKEN_A/TOKEN_B/TOKEN_C"
    return "a webhook has its channel: write none behind the tokens" if parsed["targets"] else ""


KIND = Kind(
    Slack,
    "slack://TOKEN_A/TOKEN_B/TOKEN_C, or the https://hooks.slack.com/services/... that Slack shows",
    frozenset(),
    _read,
    _refused,
    judge=_judge,
    plain_too=True,
)
