"""How much one document may say: what is more is refused or cut here, so that nobody above is flooded by one feed."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Kind

MOST_ENTRIES = 5_000
"""Entries of one document. The longest live blogs hold some 2,000; 15 MB of markup would make 200,000."""

LONGEST_TEXT = 100_000
"""Characters of a text: forty printed pages, five times the longest post of a live blog. Read for a rule that is met at
every other word, so many take 0.2 s and 8 MB, and a batch of 100 of them still fits into a matcher of 256 MB."""

LONGEST_LINE = 2_000
"""Characters of a title, an author or a category; a headline has 300 at most."""

LONGEST_NAME = 8_000
"""Characters of a link or a guid, as long as RFC 9110 4.1 asks of every server; one that is cut leads nowhere."""

MOST_CATEGORIES = 200

_LONGEST_WORD = 100
"""Characters within which a cut looks for the end of a word; Chinese and Thai have none."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document says: its entries, each once and in its order, and what it says of itself.

    `cut` of the entries said more than the limits let pass. `kind` is as what it was read. `title` is that of the
    feed, blog or page. `ttl`: it asks not to be fetched more often (0: it asks nothing); not in `skip_hours` (of the
    day in UTC) and on `skip_days` (Monday is 0) either. `over`: when its coverage ended, or is to end, by its own word.
    """

    entries: tuple[Entry, ...]
    cut: int = 0
    kind: Kind = "auto"
    title: str = ""
    language: str = ""
    ttl: timedelta = timedelta(0)
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    over: datetime | None = None


def refuse_too_many(count: int) -> None:
    """Raise ParseError where a document has more than `MOST_ENTRIES`; readers ask before they make entries of them."""
    if count > MOST_ENTRIES:
        raise ParseError(f"{count} entries, more than the {MOST_ENTRIES} that are read of one document")


def limited(contents: Contents) -> Contents:
    """Keep the entries of a document within the limits.

    Raises:
        ParseError: they are more than `MOST_ENTRIES`.
    """
    said = contents.entries
    refuse_too_many(len(said))
    kept = tuple(entry if _is_within(entry) else _limited(entry) for entry in said)
    cut = sum(one is not other for one, other in zip(said, kept, strict=True))
    return replace(contents, entries=kept, cut=cut, title=_cut(contents.title, LONGEST_LINE))


def _is_within(entry: Entry) -> bool:
    return (
        len(entry.text) <= LONGEST_TEXT
        and max(map(len, (entry.title, entry.author, *entry.categories))) <= LONGEST_LINE
        and max(len(entry.link), len(entry.guid or "")) <= LONGEST_NAME
        and len(entry.categories) <= MOST_CATEGORIES
    )


def _limited(entry: Entry) -> Entry:
    return replace(
        entry,
        title=_cut(entry.title, LONGEST_LINE),
        text=_cut(entry.text, LONGEST_TEXT),
        author=_cut(entry.author, LONGEST_LINE),
        categories=tuple(_cut(name, LONGEST_LINE) for name in entry.categories[:MOST_CATEGORIES]),
        link=entry.link if len(entry.link) <= LONGEST_NAME else "",
        guid=entry.guid if len(entry.guid or "") <= LONGEST_NAME else None,
    )


def _cut(text: str, longest: int) -> str:
    """Cut at the end of a word, lest half a word is taken for a whole one; and say that there was more."""
    if len(text) <= longest:
        return text
    words, _, rest = text[:longest].rpartition(" ")
    return (words if words and len(rest) < _LONGEST_WORD else text[: longest - 1]).rstrip() + "…"
