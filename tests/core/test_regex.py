"""Regular expressions on folded text: what an analyst writes finds what an analyst means, in linear time."""

import re
import time
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.core.errors import RegexError
from monitor.core.patterns.pieces import Separator, folded
from monitor.core.patterns.regex import MOST_FOUND, compiled
from monitor.core.text import fold


def found(pattern: str, text: str) -> list[str]:
    """Cut out of a text what a pattern finds in it."""
    seen = fold(text)
    return [text[slice(*seen.span(start, end))] for start, end in compiled(pattern).find(seen.text)]


def refused(pattern: str) -> str:
    with pytest.raises(RegexError) as refusal:
        compiled(pattern)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("pattern", "text", "finds"),
    [
        (r"S-?400", "Des S-400, des S400, des s 400 et S – 400", ["S-400", "S400", "s 400", "S – 400"]),
        (r"\d+ (morts|tués)", "12 morts, 1 tué, ١٢ TUÉS", ["12 morts", "١٢ TUÉS"]),
        (r"\d+ morts?\b", "12 morts, 3 mortels, 1 mort", ["12 morts", "1 mort"]),
        (r"\bété\b", "l'été. xétéx été été-Été", ["été", "été", "été", "Été"]),
        (r"été", "xétéx", ["été"]),
        (r"[A-Z]{2,4}-\d+", "AB-12, x-1, (cd 3)", ["AB-12", "cd 3"]),
        (r"(?i)x1|(?s:x2)", "X1 x2", ["X1", "x2"]),
        (r"10[,.]000", "10,000 10.000 10 000 10000", ["10,000", "10.000", "10 000"]),
        (r"10[,. ]?000", "10,000 10000", ["10,000", "10000"]),
        (r"l'Otan", "l’OTAN, l´Otan, l Otan", ["l’OTAN", "l´Otan", "l Otan"]),
        (r"\w+ités?", "La réalité, LES CITÉS", ["réalité", "CITÉS"]),
        (r"Пути\w+", "с Путиным и Путине", ["Путиным", "Путине"]),
        (r"й[её]", "йё ие", ["йё"]),
        (r"Œ[u]*vre", "œuvre OEUVRE", ["œuvre", "OEUVRE"]),
        (r"ß{2}", "Maßstab, Massssse", ["ssss"]),
        (r"stra[ßs]e", "Straße Strase", ["Straße", "Strase"]),
        (r"oui,\s+(mais|non)", "Oui, mais. Oui - non", ["Oui, mais", "Oui - non"]),
        (r"\W*oui\W+", "« Oui »", ["Oui"]),
        (r"Otan\.", "Otan. Otan", ["Otan", "Otan"]),
        (r"^Otan", "Otan, Otan", ["Otan"]),
        (r"Otan$", "Otan, otan!", ["otan"]),
        (r"\AOtan\Z", "Otan", ["Otan"]),
        (r"km/h", "100 km/h", ["km/h"]),
        (r"a_b", "a_b a b", ["a_b", "a b"]),
        (r"S.400", "S-400 Sx400 s ... 400", ["S-400", "Sx400", "s ... 400"]),
        (r"a.-b", "a -b a.-b", ["a -b", "a.-b"]),
        (r"[^\d]x[^\s]", "1xa axa", ["axa"]),
        (r"a[^\w]b[^\S]c[^\W]", "a-b-cd", ["a-b-cd"]),
        (r"a[^ ,.]b", "axb a,b", ["axb"]),
        (r"a[^b-z]c", "abc a1c aac", ["a1c", "aac"]),
        (r"[À-ÿ]x", "ex ÷x ßx zx", ["ex", "ßx"]),
        (r"[+-9]x", "5x a-x", ["5x", "x"]),
        (r"[a\-z]x", "ax -x zx mx", ["ax", "x", "zx"]),
        (r"[ab-]x", "bx -x", ["bx", "x"]),
        (r"[\w-]1", "a1", ["a1"]),
        (r"[()]x", "(x", ["x"]),
        (r"a{2}b{1,}c{0,2}?d+?", "aabdd", ["aabd"]),
        (r"(?P<year>20\d\d)|(?<more>19\d{2})", "2022 1999", ["2022", "1999"]),
        (r"(x|)y(?:)", "xy y", ["xy", "y"]),
        (r"\x41\u00e9\x{1F}b\tc", "aé b c", ["aé b c"]),
        (
            r"\PL8|\pL+1\p{N}|\p{Cyrillic}{5}|\p{^Latin}7|\PN9|a\p{P}b",
            "58 ab12 Женева 37 ж9 a.b",
            ["58", "ab12", "Женев", "37", "ж9", "a.b"],
        ),
        (r"\d+人", "100人死亡，3 人", ["100人", "3 人"]),
        (r"NATO(峰|首脑)会议?", "NATO峰会 NATO首脑会议", ["NATO峰会", "NATO首脑会议"]),
        (r"(\d人)+x?\w会", "1人2人x峰会", ["1人2人x峰会"]),
        (r"峰-?\d|[峰会]\d", "峰1 峰-2 会3", ["峰1", "峰-2", "会3"]),
        (r"\p{Han}2", "峰2", ["峰2"]),
        (r"e\u0301t\u00e9", "été", ["été"]),
        ("e\u0301t\u00ade\u0301", "ÉTÉ", ["ÉTÉ"]),
        ("a\ud800b", "a b", ["a b"]),
    ],
)
def test_a_pattern_finds_what_is_meant(pattern: str, text: str, finds: list[str]) -> None:
    assert found(pattern, text) == finds


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("(?=a)b", "`(?=` looks around"),
        ("(?!a)b", "`(?!` looks around"),
        ("(?<=a)b", "`(?<=` looks around"),
        ("(?<!a)b", "`(?<!` looks around"),
        (r"(a)\1", r"`\1` refers back"),
        (r"(?P<a>b)(?P=a)", "`(?P=` refers back"),
        (r"\k<a>", r"`\k` refers back"),
        ("a{1001}", "repeats more than 1,000 times"),
        ("(a{500}){3}", "repeats more than 1,000 times"),
        ("((a|b{9}){99}c{2}){2}", "repeats more than 1,000 times"),
        ("(a", "a `(` that is not closed"),
        ("a)", "a `)` that closes nothing"),
        ("[a", "a `[` that is not closed"),
        ("a]", r"`\]` for the sign"),
        ("a{", r"`\{` for the sign"),
        ("a}", r"`\}` for the sign"),
        ("*a", r"`\*` for the sign"),
        ("|+a", r"`\+` for the sign"),
        (r"\b+a", "`+` repeats nothing"),
        ("(?i)?a", "`?` repeats nothing"),
        ("\u00ad*a", "`*` repeats nothing"),
        ("a**", "two repeats in a row"),
        ("a++", "two repeats in a row"),
        ("a{2}{3}", "two repeats in a row"),
        ("a{,3}", "`{,3}` names no smallest number"),
        ("a{3,2}", "`{3,2}` counts backwards"),
        ("", "it is met where nothing stands"),
        ("a*", "it is met where nothing stands"),
        ("a|", "it is met where nothing stands"),
        ("a{0}", "it is met where nothing stands"),
        (r"\b", "it is met where nothing stands"),
        ("-", "it is met where nothing stands"),
        (".+", "nothing but wildcards"),
        (r"\w+ \w+", "nothing but wildcards"),
        ("[A-Z]{3}", "nothing but wildcards"),
        (r"\b[^a]\b", "nothing but wildcards"),
        (r"\pL\D|a", "nothing but wildcards"),
        ("a?.", "nothing but wildcards"),
        (r"\p{Han}{900}x", "takes too much memory"),
        ("(?:.{0,200}a){4}b", "takes too much memory"),
        (r"(?:\w{0,30} ){30}x", "takes too much memory"),
        ("a" * 1001, "a regex of 1,001 characters"),
        ("(" * 51 + "a" + ")" * 51, "groups nested deeper than 50"),
        ("(?m)^a", "a flag that says nothing here"),
        ("(?-i:a)", "a flag that says nothing here"),
        ("(?>a)", "a group of a kind that is not known"),
        ("a\\", "a backslash at the end"),
        (r"\Ba", r"`\B` is not known here"),
        (r"\qa", r"`\q` means nothing here"),
        (r"\x{110000}", "is no character"),
        (r"\p{Lu}a", "asks for capitals"),
        (r"\p{Elvish}", "is not known here"),
        (r"\p{Lo}1", "is not known here"),
        ("[]a]", "a class of nothing"),
        (r"[^\w\s]", "a class of nothing"),
        ("[[:alpha:]]1", "a class by name"),
        ("[z-a]", "runs backwards"),
        (r"[a-\d]", "a range that does not end"),
        (r"[\b]a", "an edge inside a class"),
        (r"[\x{0}-\x{ffff}]a", "holds too much"),
        ("a[^.]*b", "a class that excludes `.`"),
        ("a[^œ]b", "a class that excludes `oe`"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(pattern: str, says: str) -> None:
    assert says in refused(pattern)
    assert " - " in refused(pattern)


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (r"\d+ (?:président|présidente) de la République", ("republique",)),
        ("S-?400", ("400",)),
        ("(?:morts?|tués)", ("mort", "tues")),
        ("(?:morts?|.x?)1", ("1",)),
        ("(abc){2,}d?", ("abc",)),
        ("(abc)?[de]1", ("1",)),
        ("NATO峰会", ("nato",)),
        (r"[ab]|\d", ()),
        ("|".join(f"x{number}" for number in range(33)), ()),
    ],
)
def test_letters_that_every_match_contains_are_known(pattern: str, literals: tuple[str, ...]) -> None:
    regex = compiled(pattern)
    assert regex.literals == literals
    assert regex.literal == (literals[0] if len(literals) == 1 else "")


def test_a_sign_that_folded_text_does_not_show_is_told() -> None:
    assert compiled(r"(€|\$)\d+ [%,.]x").lost == ("€", "$", "%")
    assert compiled("l'Otan, S-400").lost == ()


@pytest.mark.parametrize("hidden", ["x", " x ", "  x", "é x", "峰 x"])
def test_places_are_those_of_the_text_that_was_given(hidden: str) -> None:
    assert [hidden[start:end] for start, end in compiled("x").find(hidden)] == ["x"]


def test_of_very_many_places_the_first_are_found() -> None:
    assert compiled("a").find("a" * 2 * MOST_FOUND) == tuple((at, at + 1) for at in range(MOST_FOUND))


def test_a_wildcard_that_meets_a_space_only_finds_nothing() -> None:
    assert compiled("[ a]").find(" b b ") == ()


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$", "(x+x+)+y", "(.*a){12}b", "^(a|aa)+$", r"^(([a-z])+.)+[A-Z]([a-z])+1$", "x[^y]*y|x",
        "(?:.*a.{100}b)|x", "(?:[ab]*a[ab]{100}c)|x", "(?:.?){200}x", "a.{0,200}b",
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["a", "x", "ab ", "é x ab "])
def test_no_pattern_takes_long_for_a_long_text(pattern: str, text: str) -> None:
    long = text * (100_000 // len(text))
    begun = time.process_time()
    compiled(pattern).find(long)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("pattern", ["(?:.*a.{100}c)|x", "x[abx]*a[abx]{250}c|x", "(?:(?:a|b)*a(?:a|b){250}c)|b"])
def test_a_pattern_and_a_text_that_are_made_for_each_other_take_no_more_than_seconds(pattern: str) -> None:
    chance = Random(1)
    for letters in ("aabbx", "ab"):
        text = "".join(chance.choices(letters, k=100_000))
        begun = time.process_time()
        found = compiled(pattern).find(text)
        assert time.process_time() - begun < 10
        assert len(found) < MOST_FOUND


@pytest.mark.parametrize("pattern", ["x", "[xß]", "x{1,9}", r"x\w+|x", "(x|y)"])
def test_in_a_text_of_usual_length_many_places_are_found(pattern: str) -> None:
    assert len(compiled(pattern).find("x " * 900)) == 900


@given(st.characters())
def test_a_character_folds_to_letters_of_one_word_a_separator_or_nothing(char: str) -> None:
    for piece in folded(char):
        assert isinstance(piece, Separator) or (piece.text and " " not in piece.text)


ATOMS = st.sampled_from(["a", "b", "é", "œ", "ж", "7", "峰", r"\d", r"\w", "[ab]", "[^a]", "[а-я]", ".", r"\b"])
SEPARATORS = st.sampled_from(["-", " ", r"\s", r"\W", ", ", "'", "[,.]"])
COUNTS = st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{0,2}", "+?"])


def longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    groups = st.builds("({}){}".format, inner, COUNTS)
    return st.one_of(st.builds("{}{}".format, inner, inner), st.builds("({}|{})".format, inner, inner), groups)


WORDY = st.recursive(st.builds("{}{}".format, ATOMS.filter(lambda atom: atom != r"\b"), COUNTS), longer, max_leaves=8)
PATTERNS = st.recursive(st.one_of(ATOMS, SEPARATORS, WORDY), longer, max_leaves=12)
TEXTS = st.text(alphabet="aébœж7峰会X -,.’", max_size=40)


def usable(pattern: str) -> str:
    try:
        compiled(pattern)
    except RegexError:
        assume(condition=False)
    return pattern


@given(PATTERNS, TEXTS)
def test_every_match_contains_one_of_the_literals(pattern: str, text: str) -> None:
    regex, seen = compiled(usable(pattern)), fold(text).text
    for start, end in regex.find(seen):
        assert not regex.literals or any(literal in seen[start:end] for literal in regex.literals)
        assert seen[start:end] == seen[start:end].strip(" ") != ""


@given(st.text(alphabet="ab7\\wds.[]^-(){}|*+?,19 <:=!PxLé", max_size=20))
def test_any_text_is_a_pattern_or_refused(pattern: str) -> None:
    assert all("a b 7"[start:end].strip() for start, end in compiled(usable(pattern)).find("a b 7"))


@given(WORDY.filter(lambda pattern: "峰" not in pattern), TEXTS.filter(lambda text: not set("峰会") & set(text)))
def test_within_words_it_finds_what_python_finds(pattern: str, text: str) -> None:
    """Python's `re` on the folded text, where `\\w` is what is no space; the pattern folded by hand."""
    seen = fold(text).text
    theirs = pattern.replace("é", "e").replace("œ", "(?:oe)").replace(r"\w", "[^ ]").replace("а-я", "а-яё")
    expected = [match.span() for match in re.finditer(theirs, seen.strip(" ")) if match[0].strip(" ")]
    spans = [(start - 1, end - 1) for start, end in compiled(usable(pattern)).find(seen)]
    trimmed = [(start + (seen[start + 1] == " "), end - (seen[end] == " ")) for start, end in expected]
    assert spans == trimmed
