"""A message as JSON to a webhook: title and text for people, the alerts as fields for programs."""

# mypy: allow-untyped-calls
# Apprise types little of what is called here.

from dataclasses import asdict
from datetime import datetime
from typing import Any

from apprise.plugins.custom_json import NotifyJSON

from monitor.notify.kind import Kind, Parsed, Plugin, is_loopback
from monitor.notify.terms import Errand


class Webhook(NotifyJSON):
    """Apprise's JSON plugin, which carries our fields too."""

    errand: Errand

    def send(self, *args: Any, **kwargs: Any) -> bool:  # Any: Apprise's own arguments, passed on
        """Post the message."""
        self.payload_extras |= _fields(self.errand)
        return bool(super().send(*args, **kwargs))


def _fields(errand: Errand) -> dict[str, Any]:  # Any: JSON
    return {
        "delivery": errand.delivery.id,
        "channel": errand.delivery.channel,
        "kind": errand.delivery.kind,
        "severity": errand.message.severity,
        "alerts": [{name: _json(value) for name, value in asdict(told).items()} for told in errand.message.told],
    }


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _refused(parsed: Parsed, plugin: Plugin) -> str:  # noqa: ARG001 - as Kind has it
    if parsed["schema"] == "json" and parsed["password"] and not is_loopback(parsed["host"]):
        return "the password would travel in clear - write jsons://"
    return ""


KIND = Kind(
    Webhook,
    "json://HOST:PORT/PATH, or jsons:// for https",
    frozenset({"method", "user", "pass", "verify", "+", "-", ":"}),
    lambda address, _: Webhook.parse_url(address),
    _refused,
)
