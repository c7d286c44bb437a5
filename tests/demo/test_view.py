"""The view fits the terminal, marks what was matched, and lets no text from outside act on it."""

from datetime import UTC, datetime
from io import StringIO

from rich.console import Console

from monitor.core.entry import Entry, Revision
from monitor.core.rule import Field, Finding, Hit, Severity
from monitor.core.telling.alert import Alert
from monitor.demo.sinks import HOOK, MAIL
from monitor.demo.verdict import Channel, Verdict
from monitor.demo.view import MARK, FeedRow, Glance, Line, Screen, excerpt, picture

NOW = datetime(2022, 1, 10, 16, 52, tzinfo=UTC)
LONG = "Il pleut sur le lac, et les caméras attendent devant la grille. " * 3


def alert(text: str, *words: str, id_: int = 1, field: Field = "text", severity: Severity = "urgent") -> Alert:
    hits = tuple(Hit(field, text.index(word), text.index(word) + len(word), word, word) for word in words)
    title, body = (text, "") if field == "title" else ("", text)
    entry = Entry("fil", "fr-1", title=title, text=body, published=NOW)
    return Alert(id_, Revision(id_, id_, 1, entry, NOW), 1, (Finding("talks", severity, hits),), NOW)


def glance(*lines: Line, elapsed: float = 18.0) -> Glance:
    verdict = Verdict(50, 4, (), (), {MAIL: Channel(40, 4, 4), HOOK: Channel(20, 3, 3)}, (), (), 0, (0.2, 0.4))
    feeds = tuple(FeedRow(title, 1.03, polls, 9, 42, 3) for title, polls in (("Le Fil", 18), ("Uferblatt", 1)))
    return Glance(NOW, elapsed, 40.0, feeds, lines, 9, 350 * 2**20, verdict)


def printed(now: Glance, height: int = 23) -> list[str]:
    out = StringIO()
    Console(file=out, width=80, height=24).print(picture(now, height))
    return out.getvalue().splitlines()


def test_the_view_fits_eighty_by_twenty_four_with_any_number_of_alerts() -> None:
    for count in (0, 1, 5, 40):
        lines = printed(glance(*(Line(alert(LONG + "Genève", "Genève"), ((MAIL, 0.2),)) for _ in range(count))))
        assert len(lines) <= 23
        assert max(map(len, lines)) <= 80
    assert "17:52 in Geneva" in lines[0]
    assert any("Uferblatt" in line and " - " in line for line in lines)


def test_a_low_terminal_still_shows_one_alert() -> None:
    assert any("Genève" in line for line in printed(glance(Line(alert("à Genève", "Genève"), ())), height=5))


def test_an_excerpt_begins_at_a_word_so_that_the_first_hit_is_seen() -> None:
    cut = excerpt(alert(LONG + "puis Riabkov arrive à Genève en voiture, sans un mot", "Riabkov", "Genève"), 60)
    assert cut.plain.startswith("…")
    assert [cut.plain[span.start : span.end] for span in cut.spans if span.style == MARK] == ["Riabkov", "Genève"]
    assert len(cut.plain) <= 62


def test_an_excerpt_shows_the_title_if_the_hit_is_there() -> None:
    cut = excerpt(alert("Riabkov à Genève", "Riabkov", "Genève", field="title"), 60, brackets=True)
    assert cut.plain == "[[Riabkov]] à [[Genève]]"


def test_an_alert_without_hits_shows_the_title() -> None:
    assert excerpt(alert("Riabkov", field="title"), 60).plain == "Riabkov"


def test_text_from_outside_moves_no_cursor_and_turns_no_writing_around() -> None:
    cut = excerpt(alert("a\x1b[2Jb\r\u202enéveG\nRiabkov\x9b1m", "Riabkov"), 60)
    assert cut.plain == "a [2Jb  néveG Riabkov 1m"


def test_without_a_terminal_each_alert_is_one_line_once_all_have_accepted_it() -> None:
    out = StringIO()
    screen = Screen(Console(file=out, width=80), plain=True)
    part = Line(alert("à Genève [bold]", "Genève"), ((MAIL, 0.21),), waiting=1)
    told = Line(alert("à Genève [bold]", "Genève"), ((MAIL, 0.21), (HOOK, 0.09)))
    screen.show(glance(part))
    assert out.getvalue() == ""
    for now in (glance(told), glance(told)):
        screen.show(now)
    screen.close()
    assert out.getvalue() == "17:52 talks fil  mail 0.21 s  hook 0.09 s  à [[Genève]] [bold]\n"


def test_without_a_terminal_what_was_told_in_part_is_printed_in_the_end() -> None:
    out = StringIO()
    screen = Screen(Console(file=out, width=80), plain=True)
    screen.show(glance(Line(alert("à Genève", "Genève"), ((MAIL, 0.21),), 1), Line(alert("b", "b", id_=2), (), 2)))
    screen.close()
    assert out.getvalue() == "17:52 talks fil  mail 0.21 s  à [[Genève]]\n"
    Screen(Console(file=out), plain=True).close()


def test_on_a_terminal_the_same_moment_is_not_painted_again() -> None:
    out = StringIO()
    console = Console(file=out, width=80, height=24, force_terminal=True, color_system="standard", legacy_windows=False)
    screen = Screen(console, plain=False)
    screen.show(glance())
    size = len(out.getvalue())
    screen.show(glance())
    assert len(out.getvalue()) == size
    screen.show(glance(elapsed=19.0))
    assert len(out.getvalue()) > size
    screen.close()


def test_an_entry_without_a_time_is_told_without_one() -> None:
    made = alert("à Genève", "Genève")
    timeless = Entry("fil", "fr-1", text="à Genève")
    bare = Alert(1, Revision(1, 1, 1, timeless, NOW), 1, made.findings, NOW)
    assert any(line.startswith("--:--") for line in printed(glance(Line(bare, ()))))
