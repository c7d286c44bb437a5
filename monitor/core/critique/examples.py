"""The examples of rules, run on the compiled rules: those that fail, and why."""

from monitor.core.clean import Span
from monitor.core.engine.judge import judge, told
from monitor.core.entry import Entry
from monitor.core.match import Matcher
from monitor.core.rule import Example, Hit, Rule
from monitor.core.telling.passage import windows

ROOM = 300
"""Characters of a text that are shown where an example fails."""


def example_faults(matcher: Matcher, rule: Rule) -> tuple[tuple[int, str], ...]:
    """Run the examples of a rule of the matcher's book; for each that fails its number from 0 and why."""
    faults = ((number, _fault(matcher, rule, example)) for number, example in enumerate(rule.examples))
    return tuple((number, fault) for number, fault in faults if fault)


def _fault(matcher: Matcher, rule: Rule, example: Example) -> str:
    if _is_right(matcher, rule, example):
        return ""
    found = matcher.explain(_entry(example), rule.name)
    if not example.met:
        return f"should not match, but does: {_shown(example, found.hits)}"
    if not found.met:
        return f"should match, but does not - {found.lacks}"
    return f"highlights otherwise: {_shown(example, found.hits)}"


def _is_right(matcher: Matcher, rule: Rule, example: Example) -> bool:
    """Judge an example as the live engine does an entry; why, is asked only where it fails."""
    sight = matcher.sight(_entry(example))
    places = told(judge(rule, sight, matcher.book.feeds.get(example.feed)))
    if places is None or not example.met or not example.spans:
        return (places is not None) == example.met
    return _spans(tuple(map(sight.hit, places))) == example.spans


def _entry(example: Example) -> Entry:
    return Entry(
        feed=example.feed,
        identity="example",
        title=example.title,
        text=example.text,
        author=example.author,
        categories=example.topic,
        language=example.language,
    )


def _shown(example: Example, hits: tuple[Hit, ...]) -> str:
    """Show in one line what is highlighted: in the title if anything is, and in the text."""
    parts = {"title": example.title, "text": example.text}
    spans = {field: _spans(hits, field) for field in parts}
    return " / ".join(_marked(parts[field], spans[field]) for field in parts if spans[field] or field == "text")


def _marked(text: str, spans: tuple[Span, ...]) -> str:
    """Mark spans in what is shown of a text: of a long one what is around them."""
    shown = windows(text, spans, ROOM)
    pieces = []
    for begin, end in shown:
        marks = [(start, stop) for start, stop in spans if begin <= start and stop <= end]
        piece = text[begin:end]
        for start, stop in reversed(marks):
            piece = f"{piece[: start - begin]}[[{text[start:stop]}]]{piece[stop - begin :]}"
        pieces.append(piece)
    if shown == ((0, len(text)),):
        return " ".join(pieces[0].split())
    return " ".join(f"… {' … '.join(pieces)} …".split())


def _spans(hits: tuple[Hit, ...], field: str = "text") -> tuple[Span, ...]:
    """List what is highlighted in a field: hits that overlap are one."""
    spans: list[Span] = []
    for hit in hits:
        if hit.field == field and spans and hit.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], hit.end))
        elif hit.field == field:
            spans.append((hit.start, hit.end))
    return tuple(spans)
