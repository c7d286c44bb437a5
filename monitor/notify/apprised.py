"""Send through Apprise: read an address with one of its plugins, use that plugin once, judge what was seen."""

import logging
import unicodedata
import warnings
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import unquote

import apprise

from monitor.core.route import Outcome
from monitor.log import get
from monitor.notify import verdict, wire
from monitor.notify.kind import Kind, Parsed, Plugin
from monitor.notify.redact import redacted, said
from monitor.notify.terms import Errand, Terms

# Plugins are imported one by one: Apprise's own look-up would load all 183 of them (26 MB, half a second).
_MODULES = {
    "mailto": "mail",
    "mailtos": "mail",
    "slack": "slack",
    "tgram": "telegram",
    "json": "webhook",
    "jsons": "webhook",
}

# service_timeout: any other value sends from a pool of threads, which hangs for ever in a forked child, and on a
# timeout reports a failure while the send goes on.
_ASSET = apprise.AppriseAsset(
    app_id="Vigie",
    app_desc="Vigie",
    app_url="",
    image_url_mask="",
    image_url_logo="",
    async_mode=False,
    http_redirects=False,
    service_timeout=0,
)

# Apprise logs tokens and chats; what happened is in the outcome, and what broke down in our own log.
logging.getLogger("apprise").disabled = True

log = get("notify")


def send(errand: Errand) -> Outcome:
    """Send a message; one that is refused for its markup goes once more without."""
    opened = _opened(errand.address, errand.terms)
    if isinstance(opened, str):
        return Outcome("channel broken", opened)
    kind, plugin = opened
    outcome = _attempt(kind, plugin, errand)
    if outcome.result == "message broken" and kind.plain_too:
        return _attempt(kind, plugin, replace(errand, plain=True))
    return outcome


def refused(address: str, terms: Terms) -> str:
    """Say why an address cannot be used, without its secrets; empty where it can."""
    opened = _opened(address, terms)
    return opened if isinstance(opened, str) else ""


def _attempt(kind: Kind, plugin: Plugin, errand: Errand) -> Outcome:
    plugin.errand = errand
    title, body, body_format = kind.content(errand)
    crashes = _crashes(plugin)
    service = apprise.Apprise(asset=_ASSET)
    service.add(plugin)
    with wire.watched(errand.over) as exchanges:
        service.notify(title=title, body=body, body_format=body_format)
    nothing_seen = _broken(crashes, errand)
    if isinstance(outcome := getattr(plugin, "outcome", None), Outcome):
        return outcome  # mail, which is no HTTP
    if not exchanges:
        return nothing_seen
    return verdict.unanswered(exchanges[-1], errand) or kind.judge(exchanges[-1], errand)


def _crashes(plugin: Plugin) -> list[Exception]:
    """Collect what a plugin will raise: Apprise catches it all and tells its log, which is not heard."""
    crashes: list[Exception] = []
    notify = plugin.notify

    def noted(**options: Any) -> bool:  # Any: Apprise's own arguments, passed on
        try:
            return bool(notify(**options))
        except Exception as error:
            crashes.append(error)
            raise

    plugin.notify = noted
    return crashes


def _broken(crashes: list[Exception], errand: Errand) -> Outcome:
    """Judge a message of which nothing was seen to be sent, and log what the plugin broke down with."""
    if not crashes:
        return Outcome("message broken", "there is nothing in it that could be sent")
    words = redacted(f"{type(crashes[0]).__name__}: {crashes[0]}", errand.address)
    # Not the error itself: its words and those of its causes may hold the address.
    crash = RuntimeError(words).with_traceback(crashes[0].__traceback__)
    log.error("plugin_crashed", exc_info=crash, delivery=errand.delivery.id, channel=errand.delivery.channel)
    return Outcome("message broken", f"the program broke down on it: {said(words, errand.address)}")


def _opened(address: str, terms: Terms) -> tuple[Kind, Plugin] | str:
    """Make a plugin of an address, or say why not."""
    if any(unicodedata.category(c) == "Cc" for c in unquote(address)):
        return "the address has a line break or another control character"
    schema = "slack" if address.lower().startswith("https://hooks.slack.com/") else address.partition(":")[0].lower()
    if schema not in _MODULES:
        return _unknown(schema)
    kind = _kind(schema)
    try:
        parsed = kind.read(address.replace("/#", "/%23"), terms)  # what follows # would be dropped unseen
        plugin = parsed and kind.plugin(asset=_ASSET, **parsed)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):  # Apprise's own errors are several of these
        return f"the address cannot be read; it should look like {kind.form}"
    if not plugin or not parsed:
        return f"the address cannot be read; it should look like {kind.form}"
    return _unusable(parsed, plugin, kind) or (kind, plugin)


def _unusable(parsed: Parsed, plugin: Plugin, kind: Kind) -> str:
    if not 0 <= (parsed["port"] or 0) < 1 << 16:
        return "the port is none: there are 65535"
    return _unheeded(parsed, kind.options) or kind.refused(parsed, plugin)


def _unheeded(parsed: Parsed, heeded: frozenset[str]) -> str:
    """Name an option that would be ignored; one that begins with a mark (`+header`) is known by its mark."""
    unknown = sorted(option for option in parsed["qsd"] if option not in heeded and option[:1] not in heeded)
    return f"the option {unknown[0]} is not heeded; these are: {', '.join(sorted(heeded)) or 'none'}" if unknown else ""


def _unknown(schema: str) -> str:
    known = sorted(_MODULES)
    near = get_close_matches(schema, known, 1)
    hint = (
        f"did you mean {near[0]}://?" if near else f"these are: {', '.join(f'{name}://' for name in known)}, terminal"
    )
    return f"no address of a kind that can be used - {hint}"


@cache
def _kind(schema: str) -> Kind:
    with warnings.catch_warnings():
        # Apprise imports what Python deprecates, for libraries that are not here.
        warnings.simplefilter("ignore", DeprecationWarning)
        kind: Kind = import_module(f"monitor.notify.{_MODULES[schema]}").KIND
    return kind
