"""Letters and their accents composed (NFC), with the way back: where each letter began and ended before."""

import unicodedata
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from monitor.core.letters import joining

Codes = NDArray[np.uint32]
Index = NDArray[np.intp]
Bounds = tuple[Index, Index]

_CLUSTER = 31  # a letter and the marks that count, UAX 15 "Stream-Safe Text"; more of them is mischief
_VOICED = "ﾞﾟ\u3099\u309a"  # marks of kana; NFC does not compose them with letters of half width


def codes_of(text: str) -> Codes:
    """Give the codes of a text, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def composed(text: str) -> tuple[str, Bounds | None]:
    """Compose letters and their accents; where that changes the text, say where each letter began and ended.

    The text is one between spaces.
    """
    if unicodedata.is_normalized("NFC", text) and not any(mark in text for mark in _VOICED):
        return text, None
    pieces, changed, done = [""], [], 0
    for start, until in _clusters(text):
        end = min(until, start + _CLUSTER)
        letters = unicodedata.normalize("NFKC" if "ｦ" <= text[start] <= "ﾝ" else "NFC", text[start:end])
        if len(letters) < end - start:
            pieces += text[done:start], letters
            changed += [(start, start + len(letters), end)]
            done = end
    return "".join(pieces) + text[done:], _bounds(len(text), np.array(changed, np.intp).reshape(-1, 3))


def _bounds(length: int, changed: Index) -> Bounds:
    """Say where each letter began and ended: of what was `[start, end)`, letters up to `until` are left."""
    start, until, end = changed.T
    kept = np.zeros(length, np.int8)
    kept[until] = 1
    kept[end] -= 1  # a text ends with a space, so that there is a place for the last
    counts = until - start
    letters = np.arange(counts.sum()) + (start - counts.cumsum() + counts).repeat(counts)
    starts, ends = np.arange(length), np.arange(1, length + 1)
    starts[letters], ends[letters] = start.repeat(counts), end.repeat(counts)
    is_kept = kept.cumsum() == 0
    return starts[is_kept], ends[is_kept]


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Find the letters that marks follow; between them there is nothing to compose."""
    joins = joining().take(
        codes_of(text), mode="clip"
    )  # the first and the last character are spaces, which do not join
    starts, ends = np.flatnonzero(joins[1:] & ~joins[:-1]), np.flatnonzero(~joins[1:] & joins[:-1]) + 1
    return zip(starts.tolist(), ends.tolist(), strict=True)
