"""Folding: what is left of a text, and that the way back is exact."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.text import fold, is_loose, normal, plainly, seam

ANY = st.text(st.characters(codec=None, categories=None), max_size=40)  # lone surrogates included
LETTERS = "aAéèßœﬁİıϊŉǆ½²①㌀ｶﾞ한글\u1112\u1161\u11abйё’'-–,. \n\t_#\0s北约がไทยหิ🇫🇷𝐎𠮷"
MARKS = "\u0301\u0306\u3099\u0345\u064b\u0e31\u093f\ufe0f\U000e0100"
UNSEEN = "\u00ad\u200b\ufeff\u202e\ud800"
TRICKY = st.text(st.sampled_from(LETTERS + MARKS + UNSEEN), max_size=30)
WORDS = st.text(st.sampled_from("aàâbcçdeéèêñoôöuüvœæßøłАаБбЙйЁёЖжαΑάΆωΏ  ,.-’'"), max_size=40)


@given(st.one_of(ANY, TRICKY))
def test_folded_text_is_words_between_single_spaces(text: str) -> None:
    folded = fold(text).text
    assert folded == (f" {' '.join(folded.split(' ')[1:-1])} " if folded != " " else " ")
    assert "  " not in folded
    assert normal(text) == folded.strip(" ")


@given(st.one_of(ANY, TRICKY))
def test_every_word_cuts_the_original_exactly(text: str) -> None:
    folded = fold(text)
    start, last = 1, 0
    for word in normal(text).split(" ") if normal(text) else ():
        begin, stop = folded.span(start, start + len(word))
        assert last <= begin < stop <= len(text)
        assert normal(text[begin:stop]) == word
        start, last = start + len(word) + 1, stop


@given(st.one_of(ANY, TRICKY))
def test_every_letter_has_its_place_in_the_original(text: str) -> None:
    folded = fold(text)
    for place, letter in enumerate(folded.text):
        if letter != " ":
            begin, stop = folded.span(place, place + 1)
            assert 0 <= begin < stop <= len(text)
            assert letter in normal(text[begin:stop])


@given(st.one_of(ANY, TRICKY))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(WORDS)
def test_case_and_composition_do_not_count(text: str) -> None:
    for written in (text.upper(), text.lower(), unicodedata.normalize("NFD", text), f"« {text} »"):
        assert normal(written) == normal(text)


@given(st.one_of(ANY, TRICKY))
def test_words_are_numbered_in_their_order(text: str) -> None:
    folded = fold(text)
    numbers = [folded.word(place) for place in range(len(folded.text))]
    assert numbers == sorted(numbers)
    assert numbers[-1] >= len(folded.text.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        (" .,;! ", ""),
        ("L’Œuvre d'É.-U.", "l oeuvre d e u"),
        ("aujourd'hui", "aujourd hui"),
        ("Straße ﬁn İstanbul ĳs", "strasse fin istanbul ijs"),
        ("Й й и\u0306 ё Ї ґ", "й й й е і г"),
        ("ＮＡＴＯ峰会10日", "nato 峰会 10 日"),
        ("m² CO₂ ½", "m co2 ½"),
        ("हिन्दी ภาษาไทย", "हिन्दी ภาษาไทย"),
        ("１２ ٣٤ ๕", "12 34 5"),
        ("\u0958 क\u093c \u0958\u093f", "क\u093c क\u093c क\u093c\u093f"),
        ("\u212b \u2126 \uf900", "a ω 豈"),
        ("Whatʼs ‘up’", "what s up"),
        ("sa\u00adns tra\u200bces\ufeff", "sans traces"),
        ("a\0b\ud800c\x1bd", "a b c d"),
        ("\U000e0041\U00020000\U000e0100\U000f0000x", "𠀀 x"),
        ("ﾌﾟｰﾁﾝ カ\u3099 ｶ\u3099", "プーチン ガ ガ"),
        ("한국은 \u1112\u1161\u11ab", "한국은 한"),
    ],
)
def test_what_is_left_of_a_text(text: str, words: str) -> None:
    assert normal(text) == words


def test_the_accents_of_a_last_letter_belong_to_it() -> None:
    folded = fold("x\u0327e\u0301\u0323 b")
    assert folded.span(1, 3) == (0, 5)


@pytest.mark.parametrize(
    ("text", "places"),
    [("the Trumps’ house", (10,)), ("‘Trumps’.", (6,)), ("s'est", ()), ("Straß’", ()), ("s’", (1,)), ("Trumps’es", ())],
)
def test_an_s_before_a_closing_apostrophe_is_noted(text: str, places: tuple[int, ...]) -> None:
    assert fold(text).possessives == places


@pytest.mark.parametrize(
    ("gap", "says"),
    [
        ("", " "),
        (" \n", " "),
        (" – ", " "),
        ("_", " "),
        ("\u200b", " "),
        ("·", " "),
        (", ", ","),
        ("’", "'"),
        (" ＆ ", "&"),
    ],
)
def test_a_seam_says_what_matters_between_two_words(gap: str, says: str) -> None:
    assert seam(gap) == says


def test_text_as_written_leaves_typography_out() -> None:
    assert plainly("Jean‑d’Or\u00admesson \n e\u0301té") == "Jean-d'Ormesson été"


@pytest.mark.parametrize(
    ("text", "count"), [("un l'été", 3), ("北约在布鲁", 3), ("ภาษาไทย", 2), ("한국은 한", 2), ("NATO北约", 2)]
)
def test_words_are_counted_in_every_script(text: str, count: int) -> None:
    folded = fold(text)
    assert folded.word(len(folded.text)) == count


def test_scripts_without_word_ends_are_known() -> None:
    assert [is_loose(letter) for letter in "北がไ한𠮷aйुا"] == [True] * 5 + [False] * 4


def test_a_letter_under_a_heap_of_marks_is_folded_in_no_time() -> None:
    text = "a" + "\u0301\u0323" * 500_000 + " b"
    assert normal(text) == "a b"
    assert fold(text).span(1, 2) == (0, 1_000_001)


def test_a_large_text_is_folded_in_one_go() -> None:
    text = "Сергей Рябков à Genève, 北约. " * 50_000
    folded = fold(text)
    start = folded.text.rindex("рябков")
    assert text[slice(*folded.span(start, start + 6))] == "Рябков"
