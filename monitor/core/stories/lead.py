"""Headline and lead of an entry: its first sentences, without what an outlet puts around them of its own."""

import re
from dataclasses import dataclass

from monitor.core.entry import Entry
from monitor.core.stories.lexicon import AGENCIES

READ = 1_500
"""Characters of a text that are read: what a story is stands at its beginning."""

_SENTENCES = 4

_TAG = re.compile(rf"[(\[/]\s*(?:{AGENCIES})\b[^)\]/\n]{{0,20}}[)\]/]")
_DATELINE = re.compile(rf"\A[^\n]{{0,50}}?{_TAG.pattern}[\s.:—–-]*")
_CITY = re.compile(r"\A[A-ZÀ-ÞА-ЯЁ]{3,}[^\n.!?]{0,30}?\s[—–-]+\s")
_BYLINE = re.compile(
    r"\A\s*(?:by|par|von|автор:?|text:?|foto:?|photo:?)\s+[^\n.]{2,60}(?:\n|\Z)"
    r"|\A\s*(?:by|par|von)\s+(?:[^\W\d_]{1,30}[ -]){1,2}[^\W\d_]{1,30}\s*[,|–—-]+\s*",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"(?m)^\s*(?:updated|published|last update|mis à jour|publié|aktualisiert|veröffentlicht|stand:|обновлено|"
    r"опубликовано)\b[^\n]{0,60}$"
    r"|\((?:updated|mis à jour|aktualisiert|обновлено)\b[^)\n]{0,60}\)",
    re.IGNORECASE,
)
_READING = re.compile(
    r"(?:\d+[ -]?min(?:ute)?s?\s+(?:read|de lecture)|(?:lesezeit|lesedauer|lecture|temps de lecture|reading time|"
    r"время чтения)\s*:?\s*\d+\s*(?:minuten|minutes|minute|min|минуты|минут|мин)\b\.?)",
    re.IGNORECASE,
)
_AGENCY = re.compile(rf"\A(?:{AGENCIES})\b[\s.:,—–-]+")
_LABEL = re.compile(
    r"\A\s*(?:(?:breaking|live|urgent|eilmeldung|eil|en direct|direct|alerte|срочно|молния|обновлено|liveticker|"
    r"update(?: \d+)?|updated)\b(?: news)?\s*[:|.!—–-]+\s*)+",
    re.IGNORECASE,
)
_OUTLET = re.compile(r"\s\|\s[^|\n]{2,30}\Z")
_END = re.compile(r"(?<=\w{3}[.!?…])[\"»”)]*\s+(?=[A-ZÀ-ÞА-ЯЁ«\"“„\d])|\s*\n\s*")
_DOTTED = re.compile(r"\b(?:[A-ZÀ-ÞА-ЯЁ]\.[ -]?){2,}")


@dataclass(frozen=True, slots=True)
class Lead:
    """What an entry says first: `strong` is its headline and first sentence.

    `second`: the next sentence of that paragraph; `weak`: the sentences after that.

    `headline` is its title, or the first sentence where it has none.
    """

    headline: str
    strong: tuple[str, ...]
    second: tuple[str, ...]
    weak: tuple[str, ...]


def lead_of(entry: Entry) -> Lead:
    """Read headline and lead of an entry."""
    title = _plain(_OUTLET.sub("", _LABEL.sub("", entry.title[:READ])))
    text = _plain(_untagged(entry.text[:READ]))
    sentences = [sentence for sentence in _END.split(text) if sentence.strip()][:_SENTENCES]
    if title:
        sentences.insert(0, title)
    second = 2 + bool(title and len(_END.split(text.partition("\n")[0])) > 1)
    return Lead("".join(sentences[:1]), tuple(sentences[:2]), tuple(sentences[2:second]), tuple(sentences[second:]))


def _untagged(text: str) -> str:
    """Take away bylines, datelines, agencies' tags and stamps."""
    text = _BYLINE.sub("", _STAMP.sub("", _READING.sub("", text)).lstrip(" \n|·-"))
    rest = _DATELINE.sub("", text, count=1)
    if rest.strip():
        text = rest
    text = _CITY.sub("", _LABEL.sub("", _TAG.sub("", text)).lstrip(), count=1)
    return _AGENCY.sub("", text)


def _plain(text: str) -> str:
    """Write U.S. as US."""
    return _DOTTED.sub(lambda found: re.sub(r"[.\- ]", "", found[0]) + " ", text).strip()
