"""The examples of rules, run on the compiled rules: those that fail, and why."""

from monitor.core.entry import Entry
from monitor.core.judge import judge, told
from monitor.core.match import Matcher
from monitor.core.rule import Example, Hit, Rule


def example_faults(matcher: Matcher, rule: Rule) -> tuple[tuple[int, str], ...]:
    """Run the examples of a rule of the matcher's book; for each that fails its number from 0 and why."""
    faults = ((number, _fault(matcher, rule, example)) for number, example in enumerate(rule.examples))
    return tuple((number, fault) for number, fault in faults if fault)


def _fault(matcher: Matcher, rule: Rule, example: Example) -> str:
    if _is_right(matcher, rule, example):
        return ""
    found = matcher.explain(_entry(example), rule.name)
    if not example.met:
        return f"should not match, but does: {_marked(example.text, found.hits)}"
    if not found.met:
        return f"should match, but does not - {found.lacks}"
    return f"highlights otherwise: {_marked(example.text, found.hits)}"


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


def _marked(text: str, hits: tuple[Hit, ...]) -> str:
    for start, end in reversed(_spans(hits)):
        text = f"{text[:start]}[[{text[start:end]}]]{text[end:]}"
    return text


def _spans(hits: tuple[Hit, ...]) -> tuple[tuple[int, int], ...]:
    """List what is highlighted in the text: hits that overlap are one."""
    spans: list[tuple[int, int]] = []
    for hit in hits:
        if hit.field == "text" and spans and hit.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], hit.end))
        elif hit.field == "text":
            spans.append((hit.start, hit.end))
    return tuple(spans)
