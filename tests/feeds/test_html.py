from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.html import line, text
from monitor.feeds.markup import attributes, tokens


@pytest.mark.parametrize(
    ("markup", "seen"),
    [
        ("<p>Riabkov</p><p>Sherman</p>", "Riabkov\nSherman"),
        ("l'<b>Otan</b> et <i>l</i>'ONU", "l'Otan et l'ONU"),
        ("une<br>deux<br/>trois", "une\ndeux\ntrois"),
        ("<tr><td>12</td><td>blessés</td></tr>", "12 blessés"),
        ("<p>a  b\n\t c</p>", "a b c"),
        ("<p>avant</p><script>var a = '<p>';</script><style>p{}</style><p>après</p>", "avant\naprès"),
        ("a<noscript><img src=x></noscript><template><p>t</p></template>b", "ab"),
        ("<svg><title>Logo</title></svg>texte", "texte"),
        ("<svg/>texte", "texte"),
        ("<!-- <p>caché</p> -->vu", "vu"),
        ("<!-->vu", "vu"),
        ("<!-- jamais fermé <p>x</p>", ""),
        ("<!doctype html><?php x ?></ x>vu", "vu"),
        ("<!doctype", ""),
        ("L&#8217;Otan&nbsp;: 52&amp;12 &eacute;tats", "L’Otan\xa0: 52&12 états"),
        ("<a title='x>y' href=l'Otan data-x=\"a'b\">lien</a> fin", "lien fin"),
        ('<a href="x"">lien</a> fin', "lien fin"),
        ("<P CLASS=x>Un<BR>Deux</P>", "Un\nDeux"),
        ("<textarea><p>x</p></textarea>y", "y"),
        ("<script>jamais fermé", ""),
    ],
)
def test_a_reader_of_the_page_sees(markup: str, seen: str) -> None:
    assert text(markup, is_html=True) == seen


@pytest.mark.parametrize(
    "hiding",
    [
        "<div hidden>caché<div>encore</div></div>",
        '<div style="color:red; DISPLAY : none">caché</div>',
        "<span style='visibility:hidden'>caché</span>",
        "<p hidden>caché<p>",
        "<li hidden>caché<li hidden>caché</li>",
    ],
)
def test_what_is_hidden_is_left_out_up_to_its_end(hiding: str) -> None:
    assert text(f"<b>avant</b> {hiding}<b>après</b>", is_html=True).split() == ["avant", "après"]


@pytest.mark.parametrize(
    "markup", ["<img hidden>texte", '<p style="color:red">texte</p>', '<p class="hidden">texte</p>']
)
def test_what_only_looks_hidden_is_seen(markup: str) -> None:
    assert text(markup, is_html=True) == "texte"


@pytest.mark.parametrize("plain", ["1 < 2 & 3 > x", "x <y et z", "<Riabkov>", "AT&T", "if (a<b) c>d", "a\nb"])
def test_a_text_that_only_looks_a_little_like_html_stays(plain: str) -> None:
    assert text(plain) == plain


@pytest.mark.parametrize(
    ("markup", "seen"), [("L&#8217;Otan", "L’Otan"), ("<b>Otan</b>", "Otan"), ("a<br>b", "a\nb"), ("AT&amp;T", "AT&T")]
)
def test_a_text_that_is_html_and_does_not_say_so_is_read_as_html(markup: str, seen: str) -> None:
    assert text(markup) == seen


def test_a_tag_that_never_ends_is_text() -> None:
    assert text("<p>a</p> <b c d", is_html=True) == "a\n<b c d"


def test_a_title_stands_on_one_line() -> None:
    assert line("<h1>Riabkov</h1>\n<h2>et Sherman</h2>") == "Riabkov et Sherman"


@pytest.mark.parametrize("markup", ["\x1b[31mOt\x00an\x9b31m\u0085\x0b\r\n", "Ot&#27;&#x1b;an", "Ot\ud800an"])
def test_no_control_character_or_half_of_one_is_left(markup: str) -> None:
    seen = text(markup)
    assert "Ot" in seen
    assert all(char == "\n" or char.isprintable() for char in seen)
    assert seen.encode()


@given(st.text(alphabet="<>/!-='\" ab&;#p\n\x00", max_size=60))
def test_any_text_has_a_tidy_reading(markup: str) -> None:
    seen = text(markup, is_html=True)
    assert seen == seen.strip()
    assert "  " not in seen
    assert "\n\n" not in seen


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<a ",
        "<div>",
        '<a x="',
        "<a x='\"",
        "<script>",
        "<p hidden>",
        "<",
        "</",
        "<a x= ",
        "<b id=1>",
        "&",
        "<x " + " " * 9,
    ],
)
def test_hostile_markup_takes_no_more_than_linear_time(piece: str) -> None:
    began = process_time()
    text(piece * (1_000_000 // len(piece)), is_html=True)
    assert process_time() - began < 5


def test_attributes_are_read_with_and_without_quotes_the_first_of_a_name_counting() -> None:
    assert attributes(" a=1 B=\"2 &amp; 3\" c='4' d a=5 e = f") == {"a": "1", "b": "2 & 3", "c": "4", "d": "", "e": "f"}


def test_a_script_holds_no_tags() -> None:
    kinds = [(token.kind, token.value) for token in tokens("<script>if (a</b) </SCRIPT>c")]
    assert kinds == [("start", "script"), ("raw", "if (a</b) "), ("end", "script"), ("text", "c")]
