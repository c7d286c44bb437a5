"""Rules and entities that are well written and make no sense: what is never met, or met by everything."""

from collections.abc import Iterator
from itertools import chain, compress
from typing import NamedTuple

from monitor.core.book import Book, Path, terms_of
from monitor.core.critique.certain import Certain, words
from monitor.core.engine.vocabulary import names_of, own_name
from monitor.core.errors import Level
from monitor.core.rule import Entity, Near, Rule, Term, Weak, Where
from monitor.core.text import normal


class Sense(NamedTuple):
    """What makes no sense, and where below the thing it is said of."""

    path: Path
    level: Level
    code: str
    message: str


_MOST_TRIED = 12  # terms that are tried in all ways on two sides


RESTING = frozenset({"draft", "retired"})
"""What rules do not run; of them nothing is said that is no error."""


def rule_sense(rule: Rule, book: Book, certain: Certain) -> Iterator[Sense]:
    """Find what makes a rule meet nothing, or everything."""
    main = rule.any_of + rule.all_of
    found = chain(
        _no_terms(rule, main),
        _near_nothing(rule, main),
        _contradictions(rule, certain),
        _no_place_left(rule, book),
        _never_near(rule, certain),
        _no_example(rule),
    )
    yield from (sense for sense in found if sense.level == "error" or rule.status not in RESTING)


def _no_example(rule: Rule) -> Iterator[Sense]:
    if rule.severity in {"high", "urgent"} and not any(example.met for example in rule.examples):
        message = f"severity {rule.severity} without a `match` example - write a text to be met"
        yield Sense((), "warning", "no_example", message)


def _no_terms(rule: Rule, main: tuple[Term, ...]) -> Iterator[Sense]:
    where = rule.only_in
    if main or where.feed or where.topic or where.author or rule.near or rule.none_near:
        return  # of `near` without main terms it is said there
    if where.language:
        yield Sense(("in",), "warning", "too_wide", "all entries in a language - name terms, or a feed or topic")
    elif rule.none_of or where.field or any(_values(rule.not_in)):
        message = "only what does not count - name terms in `any_of` or `all_of`"
        yield Sense((), "error", "only_negative", message)
    else:
        message = "a rule without terms - name some in `any_of` or `all_of`, or a feed in `in`"
        yield Sense((), "error", "no_terms", message)


def _near_nothing(rule: Rule, main: tuple[Term, ...]) -> Iterator[Sense]:
    for key, near in (("near", rule.near), ("none_near", rule.none_near)):
        if near and not main:
            message = f"`{key}` without main terms - name some in the rule's `any_of`"
            yield Sense((key,), "error", "near_nothing", message)
        if near and not (near.any_of or near.all_of):
            yield Sense((key,), "error", "no_terms", f"`{key}` without terms - name some in its `any_of`")


def _contradictions(rule: Rule, certain: Certain) -> Iterator[Sense]:
    """Find the terms of which one or all must be there, and none may, since `none_of` finds them too."""
    for path, terms in terms_of((), rule):
        if path[0] in {"none_of", "none_near"} or not rule.none_of or not terms:
            continue
        refused = certain.holding(terms, rule.none_of)
        if all(refused) or (path[-1] == "all_of" and any(refused)):
            message = "never met, for `none_of` names what must be there - take it out of one of the two"
            yield Sense(path, "error", "cannot_match", message)


_PROPERTIES = ("language", "feed", "topic", "author", "field")


def _values(where: Where) -> tuple[tuple[str, ...], ...]:
    return (where.language, where.feed, where.topic, where.author, where.field)


def _no_place_left(rule: Rule, book: Book) -> Iterator[Sense]:
    for name, wanted, refused in zip(_PROPERTIES, _values(rule.only_in), _values(rule.not_in), strict=True):
        possible = wanted or (("title", "text") if name == "field" else ())
        if possible and all(any(_is_same(name, one, no) for no in refused) for one in possible):
            message = f"never met, for no {name} is left - take out here what the rule is to find"
            yield Sense(("not_in", name), "error", "cannot_match", message)
    feeds = [book.feeds[name] for name in rule.only_in.feed if name in book.feeds]
    refused_topics = {normal(topic) for topic in rule.not_in.topic}
    are_known = bool(feeds) and len(feeds) == len(rule.only_in.feed)
    if are_known and all(refused_topics & set(map(normal, feed.topic)) for feed in feeds):
        message = "never met, for each feed in `in` has a topic that stands here - take out the topic or the feed"
        yield Sense(("not_in", "topic"), "error", "cannot_match", message)


def _is_same(name: str, one: str, refused: str) -> bool:
    if name == "language":
        return f"{one}-".startswith(f"{refused}-")
    return one == refused if name in {"feed", "field"} else normal(one) == normal(refused)


def _never_near(rule: Rule, certain: Certain) -> Iterator[Sense]:
    near = rule.near
    if near is None:
        return
    if rule.none_near and _is_spoilt(near, rule.none_near, certain):
        message = "never reached, for `none_near` takes away every hit that it leaves - a smaller `within` there"
        yield Sense(("near",), "warning", "never_near", message)
    if not _fits(near, certain):
        message = f"never reached, for its terms have no room within: {near.within} - a greater number, or fewer terms"
        yield Sense(("near", "within"), "warning", "never_near", message)


def _is_spoilt(near: Near, spoiler: Near, certain: Certain) -> bool:
    """Tell whether each hit that is near enough has one of the spoiler's terms as near: within the near term itself."""
    of_all, of_any = _spoilt(near.all_of, near, spoiler, certain), _spoilt(near.any_of, near, spoiler, certain)
    return any(of_all) or (bool(of_any) and all(of_any))


def _spoilt(terms: tuple[Term, ...], near: Near, spoiler: Near, certain: Certain) -> list[bool]:
    same = {term.written for term in spoiler.any_of}
    spare = spoiler.within - near.within
    held = certain.holding(terms, spoiler.any_of)
    return [
        is_held and spare >= (0 if term.written in same else _longest(term, certain) - 1)
        for term, is_held in zip(terms, held, strict=True)
    ]


def _longest(term: Term, certain: Certain) -> int:
    return max(len(words(needle)) for needle in certain.needles(term))


def _fits(near: Near, certain: Certain) -> bool:
    """Tell whether all terms of `all_of` have room near one hit; where it cannot be told they have."""
    lengths, seen = [], set[str]()
    for term in near.all_of:
        needles = certain.needles(term)
        beginnings = {word for needle in needles for word in words(needle)}
        if not needles or any(needle.loose or needle.term.form == "prefix" for needle in needles) or seen & beginnings:
            return True  # terms that share words may stand in one place
        seen |= beginnings
        lengths.append(min(len(words(needle)) for needle in needles))
    return not lengths or _farthest(lengths, near) <= near.within


def _farthest(lengths: list[int], near: Near) -> int:
    """Count the words between a hit and the farthest of some terms, placed as near as they can be."""
    if near.order != "any":
        return sum(lengths) - max(lengths)
    if len(lengths) > _MOST_TRIED:
        return (sum(lengths) - 2 * max(lengths)) // 2
    ways = ([choice >> at & 1 for at in range(len(lengths))] for choice in range(2 ** len(lengths)))
    return min(max(_between(lengths, way, side) for side in (0, 1)) for way in ways)


def _between(lengths: list[int], way: list[int], side: int) -> int:
    """Count the words before the last of the terms on one side, the longest of which stands last."""
    there = [length for length, chosen in zip(lengths, way, strict=True) if chosen == side]
    return sum(there) - max(there, default=0)


def entity_sense(entity: Entity, certain: Certain) -> Iterator[Sense]:
    """Find names that never count or need no company, and company that is never or always there."""
    names = names_of(entity)
    lost = list(compress(names, certain.lying(names, entity.never)))
    if len(lost) == len(names) and certain.needles(Term(f"${entity.name}", "entity", entity.name)):
        yield Sense(
            ("never",),
            "error",
            "cannot_match",
            "never found, for `never` names all its names - take out the names that count",
        )
    else:
        for name in lost:
            message = f"{name.written} is a name and never counts - take it out of `names` or of `never`"
            yield Sense(("never", name.written), "warning", "never_counts", message)
    if entity.weak:
        yield from _company(entity, entity.weak, certain)


def _company(entity: Entity, weak: Weak, certain: Certain) -> Iterator[Sense]:
    strong = {own_name(entity).written, *(term.written for term in entity.names)}
    for name, is_held in zip(weak.names, certain.holding(weak.names, weak.company), strict=True):
        path = ("weak", "names", name.written)
        if name.written in strong:
            message = (
                f"{name.written} needs no company, for it is a name that always counts too - take it out there or here"
            )
            yield Sense(path, "warning", "needs_no_company", message)
        elif is_held:
            message = f"{name.written} keeps itself company - name in `with` what stands beside it"
            yield Sense(path, "warning", "needs_no_company", message)
    if weak.company and all(map(certain.is_lost, weak.company)):
        message = "company that is never there, for `never` of each of these names all its names - name others"
        yield Sense(("weak", "with"), "warning", "never_in_company", message)
