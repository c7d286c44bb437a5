"""How newspapers spell a name: for people to look at, in French, English, German, Spanish, Polish and Russian.

Guessed from what the name sounds like, so now and then nobody writes it quite so: Чернобыл for Чернобыль is as likely.
"""

import re

from monitor.core.naming.keys import BIT, MAYBE, VOWELS, Sounds, is_cyrillic, key
from monitor.core.text import normal

_WORD = re.compile(r"[^\W\d_]+")

_SOUNDS = "SZghxqkCszcJWXvfwbdlmnprtaoeiuy"
"""In the order in which one of several is chosen."""

_HOUSES = {
    "fr": "ch j g h kh c k tch s z ts dj chtch x v f w b d l m n p r t a o e i ou y",
    "en": "sh zh g h kh c k ch s z ts j shch x v f w b d l m n p r t a o e i u y",
    "de": "sch sch g h ch c k tsch s s z dsch schtsch x w f w b d l m n p r t a o e i u y",
    "es": "sh zh g h j c k ch s z ts y shch x v f w b d l m n p r t a o e i u i",
    "pl": "sz ż g h ch k k cz s z c dż szcz ks w f w b d l m n p r t a o e i u y",
    "ru": "ш ж г х х к к ч с з ц дж щ кс в ф в б д л м н п р т а о е и у ы",
}
"""How each writes these sounds, in that order."""

_GLIDE = {"fr": "i", "en": "y", "de": "j", "es": "i", "pl": "j", "ru": "й"}

_V = "[aeiouyïаеиоуыэюя]"
_HABITS = {
    "fr": (("in$", "ine"), (f"(?<={_V})s(?={_V})", "ss"), ("g(?=[ei])", "gu"), ("(?<=[aeou])i", "ï"), ("^i(?=e)", "")),
    "en": (("sk[iy]y?$", "sky"), ("yy|iy$", "y"), (f"(?<![{_V[1:-1]}])(?<!^)ye", "e")),
    "de": (("sky$", "ski"), (f"(?<={_V})s(?={_V})", "ss"), ("ij$", "i"), (f"(?<![{_V[1:-1]}])(?<!^)je", "e")),
    "es": (
        ("sky$", "ski"),
        ("ny$", "ni"),
        ("g(?=[ei])", "gu"),
        ("^i(?=[aeou])", "y"),
        ("(?<=[aeiou])i(?=[aeou])", "y"),
    ),
    "pl": (("sky$", "ski"), (f"(?<![{_V[1:-1]}])(?<!^)j", "i")),
    "ru": (
        ("йе", "е"),
        ("йа", "я"),
        ("йу", "ю"),
        ("йо", "ё"),
        ("ск[иы]$", "ский"),
        ("ны$", "ный"),
        ("(?<=[аеоу])и", "й"),
    ),
}
"""What each does besides."""


_TRANSCRIBED = re.compile(
    r"ou|kh|tch|dj|gu[ei]|ï|(?:[eo][vw]|[iy]ne|sk[iy]|enko|i[ct]ch|[iy]an|dz[eé]|[cs]hvili)a?$", re.IGNORECASE
)
"""What names have that were transcribed from Cyrillic or Arabic: the others are written alike in most languages."""


def house_spellings(name: str) -> tuple[str, ...]:
    """Spell a name as the houses do; () if it is none that they transcribe, or is not spelt as one of them would."""
    spelt = tuple(_all_spelt(name, house) for house in _HOUSES)
    is_spelt = normal(name).replace("y", "i") in {normal(spelling).replace("y", "i") for spelling in spelt}
    return spelt if is_spelt and (is_cyrillic(name) or _TRANSCRIBED.search(name)) else ()


def _all_spelt(name: str, house: str) -> str:
    return _WORD.sub(lambda word: _spelt(word[0], house), name)


def _spelt(word: str, house: str) -> str:
    if is_cyrillic(word) and house == "ru":
        return word
    heard = key(word, "text").sounds
    letters = "".join(_letter(heard, place, house) for place in range(len(heard)))
    for written, instead in _HABITS[house]:
        letters = re.sub(written, instead, letters)
    return letters.capitalize() if word[:1].isupper() else letters


def _letter(heard: Sounds, place: int, house: str) -> str:
    sound, after = heard[place], heard[place + 1] if place + 1 < len(heard) else 0
    if sound & BIT["i"] and _is_glide(heard, place):
        return _GLIDE[house]
    if sound & MAYBE and not (sound & BIT["h"] and after):
        return ""
    chosen = next(number for number, letter in enumerate(_SOUNDS) if sound & BIT[letter])
    return _HOUSES[house].split(" ")[chosen]


def _is_glide(heard: Sounds, place: int) -> bool:
    before, after = heard[place - 1] if place else 0, heard[place + 1] if place + 1 < len(heard) else 0
    return bool(after & VOWELS and not after & BIT["i"]) and (bool(heard[place] & MAYBE) or not before & VOWELS)
