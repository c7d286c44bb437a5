import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.core.book import Book
from monitor.core.clean import clean
from monitor.core.entry import Entry, Revision
from monitor.core.feed import Feed
from monitor.core.rule import Field, Finding, Hit, Rule
from monitor.core.telling.alert import Alert
from monitor.core.telling.message import LIMITS, MOST, SUBJECT, Message, compose, fits, note, report
from monitor.core.telling.notice import Notice
from monitor.core.telling.passage import head, windows
from monitor.core.telling.rendering import Medium, length

MEDIA: tuple[Medium, ...] = get_args(Medium)
SEEN = datetime(2022, 1, 10, 16, 53, 1, tzinfo=UTC)
BOOK = Book(
    feeds={
        "observatoire": Feed("observatoire", "https://example.org", title="L'Observatoire", zone="Europe/Zurich"),
        "zoneless": Feed("zoneless", "https://example.org"),
        "gulf": Feed("gulf", "https://example.org", zone="Asia/Dubai"),
    },
    rules={"geneva": Rule("geneva", "Riabkov ou Sherman, près d'Otan"), "untitled": Rule("untitled")},
)
CASES = yaml.safe_load((Path(__file__).parent / "messages.yaml").read_text(encoding="utf-8"))


def marked(text: str, field: Field) -> tuple[str, tuple[Hit, ...]]:
    """Take the marks out of a text, and make hits of what they stood around."""
    parts = re.split(r"\[\[|\]\]", text)
    ends = [0]
    for part in parts:
        ends.append(ends[-1] + len(part))
    hits = (Hit(field, ends[i], ends[i + 1], parts[i], parts[i]) for i in range(1, len(parts), 2))
    return "".join(parts), tuple(hits)


def alert(
    title: str = "",
    text: str = "",
    findings: Any = ({"rule": "geneva", "severity": "urgent"},),  # Any: YAML
    number: int = 1,
    mend: bool = False,  # noqa: FBT001, FBT002 - as the cases have it
    **entry: Any,  # Any: YAML
) -> Alert:
    if mend:
        title, text = (re.sub(r"\\(u[0-9a-f]{4}|U[0-9a-f]{8}|[rt]|n)", _character, told) for told in (title, text))
    (title, in_title), (text, in_text) = marked(title, "title"), marked(text, "text")
    usual: dict[str, Any] = {"feed": "observatoire", "identity": "e17", "published": SEEN - timedelta(seconds=61)}
    told = Entry(**usual | entry, title=title, text=text)
    found = tuple(Finding(finding["rule"], finding["severity"], in_title + in_text) for finding in findings)
    return Alert(1, Revision(1, 1, number, told, SEEN), 1, found, SEEN + timedelta(seconds=1))


def _character(escape: re.Match[str]) -> str:
    return {"r": "\r", "t": "\t", "n": "\n"}.get(escape[1]) or chr(int(escape[1][1:], 16))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_an_alert_reads_as_the_case_has_it(case: dict[str, Any]) -> None:
    told = alert(**case["given"])
    for medium, then in case["then"].items():
        message = compose((told,), BOOK, "plain" if medium == "subject" else medium)
        wanted = then.replace("\\u2060", "\u2060")
        shown = {"subject": message.subject, "email": message.html, "telegram": message.html + "\n"}
        assert shown.get(medium, message.text + "\n") == wanted


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("feed", ["observatoire", "zoneless", "taken-away"])
def test_times_are_told_in_the_zone_of_the_newsroom_whatever_the_feeds(medium: Medium, feed: str) -> None:
    message = compose((alert("[[Riabkov]]", feed=feed),), replace(BOOK, zone="America/New_York"), medium)
    for shown in (message.text, message.html) if message.html else (message.text,):
        assert "2022-01-10 11:52 EST (16:52 UTC)" in shown
        assert "2022-01-10 11:53:01 EST (16:53:01 UTC)" in shown


@pytest.mark.parametrize("medium", MEDIA)
def test_without_a_zone_of_the_newsroom_times_are_told_in_the_feeds_and_else_in_utc(medium: Medium) -> None:
    assert "2022-01-10 17:52 CET (16:52 UTC)" in compose((alert("[[Riabkov]]"),), BOOK, medium).text
    assert "2022-01-10 16:52 UTC" in compose((alert("[[Riabkov]]", feed="zoneless"),), BOOK, medium).text


@pytest.mark.parametrize(("published", "ahead"), [(SEEN, True), (SEEN - timedelta(microseconds=1), False)])
def test_a_time_that_the_source_sets_in_the_future_is_marked(published: datetime, ahead: bool) -> None:  # noqa: FBT001
    told = compose((alert("[[Nato]]", published=published),), BOOK, MEDIA[0]).text
    assert ("when it was seen: its source dates it in the future" in told) == ahead


def test_a_mail_of_several_alerts_has_no_empty_paragraph_and_parts_them_by_space() -> None:
    html = compose((alert("Un", "[[Otan]]"), alert("Deux")), BOOK, "email").html
    assert "&nbsp;" not in html
    assert not re.search(r"<p[^>]*></p>", html)
    assert re.findall(r"margin:(\d+)px[^>]*font-size", html) == ["0", "32"]


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, attrs))
        if tag not in {"br", "p"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "p":
            assert self.open.pop() == tag


TEXTS = st.text(st.characters(codec=None), max_size=400) | st.lists(
    st.sampled_from(
        [
            "Riabkov",
            " ",
            "l'Otan. ",
            "<b>",
            "</a>",
            "&amp;",
            "@everyone",
            "<!channel>",
            "\r\n",
            "\u202e",
            "\u200d",
            "🚀",
            "।",
            "。",
        ]
    ),
    max_size=200,
).map("".join)
LINKS = st.sampled_from(["", "https://example.org/" + "&" * 900, "http://[", "data:,x"]) | TEXTS.map(
    "https://h/".__add__
)


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    title, text = draw(TEXTS), draw(TEXTS)
    fields: st.SearchStrategy[Field] = st.sampled_from(("title", "text"))
    spans = st.tuples(fields, st.integers(0, 400), st.integers(0, 400))
    hits = tuple(Hit(field, a, b, "", "") for field, a, b in draw(st.lists(spans, max_size=5)))
    told = alert(title, text, link=draw(LINKS), deleted=draw(st.booleans()))
    return replace(told, findings=(Finding("geneva", "urgent", hits),))


@settings(deadline=None, max_examples=50)
@given(st.lists(alerts(), min_size=1, max_size=3), st.sampled_from(MEDIA))
def test_whatever_an_entry_holds_its_message_is_within_limits_and_its_tags_are_ours(
    told: list[Alert], medium: Medium
) -> None:
    message = compose(tuple(told), BOOK, medium)
    assert fits(message)
    assert "\n" not in message.subject
    assert len(message.subject) <= SUBJECT + 2
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", message.text + message.subject
    )
    tags = Tags(message.html)
    assert not tags.open or tags.open == ["html", "body"]
    assert {tag for tag, _ in tags.seen} <= {"html", "body", "p", "b", "u", "mark", "span", "br", "a"}
    assert all((value or "").startswith("http") for tag, attrs in tags.seen if tag == "a" for _, value in attrs)
    told_of = re.sub(r"<[^>]*>|https?://\S*", "", message.html if medium == "telegram" else message.text)
    assert medium in {"email", "terminal"} or not re.search(r"(?<!\w)@\w", told_of)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=4), st.integers(0, 300))
@example("Sans fin " * 40, [(300, 305)], 60)
def test_a_passage_is_within_its_room_in_order_and_shows_the_first_hit(
    text: str, spans: list[tuple[int, int]], room: int
) -> None:
    cleaned = clean(text)
    hits = cleaned.spans(spans)
    parts = windows(cleaned.text, hits, room)
    assert sum(end - start for start, end in parts) <= max(room, 0)
    assert all(0 <= start <= end <= len(cleaned.text) for start, end in parts)
    assert list(parts) == sorted(parts)


@given(TEXTS)
def test_cleaning_twice_changes_nothing_and_places_stay_in_order(text: str) -> None:
    once = clean(text)
    places = [once.at(offset) for offset in range(len(text) + 1)]
    assert places == sorted(places)
    assert places[-1:] == [len(once.text)]
    assert clean(once.text).text == once.text or "\u200d" in once.text or "\u200c" in once.text


def test_a_span_of_the_source_is_found_again_in_the_cleaned_text() -> None:
    source = "\u202e\r\n  Serge\u200bï   Ria\u00adbkov\x00"
    cleaned = clean(source)
    ((start, end),) = cleaned.spans([(source.index("Ria"), len(source))])
    assert cleaned.text[start:end] == "Riabkov"


LONG = "Il neige à Genève ce matin. " * 20
FAR = f"{LONG}Sergueï [[Riabkov]] parle. {LONG}L'[[Otan]] répond. {LONG}"


def test_of_a_long_entry_the_sentences_that_were_met_are_shown_with_what_stands_around_them() -> None:
    passage = compose((alert(text=FAR),), BOOK, "terminal").text.splitlines()[1]
    assert passage.startswith("… Il neige")
    assert "Sergueï **Riabkov** parle. Il neige" in passage
    assert " … " in passage
    assert "L'**Otan** répond. Il neige" in passage
    assert passage.endswith(" …")
    assert len(passage) <= LIMITS["terminal"].passage + 30


def test_a_long_entry_without_hits_is_shown_from_its_beginning() -> None:
    passage = compose((alert(text=LONG * 2, findings=()),), BOOK, "terminal").text.splitlines()[1]
    assert passage.startswith("Il neige")
    assert passage.endswith("matin. …")


def test_a_sentence_without_end_is_cut_at_words_around_its_first_hit() -> None:
    text = "mot " * 300 + "[[Riabkov]]" + " mot" * 300
    passage = compose((alert(text=text),), BOOK, "terminal").text.splitlines()[1]
    assert re.fullmatch(r"… (mot )+\*\*Riabkov\*\*( mot)+ …", passage)


def test_a_sentence_cut_after_a_hit_at_its_beginning_begins_with_it() -> None:
    passage = compose((alert(text="[[Riabkov]]" + " mot" * 300),), BOOK, "terminal").text.splitlines()[1]
    assert re.fullmatch(r"\*\*Riabkov\*\*( mot)+ …", passage)


def test_a_sentence_cut_before_a_hit_at_its_end_ends_with_it() -> None:
    passage = compose((alert(text="mot " * 300 + "[[Riabkov]]"),), BOOK, "terminal").text.splitlines()[1]
    assert re.fullmatch(r"… (mot )+\*\*Riabkov\*\*", passage)


def test_a_sentence_without_spaces_is_cut_where_it_must() -> None:
    passage = compose((alert(text="字" * 900 + "[[北约]]" + "字" * 900),), BOOK, "terminal").text.splitlines()[1]
    assert re.fullmatch(r"… 字+\*\*北约\*\*字+ …", passage)


def test_the_initial_of_a_name_does_not_end_a_sentence() -> None:
    text = f"{LONG} M. Riabkov parle. {LONG}"
    start = text.index("Riabkov")
    ((a, b),) = windows(text, ((start, start + 7),), 30)
    assert text[a:b] == "M. Riabkov parle."


def test_a_headline_is_cut_at_a_word() -> None:
    assert head("Riabkov quitte Genève", 14) == (0, 14)
    assert head("Riabkov quitte Genève", 13) == (0, 7)
    assert head("Riabkovquitte", 5) == (0, 5)
    message = compose((alert(title="Riabkov quitte Genève. " * 30),), BOOK, "plain")
    assert message.subject.endswith(" …")
    assert message.text.splitlines()[0].endswith(" …")


def test_a_subject_without_title_is_the_sentence_that_was_met() -> None:
    assert compose((alert(text=FAR),), BOOK, "email").subject.startswith(
        "[urgent] … Il neige à Genève ce matin. Sergueï Riabkov"
    )


def test_telegram_counts_utf_16_and_shortens_the_text_never_the_link() -> None:
    link = "https://example.org/" + "x" * 2000
    (told,) = (alert(title="🚀" * 290, text="🚀" * 1100 + " [[Otan]]", link=link),)
    message = compose((told,), BOOK, "telegram")
    assert length(message.html, "telegram") <= 4096 < length("🚀" * 1390 + link, "telegram")
    assert f'<a href="{link}">' in message.html
    assert link in message.text


def test_a_link_that_no_message_can_hold_is_said_to_be_too_long() -> None:
    message = compose((alert(title="Riabkov", link="https://example.org/" + "&" * 2000),), BOOK, "telegram")
    assert "too long for this channel" in message.html


def test_several_alerts_stand_in_one_message_and_what_does_not_fit_is_counted() -> None:
    told = tuple(alert(title=f"Numéro {i}", link=f"https://example.org/{i}") for i in range(12))
    message = compose(told, BOOK, "telegram")
    assert message.subject == "[urgent] Numéro 0 (+11 more)"
    assert message.html.count("<a href=") == MOST
    assert message.html.endswith("<b>… and 2 more</b>")
    assert len(message.told) == 12


def test_long_links_leave_room_for_fewer_alerts_not_for_shorter_links() -> None:
    told = tuple(alert(title=f"Numéro {i}", link=f"https://example.org/{'x' * 1500}") for i in range(5))
    html = compose(told, BOOK, "telegram").html
    assert html.count(f'<a href="https://example.org/{"x" * 1500}">') == 2
    assert html.endswith("<b>… and 3 more</b>")


def test_programs_are_told_the_fields_and_where_the_hits_are_in_the_source() -> None:
    told = alert(title="\u202e[[Riabkov]]", link="https://example.org/ x")
    (facts,) = compose((told,), BOOK, "plain").told
    assert (facts.identity, facts.rules, facts.severity, facts.title) == ("e17", ("geneva",), "urgent", "Riabkov")
    assert facts.link == "https://example.org/%20x"
    assert [(hit.start, hit.end) for hit in facts.hits] == [(1, 8)]


@pytest.mark.parametrize("medium", MEDIA)
def test_a_note_of_our_own_is_a_message_for_every_medium(medium: Medium) -> None:
    message = note("[test] channel desk", "A line.\nAnother, <b>.", medium)
    assert message.subject == "[test] channel desk"
    assert message.text.startswith("[test] channel desk\nA line.\nAnother, ")
    assert fits(message)
    assert isinstance(message, Message)


T0 = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
HOSTILE = "a.yaml:1:1: error: <b>&amp;</b> @channel <!here> [x](y) \x1b[31m\u202e\x00 https://evil.example\n"


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("count", [1, 3, 30])
@pytest.mark.parametrize("size", [1, 1000])
def test_whatever_a_notice_quotes_its_message_is_within_limits_and_harmless(
    medium: Medium, count: int, size: int
) -> None:
    notices = tuple(
        Notice("rules", "folder", "x", "high", "Rules refused: <i>&" * size, HOSTILE * size, 3, T0, id=n)
        for n in range(count)
    )
    message = report(notices, Book(), medium)
    assert fits(message)
    assert message.severity == "high"
    assert "\n" not in message.subject
    assert len(message.subject) <= 150
    whole = message.text + message.html
    assert not any(char in whole for char in "\x1b\u202e\x00")
    assert "<!here>" not in (message.html if medium in {"email", "telegram"} else "")
    assert ("<!here>" in message.text) is (medium != "slack")
    if medium in {"slack", "telegram", "plain"}:
        assert "@channel" not in whole


@pytest.mark.parametrize("medium", MEDIA)
def test_a_notice_tells_what_it_is_about_and_when(medium: Medium) -> None:
    notice = Notice(
        "rules", "folder", "x", "high", "Rules refused: a.yaml", "a.yaml:1:1: error: no\nEdition 3 stays", 3, T0
    )
    message = report(
        (notice, replace(notice, severity="normal", subject="Rules mended")), Book(zone="Europe/Zurich"), medium
    )
    assert message.subject == "[high] Rules refused: a.yaml (+1 more)"
    assert message.text.startswith("[high] Rules refused: a.yaml\na.yaml:1:1: error: no\nEdition 3 stays\n\nTime: ")
    assert "[normal] Rules mended" in message.text
    assert "CET" in message.text
    assert message.told == ()
