"""How the oracle reads a text: letter by letter, without tables and without a thought for speed."""

import unicodedata
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Literal, NamedTuple

Kind = Literal["ordinary", "ideographs", "hangul", "thai"]

APOSTROPHES = frozenset("'’‘‛ʼʹʺʻʽʾʿˈ′´`＇՚׳Ꞌꞌ")
CROSSED = frozenset("-־᠆‐‑‒–—―⁃−⸗⸺⸻﹘﹣－_＿·・･")
PLAIN = {
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "й": "й", "ґ": "г",
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
}  # fmt: skip
_SCRIPTS: dict[Kind, str] = {
    "ideographs": "CJK,HIRAGANA,KATAKANA,HALFWIDTH KATAKANA,BOPOMOFO,IDEOGRAPHIC,VERTICAL KANA",
    "hangul": "HANGUL,HALFWIDTH HANGUL",
    "thai": "THAI,LAO,MYANMAR,KHMER",
}
KINDS: dict[str, Kind] = {script: kind for kind, scripts in _SCRIPTS.items() for script in scripts.split(",")}
"""The scripts without word ends, by how the names of their letters in Unicode begin."""
LETTERS_PER_WORD = {"ideographs": 2, "thai": 5}
MARKED_LIKE_LATIN = ("COMBINING", "ARABIC", "HEBREW", "VARIATION", "SYRIAC", "CYRILLIC")


class Letter(NamedTuple):
    """A folded letter, and the characters of the original that it stands for."""

    char: str
    start: int
    end: int
    kind: Kind

    @property
    def is_loose(self) -> bool:
        return self.kind != "ordinary"


class Text:
    """Folded letters, with a single None between words and at either end."""

    def __init__(self, title: str, text: str | None = None) -> None:
        self.seam, self.original = len(title), title if text is None else f"{title}\0{text}"
        self.letters: list[Letter | None] = [None]
        self._apostrophes: set[int] = set()
        for start, end in _clusters(self.original):
            self._read(start, end)
        if self.letters[-1]:
            self.letters.append(None)

    def _read(self, start: int, end: int) -> None:
        """Read a letter and its marks; where they compose, each of what they fold to stands for them all."""
        cluster = self.original[start:end]
        composed = unicodedata.normalize("NFKC" if "ｦ" <= cluster[0] <= "ﾝ" else "NFC", cluster)
        if len(composed) < len(cluster):
            for char in composed:
                self._enter(char, start, end)
            return
        for offset, char in enumerate(cluster):
            stop = offset + 1
            while stop < len(cluster) and is_accent(cluster[stop]):
                stop += 1
            self._enter(char, start + offset, start + stop)

    def _enter(self, char: str, start: int, end: int) -> None:
        for one in folded(char):
            last = self.letters[-1]
            if one in " '":
                self.letters += [None] if last else []
                continue
            letter = Letter(one, start, end, kind(one))
            if last and last.is_loose != letter.is_loose:
                self.letters.append(None)
            self.letters.append(letter)

    def at(self, place: int) -> Letter:
        letter = self.letters[place]
        assert letter
        return letter

    def chars(self, start: int, end: int) -> str:
        return "".join(letter.char if letter else " " for letter in self.letters[start:end])

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.at(start).start, self.at(end - 1).end

    def gap(self, space: int) -> str:
        """Say what stands in the original at a space of the folded text, as a phrase sees it."""
        before = self.at(space - 1).end if space else 0
        after = self.at(space + 1).start if space + 1 < len(self.letters) else len(self.original)
        written = self.original[before:after]
        around = self.chars(max(space - 1, 0), space) + self.chars(space + 1, space + 2)
        is_acronym = len(around) == 2 and all("א" <= letter <= "ת" for letter in around)
        return "״" if is_acronym and _are_gershayim(written) else seam(written)

    def fields(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Give the words of the title and those of the text, without the spaces around them."""
        letters = [place for place, letter in enumerate(self.letters) if letter]
        title = [place for place in letters if self.at(place).start < self.seam]
        rest = letters[len(title) :]
        return _ends(title), _ends(rest)

    def word(self, place: int) -> int:
        """Count the words that begin before a place of the folded text, or at it."""
        return sum(self._begins_word[: place + 1])

    @cached_property
    def _begins_word(self) -> list[bool]:
        begins, run, last = [], 0, None
        for letter in self.letters:
            run = run + 1 if letter and last and letter.kind == last.kind else 0
            begins.append(letter is not None and run % LETTERS_PER_WORD.get(letter.kind, 10**9) == 0)
            last = letter
        return begins

    def is_possessive(self, place: int) -> bool:
        """Tell an s that is the last of its word and that an apostrophe closes, as in `the Trumps’ house`."""
        s = self.letters[place]
        if not s or s.char != "s" or self.letters[place + 1] or s.start == self.at(place - 1).start:
            return False
        behind = [folded(char) for char in self.original[s.end :] if folded(char)]
        return behind[:1] == ["'"] and not any(char.strip(" '") for char in behind[1:2])


def _ends(places: list[int]) -> tuple[int, int]:
    return (places[0], places[-1] + 1) if places else (0, 0)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and _joins(text[end]):
            end += 1
        yield start, end
        start = end


def _joins(char: str) -> bool:
    return unicodedata.category(char)[0] == "M" or "\u1161" <= char <= "\u11ff" or char in "ﾞﾟ"


@cache
def folded(char: str) -> str:
    """Fold one character: to letters, to a space or an apostrophe, which part words, or to nothing."""
    category = unicodedata.category(char)
    if char in APOSTROPHES:
        return "'"
    if category == "Cf" or char == "ـ" or is_accent(char):
        return ""
    if category[0] == "M":
        return char
    decomposition = unicodedata.decomposition(char)
    if not char.isalnum() or (category == "No" and decomposition.startswith(("<super>", "<circle>"))):
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(char))
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
    plain = "".join(map(_plain, wide))
    is_text = all(one.isalnum() or unicodedata.category(one)[0] == "M" for one in plain)
    return plain if is_text and plain[:1].isalnum() else char


def _plain(letter: str) -> str:
    """Take the accents off a letter of an alphabet in which they may be left out."""
    if letter in PLAIN:
        return PLAIN[letter]
    if is_accent(letter):
        return ""
    base = unicodedata.normalize("NFD", letter)[0]
    return PLAIN.get(base, base) if base < "\u0700" else letter


@cache
def is_accent(mark: str) -> bool:
    """Tell the marks that may be left out in writing: not those of Indian scripts, Thai or Japanese."""
    category = unicodedata.category(mark)
    if category == "Me":
        return True
    return category[0] == "M" and unicodedata.name(mark, "").startswith(MARKED_LIKE_LATIN) and not _is_kana_voice(mark)


def _is_kana_voice(mark: str) -> bool:
    return "KATAKANA-HIRAGANA" in unicodedata.name(mark, "")


@cache
def kind(letter: str) -> Kind:
    """Tell by its name in Unicode whether words end in the script of a letter."""
    if letter in "ﾞﾟ":
        return "ordinary"  # with no kana before it
    name = unicodedata.name(letter, "")
    return next((kind for script, kind in KINDS.items() if name.startswith(script)), "ordinary")


def seam(gap: str) -> str:
    """Reduce what stands between two words to what matters: a space where a phrase may cross, else its signs."""
    signs = ("'" if char in APOSTROPHES else "" if _is_crossed(char) else char for char in gap)
    return unicodedata.normalize("NFKC", "".join(signs)) or " "


def _is_crossed(char: str) -> bool:
    return char.isspace() or char in CROSSED or not folded(char)


def as_written(text: str) -> str:
    """Give a text as written, but for invisible characters and the kinds of spaces, dashes and apostrophes."""
    composed = "".join(map(_as_written, unicodedata.normalize("NFC", text)))
    at, signs = 0, ""
    while at < len(composed):
        width = 2 if composed[at : at + 2] == "''" else 1
        is_inside = at > 0 and _is_hebrew(composed[at - 1]) and _is_hebrew(composed[at + width : at + width + 1] or " ")
        is_sign = is_inside and _are_gershayim(composed[at : at + width])
        signs += "״" if is_sign else composed[at]
        at += width if is_sign else 1
    return " ".join(signs.split())


def _are_gershayim(written: str) -> bool:
    return written in tuple('"“”„‟״″＂') or (len(written) == 2 and all(char in APOSTROPHES for char in written))


def _is_hebrew(char: str) -> bool:
    return unicodedata.name(char, "").startswith(("HEBREW LETTER", "HEBREW POINT"))


def _as_written(char: str) -> str:
    category = unicodedata.category(char)
    if char in APOSTROPHES:
        return "'"
    if category == "Pd":
        return "-"
    return "" if category[0] != "M" and not folded(char) else char
