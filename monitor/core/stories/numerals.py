"""Numbers written as words, in English, French, German and Russian, folded: `fifty two`, `zweiundfunfzig`, `сорок`."""

import re
from collections.abc import Sequence
from functools import lru_cache

from monitor.core.stories.lexicon import words_of

_UNITS = {
    word: value
    for value, words in {
        0: "zero null ноль",
        2: "two deux zwei два две двух двум двое",
        3: "three trois drei три трех трем трое троих",
        4: "four quatre vier четыре четырех четверо",
        5: "five cinq funf пять пяти пятеро",
        6: "six sechs шесть шести шестеро",
        7: "seven sept sieben семь семи семеро",
        8: "eight huit acht восемь восьми",
        9: "nine neuf neun девять девяти",
        10: "ten dix zehn десять десяти",
        11: "eleven onze elf одиннадцать одиннадцати",
        12: "twelve douze zwolf двенадцать двенадцати dozen douzaine dutzend дюжина",
        13: "thirteen treize dreizehn тринадцать тринадцати",
        14: "fourteen quatorze vierzehn четырнадцать четырнадцати",
        15: "fifteen quinze funfzehn пятнадцать пятнадцати",
        16: "sixteen seize sechzehn шестнадцать шестнадцати",
        17: "seventeen siebzehn семнадцать семнадцати",
        18: "eighteen achtzehn восемнадцать восемнадцати",
        19: "nineteen neunzehn девятнадцать девятнадцати",
        20: "twenty vingt vingts zwanzig двадцать двадцати",
        30: "thirty trente dreissig тридцать тридцати",
        40: "forty quarante vierzig сорок сорока",
        50: "fifty cinquante funfzig пятьдесят пятидесяти",
        60: "sixty soixante sechzig шестьдесят шестидесяти",
        70: "seventy septante siebzig семьдесят семидесяти",
        80: "eighty huitante octante achtzig восемьдесят восьмидесяти",
        90: "ninety nonante neunzig девяносто девяноста",
        100: "hundred cent cents hundert einhundert сто ста",
        200: "двести двухсот",
        300: "триста трехсот",
        400: "четыреста четырехсот",
        500: "пятьсот пятисот",
        600: "шестьсот шестисот",
        700: "семьсот семисот",
        800: "восемьсот восьмисот",
        900: "девятьсот девятисот",
    }.items()
    for word in words.split()
}
ONE = words_of("a an one un une ein eine einen einem einer один одна одного одну одно")
"""One, or an article: it counts only where something is counted."""

MAGNITUDES = {
    word: value
    for value, words in {
        1_000: "thousand mille tausend тысяча тысячи тысяч тыс tsd",
        1_000_000: "million millions mio millionen миллион миллиона миллионов млн mln",
        1_000_000_000: "billion milliard milliards milliarde milliarden mrd миллиард миллиарда миллиардов млрд bn mld",
        10**12: "trillion billionen триллион триллиона триллионов трлн tn",
    }.items()
    for word in words.split()
}
_LINKS = words_of("and et und")

_FOUR, _TEN, _TWENTY, _HUNDRED = 4, 10, 20, 100
_ONES = "ein|zwei|drei|vier|funf|sechs|sieben|acht|neun"
_TEENS = "zehn|elf|zwolf|dreizehn|vierzehn|funfzehn|sechzehn|siebzehn|achtzehn|neunzehn"
_TENS = "zwanzig|dreissig|vierzig|funfzig|sechzig|siebzig|achtzig|neunzig"
_GERMAN = re.compile(
    rf"(?:(?P<t>{_ONES}|{_TEENS})?(?P<thousand>tausend))?(?:(?P<h>{_ONES})?(?P<hundred>hundert))?(?:und)?"
    rf"(?:(?:(?P<one>{_ONES})und)?(?P<ten>{_TENS})|(?P<small>{_TEENS}|{_ONES}))?"
)


@lru_cache(maxsize=20_000)
def value_of(word: str) -> int:
    """Give the number that one folded word says, less than a magnitude; -1: it says none."""
    if word in _UNITS:
        return _UNITS[word]
    found = _GERMAN.fullmatch(word) if any(part in word for part in ("und", "hundert", "tausend")) else None
    if found is None or not (found["ten"] or found["hundred"] or found["thousand"]):
        return -1
    value = _german(found["t"] or "ein") * 1000 if found["thousand"] else 0
    value += _german(found["h"] or "ein") * 100 if found["hundred"] else 0
    return value + sum(_german(found[part] or "") for part in ("one", "ten", "small"))


def _german(word: str) -> int:
    return 1 if word == "ein" else _UNITS.get(word, 0)


def read(words: Sequence[str], start: int) -> tuple[int, int]:
    """Read the number that begins at a word: its value, and where it ends; a start at no number ends there."""
    total = current = 0
    place, room = start, 1000
    while place < len(words):
        word = words[place]
        if word in _LINKS and place > start and place + 1 < len(words) and _goes_on(words[place + 1], room):
            place += 1
            continue
        if word in MAGNITUDES:
            total, current, room = total + max(current, 1) * MAGNITUDES[word], 0, 1000
        elif word.startswith("vingt") and current % 100 == _FOUR:
            current, room = current + 76, 20
        elif word in {"hundred", "cent", "cents", "hundert"} and 1 < current < _TEN:
            current, room = current * 100, 100
        elif _goes_on(word, room):
            value = max(value_of(word), 1) if word in ONE else value_of(word)
            current, room = current + value, _room(value)
        else:
            break
        place += 1
    return total + current, place


def _goes_on(word: str, room: int) -> bool:
    """Tell whether a word goes on with a number that has room below `room`."""
    return -1 < value_of(word) < room or (word in ONE and word not in {"a", "an"} and room in {10, 20, 100})


def _room(value: int) -> int:
    """Say below what the next word must be that a number goes on with: after tens only ones, after hundreds tens."""
    if value >= _HUNDRED:
        return _HUNDRED
    return 20 if value in {60, 80} else _TEN if value == _TEN or value >= _TWENTY else 1
