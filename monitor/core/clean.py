"""Foreign text made fit to be shown: nothing invisible in it, and a map from the places of the text as it came."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

Span = tuple[int, int]
"""`[start, end)` in characters."""

# Scripts whose spelling needs the joiners U+200C and U+200D: Arabic to Sinhala, Myanmar, Khmer, Mongolian.
_JOINING = "\u0600-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18af"
# Emoji, the variation selector and the keycap: U+200D makes families and professions of them.
_EMOJI = "\u20e3\u2190-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff"
# Controls, soft hyphen, marks of direction, zero-width characters, tags, lone surrogates, non-characters.
_UNSEEN = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\ufdd0-\ufdef\U000e0000-\U000e0fff"
)
_LINE_ENDS = "\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
_ODD = re.compile(
    rf"(?P<joiner>(?<=[{_JOINING}])[\u200c\u200d]|(?<=[{_EMOJI}])\u200d(?=[{_EMOJI}]))"
    rf"|[\s{_UNSEEN}]{{2,}}|^\s|\s\Z|[{_UNSEEN}\t\x1f{_LINE_ENDS}]"
)
_LINE_END = re.compile(f"[{_LINE_ENDS}]")
_SPACE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without what is unseen; `ends` and `lost` say after which places of the original how much is missing."""

    text: str
    ends: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()

    def at(self, offset: int) -> int:
        """Say where a place of the original is now."""
        i = bisect_right(self.ends, offset)
        place = offset - (self.lost[i - 1] if i else 0)
        bound = self.ends[i] - self.lost[i] if i < len(self.ends) else len(self.text)
        return max(0, min(place, bound))

    def spans(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Say where spans of the original are now: in order, those that touch joined, those of nothing left out."""
        joined: list[Span] = []
        for start, end in sorted(self._trimmed(self.at(start), self.at(end)) for start, end in spans):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            elif start < end:
                joined.append((start, end))
        return tuple(joined)

    def _trimmed(self, start: int, end: int) -> Span:
        """Leave out the space that stands for a run in which a span ended."""
        part = self.text[start:end]
        start += len(part) - len(part.lstrip())
        return start, start + len(part.strip())


def clean(text: str, *, one_line: bool = False) -> Cleaned:
    """Take out what cannot be seen but can deceive or harm, and make one space or line break of several.

    Joiners stay where emoji and the scripts that need them stand beside them. Source: Unicode TR 36, 3 and UAX 31, 2.3.
    """
    parts, ends, lost, done, missing = [], [], [], 0, 0
    for odd in _ODD.finditer(text):
        kept = _kept(odd, len(text), one_line=one_line)
        parts += [text[done : odd.start()], kept]
        done = odd.end()
        missing += len(odd.group()) - len(kept)
        ends.append(done)
        lost.append(missing)
    return Cleaned("".join([*parts, text[done:]]), tuple(ends), tuple(lost))


def _kept(odd: re.Match[str], length: int, *, one_line: bool) -> str:
    if odd["joiner"]:
        return odd["joiner"]
    if odd.start() == 0 or odd.end() == length or not _SPACE.search(odd.group()):
        return ""
    return "\n" if _LINE_END.search(odd.group()) and not one_line else " "
