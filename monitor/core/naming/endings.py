"""Case endings of names in Cyrillic: closed lists by how a name ends, so that few forms are made that are none.

    Рябков -> Рябкова Рябкову Рябковым ...    Захарова -> Захаровой Захарову    Київ -> Києва Києву ...    НАТО -> none

The lists serve Russian and Ukrainian alike, and Belarusian, Bulgarian and Serbian as far as they share them. Nothing is
looked up: a word that ends like a name is declined like one. Plurals are left out, but of places without a singular.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor.core.naming.keys import is_cyrillic, words
from monitor.core.text import normal

# After which letters | which ending of the nominative | becomes which in the other cases. The first line that fits a
# word is its class. - is none; ^ is where the word begins; ї is і, ґ is г.
_TABLE = """
молдов женев|а|ы и е у ой ою і
ськ цьк зьк|а|оі ій у ою
нн тт|я|я ю ям і
|ая|ой ую ою
|яя|ей юю
ов ев єв|а|ой у ою оі ій
|ия|ии ию ией
|ія|іі ію ією
|га|ги ге гу гой гою зі
|ка|ки ке ку кой кою ці
|ха|хи хе ху хой хою сі
ж ш ч щ|а|и е у ей ою ею і
ц|а|ы е у ей ею і
|а|ы и е у ой ою і
|я|и е ю ей ею і
ськ цьк зьк|ий|ого ому им ім
к х|ий|ого ому им ом
г|ий|ого ому им ом ия ию ием ии
н|ий|его ему им ем ого ому ім ия ию ием ии
ж ш ч щ|ий|его ему им ем ого ому ім
|ый|ого ому ым ом
|ий|ия ию ием ии ого ому им
|ій|ія ію ієм ієві іі
|ие|ия ию ием ии
|ье|ья ью ьем
|ое|ого ому ым им ом
|ее|его ему им ем
|ой|ого ому ым им ом оя ою оем ое
а е и о у э ю я і ы|й|я ю ем е єм єві і
|ець|ця цю цем цеві ці
|ец|ца цу цем цом це еца ецу ецом еце
|ок|ка ку ком ке кові ока оку оком оке
пав|ел|ла лу лом ле
^л|ев|ьва ьву ьвом ьве ьвові ева еву евом еві евові
б в д ж з к л м н п р с т ф ц ч ш щ|ь|я ю ем е и ью і еві
|ів|ова ову овим овом ові єва єву євим євом єві ева еву евим евом еві іва іву івим івом іві
ов ев єв ин ын ін йн||а у ым им ом е ові і
ж ш ч щ ц||а у ем ом е еві і
к|о|а ом у ові
ов ев єв ин ын|о|а у ом е
ств цтв|о|а у ом е і
|ы|- ам ами ах
б в г д з к л м н п р с т ф х||а у ом ем е ові і
"""

_GENITIVES = ("мин", "гос", "глав", "нац", "рос")
"""What abbreviations begin with that end in a genitive (Минобороны, Госдумы): these have no cases."""

_SHORTEST = 3
_CLOSED = re.compile("[аеиоуыэюяії][бвгдзклмнпрстфх]")
"""A word of two letters that is declined beside others of a name that begin with a capital: Ким Чен Ын."""


@dataclass(frozen=True, slots=True)
class Stem:
    """What all forms of a word have in common, and what may follow, that of the nominative first; folded.

    A word that is not declined has one ending, the empty one.
    """

    stem: str
    endings: tuple[str, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """List the forms whole, the nominative first."""
        return tuple(self.stem + ending for ending in self.endings)


@dataclass(frozen=True, slots=True)
class _Declension:
    after: tuple[str, ...]
    tail: str
    endings: tuple[str, ...]


def _read(line: str) -> _Declension:
    after, tail, endings = line.split("|")
    return _Declension(
        tuple(letters + tail for letters in after.split(" ")),
        tail,
        tuple(ending.strip("-") for ending in endings.split(" ")),
    )


_DECLENSIONS = tuple(map(_read, _TABLE.strip().split("\n")))


def _by_ending() -> dict[str, tuple[_Declension, ...]]:
    found: dict[str, list[_Declension]] = {}
    for declension in _DECLENSIONS:
        for ending in declension.endings:
            found.setdefault(ending, []).append(declension)
    return {ending: tuple(some) for ending, some in found.items()}


_BY_ENDING = _by_ending()
_OF_SHORT = ("", *_DECLENSIONS[-1].endings)
_BY_LETTER = {
    letter: tuple(row for row in _DECLENSIONS if any(after.endswith(letter) for after in row.after))
    for letter in "".join(after[-1] for row in _DECLENSIONS for after in row.after if after)
}
_LONGEST = max(map(len, _BY_ENDING))


def stems(name: str) -> tuple[Stem, ...]:
    """Give for each word of a name in Cyrillic its stem and its endings; () if none of its words is declined."""
    parts = words(name)
    found = tuple(_short_stem(part) if len(parts) > 1 and len(part) < _SHORTEST else _stem(part) for part in parts)
    return found if any(len(stem.endings) > 1 for stem in found) else ()


def _stem(written: str) -> Stem:
    word = normal(written)
    declension = None if written.isupper() else _declension(word)
    if declension is None:
        return Stem(word, ("",))
    base = word.removesuffix(declension.tail)
    forms = dict.fromkeys((word, *(base + ending for ending in declension.endings)))
    stem = commonprefix(forms)
    return Stem(stem, tuple(form[len(stem) :] for form in forms))


def _short_stem(written: str) -> Stem:
    word = normal(written)
    is_declined = written.istitle() and _CLOSED.fullmatch(word)
    return Stem(word, _OF_SHORT if is_declined else ("",))


@lru_cache(1 << 14)
def nominatives(form: str) -> tuple[str, ...]:
    """List the words of which a word in Cyrillic may be another case, not itself one; in small letters.

    Of Рябкова it is Рябков: that it may be the nominative of a woman's name is another matter.
    """
    word = unicodedata.normalize("NFC", form).lower().translate(_AS_LISTED)
    return tuple(dict.fromkeys(_nominatives(word)))


def _nominatives(word: str) -> Iterator[str]:
    listed = word.replace("ё", "е")
    for length in range(min(_LONGEST, len(word) - 1) + 1):
        stem = len(word) - length
        for declension in _BY_ENDING.get(listed[stem:], ()):
            nominative = listed[:stem] + declension.tail
            if _fits(nominative, declension) and _declension(nominative) is declension:
                yield word[:stem] + declension.tail


_AS_LISTED = str.maketrans("їґ", "іг", "\u0301")


@lru_cache(1 << 14)
def _declension(word: str) -> _Declension | None:
    if len(word) < _SHORTEST or not is_cyrillic(word) or (word.startswith(_GENITIVES) and word.endswith(("ы", "и"))):
        return None
    rows = _BY_LETTER.get(word[-1], ())
    return next((declension for declension in rows if _fits(word, declension)), None)


def _fits(word: str, declension: _Declension) -> bool:
    return f"^{word}".endswith(declension.after)


def commonprefix(words_: Iterable[str]) -> str:
    """Give what all of some words begin with."""
    first, last = min(words_), max(words_)
    return first[: next((place for place, letter in enumerate(first) if letter != last[place]), len(first))]
