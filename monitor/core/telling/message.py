"""An alert in words, per kind of channel and within its limits; foreign text is inert in each.

alerts -> lines of runs -> text and html (telling/rendering)
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from monitor.core.book import Book
from monitor.core.clean import Span, clean
from monitor.core.entry import Entry
from monitor.core.rule import SEVERITIES, Finding, Hit, Severity
from monitor.core.telling.alert import Alert
from monitor.core.telling.notice import Notice
from monitor.core.telling.passage import head, windows
from monitor.core.telling.rendering import Line, Medium, Run, Style, length, rendered


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as a program wants it: texts cleaned, hits as the ledger has them (offsets in texts as they came)."""

    id: int
    identity: str
    feed: str
    severity: Severity
    rules: tuple[str, ...]
    title: str
    link: str
    deleted: bool
    published: datetime | None
    fetched: datetime
    committed: datetime
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What one delivery says: `subject` on one line, the same content as `lines`, as `text` and as `html`.

    `html` is empty where the medium has none.
    """

    medium: Medium
    severity: Severity
    subject: str
    lines: tuple[Line, ...]
    text: str
    html: str = ""
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """`whole` bounds text and html alike (Telegram counts UTF-16 units); `passage` is how much of an entry is shown."""

    whole: int
    passage: int


LIMITS: Mapping[Medium, Limits] = {
    "email": Limits(whole=100_000, passage=3000),
    "telegram": Limits(whole=4096, passage=1200),  # https://core.telegram.org/bots/api#sendmessage
    "slack": Limits(
        whole=3500, passage=1200
    ),  # https://api.slack.com/methods/chat.postMessage#truncating: at best 4,000
    "plain": Limits(whole=10_000, passage=2000),
    "terminal": Limits(whole=4000, passage=600),
}
SUBJECT = 150
"""Characters of a subject; mailboxes show about 70."""

MOST = 10
"""Alerts shown in one message; of more, the number is said."""

NOTHING = "(an entry without title and text)"
WITHDRAWN = "The source has withdrawn this entry."


@dataclass(frozen=True, slots=True)
class _Room:
    """How much is shown: alerts, and characters of each one's passage, headline and names; links go last."""

    alerts: int
    passage: int
    names: int
    link: bool = True


def compose(alerts: tuple[Alert, ...], book: Book, medium: Medium) -> Message:
    """Put alerts into words, the first ones first, as much of each as the medium takes.

    Passages are shortened first, then headlines and names, then alerts are counted instead of shown; links come last.
    """
    drafts = (_message(alerts, book, medium, room) for room in _rooms(len(alerts), LIMITS[medium]))
    return next(draft for draft in drafts if fits(draft))


def note(title: str, text: str, medium: Medium, severity: Severity = "normal") -> Message:
    """Put a text of our own into words for a medium: a test."""
    subject = _head(clean(title, one_line=True).text, SUBJECT)
    body = _head(clean(text).text, LIMITS[medium].passage)
    lines: tuple[Line, ...] = ((Run(subject, "strong"),), (Run(body),))
    return Message(medium, severity, subject, lines, *rendered(lines, medium))


def report(notices: tuple[Notice, ...], book: Book, medium: Medium) -> Message:
    """Put notices into words for operators, as much of each as the medium takes; of more than `MOST` the number."""
    drafts = (_report(notices, book, medium, LIMITS[medium].passage // share) for share in (1, 2, 4, 8, 16, 32))
    return next(draft for draft in drafts if fits(draft))


def fits(message: Message) -> bool:
    """Tell whether text and html are within the medium's limit."""
    limit = LIMITS[message.medium].whole
    return all(length(rendition, message.medium) <= limit for rendition in (message.text, message.html))


def _rooms(count: int, limits: Limits) -> Iterator[_Room]:
    for alerts in range(min(count, MOST), 0, -1):
        for share in (1, 2, 4, 8):
            yield _Room(alerts, limits.passage // (alerts * share), 300 // share)
    yield _Room(1, 0, 30, link=False)


def _report(notices: tuple[Notice, ...], book: Book, medium: Medium, passage: int) -> Message:
    lines: list[Line] = []
    for notice in notices[:MOST]:
        lines += [(), *_noticed(notice, book, passage)] if lines else _noticed(notice, book, passage)
    if len(notices) > MOST:
        lines += [(), (Run(f"… and {len(notices) - MOST} more", "strong"),)]
    more = f" (+{len(notices) - 1} more)" if len(notices) > 1 else ""
    severity = max((notice.severity for notice in notices), key=SEVERITIES.index)
    subject = _head(f"[{severity}] {clean(notices[0].subject, one_line=True).text}", SUBJECT - len(more)) + more
    return Message(medium, severity, subject, tuple(lines), *rendered(lines, medium))


def _noticed(notice: Notice, book: Book, passage: int) -> list[Line]:
    subject = _head(clean(notice.subject, one_line=True).text, min(SUBJECT, passage))
    text = _head(clean(notice.text).text, passage)
    said: list[Line] = [(Run(line),) for line in text.split("\n")]
    when: Line = (Run("Time: ", "label"), Run(_time(notice.at, book.zone, "%H:%M:%S")))
    return [(Run(f"[{notice.severity}] {subject}", "strong"),), *said, (), when]


def _message(alerts: tuple[Alert, ...], book: Book, medium: Medium, room: _Room) -> Message:
    lines: list[Line] = []
    for alert in alerts[: room.alerts]:
        lines += [(), *_section(alert, book, room)] if lines else _section(alert, book, room)
    rest = len(alerts) - room.alerts
    if rest:
        lines += [(), (Run(f"… and {rest} more", "strong"),)]
    first, severity = alerts[0], max((_severity(alert) for alert in alerts), key=SEVERITIES.index)
    more = f" (+{len(alerts) - 1} more)" if len(alerts) > 1 else ""
    subject = _head(f"[{severity}] {_withdrawn(first.revision.entry)}{_subject(first)}", SUBJECT - len(more)) + more
    return Message(medium, severity, subject, tuple(lines), *rendered(lines, medium), tuple(map(_told, alerts)))


def _told(alert: Alert) -> Told:
    entry = alert.revision.entry
    return Told(
        id=alert.id,
        identity=entry.identity,
        feed=entry.feed,
        severity=_severity(alert),
        rules=tuple(finding.rule for finding in alert.findings),
        title=clean(entry.title, one_line=True).text,
        link=_address(entry.link),
        deleted=entry.deleted,
        published=entry.published,
        fetched=alert.revision.seen_at,
        committed=alert.committed,
        hits=_hits(alert),
    )


def _severity(alert: Alert) -> Severity:
    return max((finding.severity for finding in alert.findings), key=SEVERITIES.index, default="normal")


def _hits(alert: Alert) -> tuple[Hit, ...]:
    return tuple(dict.fromkeys(hit for finding in alert.findings for hit in finding.hits))


def _withdrawn(entry: Entry) -> str:
    return "Withdrawn: " if entry.deleted else ""


def _subject(alert: Alert) -> str:
    """Say what happened on one line: the title, else the sentence that was met."""
    entry = alert.revision.entry
    title = clean(entry.title, one_line=True).text.strip()
    return title or "".join(run.text for run in _passage(alert, SUBJECT, one_line=True)).strip() or NOTHING


def _section(alert: Alert, book: Book, room: _Room) -> list[Line]:
    entry = alert.revision.entry
    label = Run(f"[{_severity(alert)}] {_withdrawn(entry)}", "strong")
    lines: list[Line] = [(label, *_headline(alert, book, room.names))]
    if entry.deleted:
        lines.append((Run(WITHDRAWN),))
    passage = _passage(alert, room.passage)
    return [*lines, *([passage] if passage else []), (), *_facts(alert, book, room)]


def _headline(alert: Alert, book: Book, room: int) -> Line:
    entry = alert.revision.entry
    title = clean(entry.title, one_line=True)
    if not title.text.strip():
        return (Run(_feed_title(entry, book, room) if entry.text.strip() else NOTHING, "strong"),)
    spans = title.spans((hit.start, hit.end) for hit in _hits(alert) if hit.field == "title")
    return _runs(title.text, spans, (head(title.text, room),), "strong")


def _passage(alert: Alert, room: int, *, one_line: bool = False) -> Line:
    text = clean(alert.revision.entry.text, one_line=one_line)
    if not text.text.strip():
        return ()
    spans = text.spans((hit.start, hit.end) for hit in _hits(alert) if hit.field == "text")
    return _runs(text.text, spans, windows(text.text, spans, room), "plain")


def _runs(text: str, hits: tuple[Span, ...], parts: tuple[Span, ...], style: Style) -> Line:
    """Split the shown parts of a text at its hits; `…` stands for what is left out."""
    runs: list[Run] = []
    done = 0
    for start, end in parts:
        if start > done:
            runs.append(Run(" … " if runs else "… ", style))
        at = start
        for a, b in ((max(a, start), min(b, end)) for a, b in hits if a < end and b > start):
            runs += [Run(text[at:a], style), Run(text[a:b], "hit")]
            at = b
        runs.append(Run(text[at:end], style))
        done = end
    if parts and done < len(text):
        runs.append(Run(" …", style))
    return tuple(run for run in runs if run.text)


def _facts(alert: Alert, book: Book, room: _Room) -> Iterator[Line]:
    entry = alert.revision.entry
    zone = book.zone or (book.feeds[entry.feed].zone if entry.feed in book.feeds else "")
    edited = f", revision {alert.revision.number}" if alert.revision.number > 1 else ""
    label = "Updated: " if entry.updated and not entry.published else "Time: "
    at = entry.published or entry.updated
    said = "not given by the source" if at is None else _time(at, zone, "%H:%M")
    if alert.revision.ahead:
        said += ", when it was seen: its source dates it in the future"
    if alert.findings:
        yield (
            Run("Rule: " if len(alert.findings) == 1 else "Rules: ", "label"),
            Run(_rules(alert.findings, book, room.names)),
        )
    yield Run("Source: ", "label"), Run(_feed_title(entry, book, room.names))
    yield Run(label, "label"), Run(said + edited)
    yield Run("Fetched: ", "label"), Run(_time(alert.revision.seen_at, zone, "%H:%M:%S"))
    if entry.link:
        yield Run("Link: ", "label"), _link(entry.link, room)


def _rules(findings: Iterable[Finding], book: Book, room: int) -> str:
    names = [finding.rule for finding in findings]
    titles = [book.rules[name].title if name in book.rules else "" for name in names]
    return _head(
        "; ".join(f"{title} ({name})" if title else name for title, name in zip(titles, names, strict=True)), room
    )


def _feed_title(entry: Entry, book: Book, room: int) -> str:
    title = book.feeds[entry.feed].title if entry.feed in book.feeds else ""
    return _head(clean(title, one_line=True).text or entry.feed, room)


def _time(moment: datetime, zone: str, clock: str) -> str:
    """Write a time with its zone named: the zone's abbreviation where it has one, and UTC beside it."""
    utc = moment.astimezone(UTC)
    if zone in {"", "UTC"}:
        return f"{utc:%Y-%m-%d {clock}} UTC"
    local = utc.astimezone(ZoneInfo(zone))
    name = local.strftime("%Z")
    return f"{local:%Y-%m-%d {clock}} {name if name.isalpha() else zone} ({utc:{clock}} UTC)"


def _address(link: str) -> str:
    """Write a link so that nothing in it ends the link early."""
    return "".join(f"%{ord(c):02X}" if c in ' "<>\\^`{|}' else c for c in clean(link, one_line=True).text)


def _link(link: str, room: _Room) -> Run:
    """Show the host and link to the whole; what is no http link is only shown."""
    address = _address(link)
    if not room.link:
        return Run(f"{_head(address, room.names)} (too long for this channel)")
    host = _host(address)
    return Run(host, link=address) if host else Run(address)


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:  # a bracket without its partner
        return ""
    return parts.hostname or "" if parts.scheme in {"http", "https"} else ""


def _head(text: str, room: int) -> str:
    start, end = head(text, room)
    return text[start:end] + (" …" if end < len(text) else "")
