"""What operators are told of a feed, in words for three in the morning: what, since when, why, what to do."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from monitor.core.address import without_login
from monitor.core.feed import Feed
from monitor.core.rule import Severity
from monitor.core.telling.notice import Notice
from monitor.core.watching.conditions import Condition, Name

LONGEST = 300
"""Characters of a reason or an address that are told: what a server writes may be of any length."""

KINDS: Mapping[str, str] = {
    "auto": "something",
    "feed": "an RSS or Atom feed",
    "json_feed": "a JSON Feed",
    "live_blog": "a live blog's page",
    "wordpress": "a WordPress live blog",
    "liveblog_pro": "a Liveblog.pro blog",
    "page": "a page read by a recipe",
}
"""What each kind of a feed gives, in words."""

HIGH: frozenset[Name] = frozenset({"failing", "gone", "broken"})
"""What keeps a feed's entries from being told at all."""

_SUBJECTS: Mapping[Name, tuple[str, str]] = {
    "failing": ("Feed fails", "Feed answers again"),
    "gone": ("Feed is gone", "Feed is back"),
    "robots": ("Feed may not be asked for", "Feed may be asked for again"),
    "broken": ("Feed cannot be read", "Feed can be read again"),
    "moved": ("Feed has moved", "Feed is asked for where the rules say"),
    "kind": ("Feed is of another kind", "Feed's kind is settled"),
    "quiet": ("Feed went quiet", "Feed brings entries again"),
    "overflow": ("Feed runs faster than it is read", "Feed is read as fast as it runs"),
}
"""What is said of each condition when it begins, and when it ends."""

_WHAT: Mapping[Name, str] = {
    "failing": "{name} has not answered since {since}: {reason}. What it publishes meanwhile is not seen.",
    "gone": "The server of {name} says that it is gone for good (HTTP 410), since {since}: {reason}.",
    "robots": "{name} is not asked for since {since}: {reason}.",
    "broken": "{name} answers, but since {since} nothing can be read in it: {reason}. Its entries are not seen.",
    "moved": "{name} has moved for good: its old address leads to {reason} for a day and more, and is asked for there.",
    "kind": "{name} is of another kind since {since}: {reason}. It is read as what it is now.",
    "quiet": "{name} has brought nothing new since {since}; {reason}. It answers, and no fault was found in it.",
    "overflow": "{name} showed none of the entries of the poll before at {since}: {reason}. Some may have been missed.",
}
"""What is the matter."""

_DO: Mapping[Name, str] = {
    "failing": "It is tried again by itself, ever more seldom. If it opens in a browser - {url} - it may refuse us: "
    "`headers`, `auth` or `proxy` of the feed can help. If not, its publisher has a fault, or `url` must be changed.",
    "gone": "Look for its new address and put it under `url`, or take the feed out of the rules. It is asked daily.",
    "robots": "If you may read it all the same, write `robots: ignore` under the feed; if not, take the feed out.",
    "broken": "`vigie feeds try {url}` shows what is read of it. A page that was redesigned needs another `recipe` or "
    "`kind`; an error page may go away by itself.",
    "moved": "Nothing is lost. Put the new address under `url` of the feed in the rules.",
    "kind": "`vigie feeds try {url}` shows what is read of it. If that is right, do nothing; if not, name "
    "its `kind`, or put another address under `url`.",
    "quiet": "Look at {url}: if it shows newer entries, it has a new address or its `recipe` misses them "
    "(`vigie feeds try {url}`). If it does not, nothing needs to be done.",
    "overflow": "It is polled more often for a day. If this comes again, lower `every` of the feed in the rules.",
}
"""What to do about it."""


def beginning(feed: Feed, condition: Condition, now: datetime) -> Notice:
    """Say that a condition begins."""
    words = {
        "name": feed.name,
        "url": _short(without_login(feed.url)),
        "since": f"{moment(condition.since or now)} ({span(now - (condition.since or now))} ago)",
        "reason": _short(condition.reason),
    }
    text = f"{_WHAT[condition.name].format(**words)}\n{_DO[condition.name].format(**words)}"
    severity: Severity = "high" if condition.name in HIGH else "normal"
    return _notice(feed, condition, condition.name, severity, text, now)


def end(feed: Feed, condition: Condition, now: datetime, kind: str) -> Notice:
    """Say that a condition has ended; `kind` is as what the feed is read now."""
    well = condition.well or now
    lasted = span(well - (condition.since or well))
    text = f"That is over since {moment(well)}, after {lasted}. It was: {_short(condition.reason)}."
    if condition.name == "kind":
        text = f"{feed.name} is read as {KINDS[kind]}, and taken for that from now on."
    return _notice(feed, condition, "", "normal", text, now)


def said_of_overflow(lasted: timedelta) -> str:
    """Say how soon a feed has shown nothing but new entries."""
    return f"all that it showed was new after {span(lasted)}"


def said_of_rest(reason: str, until: datetime) -> str:
    """Say that a feed failed, and until when its server asks to be left alone."""
    return f"{_short(reason)}; its server asks to be left alone until {moment(until)}, which is obeyed"


def span(lasts: timedelta) -> str:
    """Say how long something lasts, as roughly as people do: `35 min`, `5 h`, `3 days`."""
    minutes = max(lasts, timedelta(0)) / timedelta(minutes=1)
    if minutes < 120:  # noqa: PLR2004 - two hours
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 2880 else f"{minutes / 1440:.0f} days"  # noqa: PLR2004 - two days


def _notice(feed: Feed, condition: Condition, state: str, severity: Severity, text: str, now: datetime) -> Notice:
    subject = f"{_SUBJECTS[condition.name][not state]}: {feed.name}"
    text = text.replace("?.", "?")  # some reasons ask: is this still its address?
    return Notice("feed", f"{feed.name}:{condition.name}", state, severity, subject, text, 0, now)


def moment(time: datetime) -> str:
    """Say when something was or will be, to a minute."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _short(said: str) -> str:
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
