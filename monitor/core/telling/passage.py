"""Which part of a text is shown: the sentences in which a rule was met, what stands around them, and cuts at words."""

import re
from collections.abc import Iterable
from itertools import pairwise

from monitor.core.clean import Span

# A sentence ends after a mark behind two letters (`M. Riabkov` goes on) or a closing quote, or at a line break.
_SENTENCE_END = re.compile(
    r"(?<=[^\s.]\w[.!?…])\s+|(?<=[»”\"')][.!?…])\s+|(?<=[.!?…][»”\"')])\s+|(?<=[。！？])(?!\Z)|\n"
)
_SHOWN = 8
"""As many sentences with hits are looked at, and as many around each."""

LEAST = 24
"""A passage with room for fewer characters says nothing and is left out."""


def windows(text: str, hits: tuple[Span, ...], room: int) -> tuple[Span, ...]:
    """Choose what to show of a text, `room` characters at most: sentences with hits first, then those nearest to them.

    A text without hits is shown from its beginning; a sentence that is too long is cut at words, around its first hit.
    """
    if room < LEAST:
        return ()
    if len(text) <= room:
        return ((0, len(text)),)
    sentences = _sentences(text)
    met = [i for i, (a, b) in enumerate(sentences) if any(a <= start < b for start, _ in hits)] or [0]
    chosen = _chosen(sentences, met[:_SHOWN], room)
    if not chosen:
        start, end = sentences[met[0]]
        return (_around(text, (start, end), next((h for h in hits if start <= h[0] < end), (start, start)), room),)
    return _joined(sentences, chosen)


def head(text: str, room: int) -> Span:
    """Cut the beginning of a text at a word, `room` characters at most."""
    if len(text) <= room:
        return (0, len(text))
    return (0, max(text.rfind(" ", 0, room + 1), 0) or room)


def _sentences(text: str) -> list[Span]:
    ends = [end.span() for end in _SENTENCE_END.finditer(text)]
    edges = [(0, 0), *ends, (len(text), len(text))]
    return [(a, b) for (_, a), (b, _) in pairwise(edges) if a < b]


def _chosen(sentences: list[Span], met: list[int], room: int) -> list[int]:
    near = {i for m in met for i in range(max(m - _SHOWN, 0), min(m + _SHOWN, len(sentences)))}
    chosen: list[int] = []
    for i in sorted(near, key=lambda i: (min(abs(i - m) for m in met), i)):
        room -= sentences[i][1] - sentences[i][0] + 1
        if room < 0:
            break
        chosen.append(i)
    return sorted(chosen)


def _joined(sentences: list[Span], chosen: Iterable[int]) -> tuple[Span, ...]:
    parts: list[Span] = []
    last = -2
    for i in chosen:
        start = parts.pop()[0] if i == last + 1 else sentences[i][0]
        parts.append((start, sentences[i][1]))
        last = i
    return tuple(parts)


def _around(text: str, sentence: Span, hit: Span, room: int) -> Span:
    start = max(sentence[0], hit[0] - room // 3)
    if start > sentence[0]:
        start = text.find(" ", start, hit[0]) + 1 or start
    end = min(sentence[1], start + room)
    if end < sentence[1]:
        end = max(text.rfind(" ", hit[1], end), 0) or end
    return (start, end)
