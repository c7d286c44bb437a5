"""The bundled live blog holds what it promises, and its gold list is what the rules say of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from monitor.core.book import Book
from monitor.core.entry import Entry, digest
from monitor.core.match import Matcher
from monitor.demo.coverage import COVERAGE, GOLD, RULES, Block, Gold, Outlet, Version, read_gold, read_outlets
from monitor.demo.render import Shown, atom, page
from monitor.feeds import Fetched
from monitor.feeds import read as read_entries
from monitor.rulebook import read, sources_of

DAY = datetime(2022, 1, 10, tzinfo=ZoneInfo("Europe/Zurich"))
BASE = "http://127.0.0.1:8080"


@pytest.fixture(scope="module")
def outlets() -> tuple[Outlet, ...]:
    return read_outlets()


@pytest.fixture(scope="module")
def gold() -> Gold:
    return read_gold()


@dataclass(frozen=True)
class Written:
    """An entry of the coverage as its YAML has it, with what the maintainers say of it."""

    outlet: dict[str, Any]  # whatever the YAML holds
    entry: dict[str, Any]


def written() -> Iterator[Written]:
    for path in sorted(COVERAGE.glob("*.yaml")):
        for outlet in yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)["outlets"]:
            yield from (Written(outlet, entry) for entry in outlet["entries"])


def lines(part: str) -> list[dict[str, str]]:
    content: dict[str, list[dict[str, str]]] = yaml.load(GOLD.read_text("utf-8"), Loader=yaml.BaseLoader)
    return content[part]


def blocks(outlets: tuple[Outlet, ...]) -> Iterator[tuple[Outlet, Block]]:
    return ((outlet, block) for outlet in outlets for block in outlet.blocks)


@cache
def book() -> Book:
    sources = {name: text.replace("{port}", "8080") for name, text in sources_of(RULES).items()}
    reading = read(sources)
    assert reading.faults == ()
    assert reading.book is not None
    return reading.book


def as_read(outlet: Outlet, shown: list[Shown]) -> tuple[Entry, ...]:
    """What the service makes of some blocks, printed by their outlet."""
    body = (page if outlet.kind == "live_blog" else atom)(outlet, shown, BASE)
    feed = book().feeds[outlet.feed]
    return read_entries(Fetched(body, "", "", "", feed.url, DAY + timedelta(days=1)), feed)


def revisions(outlet: Outlet, block: Block) -> Iterator[tuple[int, Version, Entry]]:
    """Every version of a block that still stands, with the number of its revision."""
    digests: list[str] = []
    for version in block.versions:
        if version.deleted:
            continue
        entry = as_read(outlet, [Shown(block, version, block.versions[0].at)])[0]
        if digest(entry) not in digests:
            digests.append(digest(entry))
        yield digests.index(digest(entry)) + 1, version, entry


def test_the_day_is_told_at_length_in_four_languages(outlets: tuple[Outlet, ...]) -> None:
    languages = Counter(outlet.language[:2] for outlet, _ in blocks(outlets))
    assert languages["fr"] >= 60
    assert min(languages[other] for other in ("en", "de", "ru")) >= 25
    assert languages.total() >= 150


def test_the_day_goes_from_seven_to_ten(outlets: tuple[Outlet, ...]) -> None:
    times = [version.at for _, block in blocks(outlets) for version in block.versions]
    assert min(times) == (DAY + timedelta(hours=7)).astimezone(UTC)
    assert max(times) == (DAY + timedelta(hours=22)).astimezone(UTC)


def test_every_outlet_is_a_feed_of_the_rules_with_its_kind_language_and_zone(outlets: tuple[Outlet, ...]) -> None:
    feeds = {feed.name: (feed.kind, feed.title, feed.language, feed.zone) for feed in book().feeds.values()}
    assert feeds == {
        outlet.feed: (outlet.kind, outlet.title, outlet.language.lower(), outlet.zone) for outlet in outlets
    }
    assert {feed.url for feed in book().feeds.values()} == {f"{BASE}/{outlet.feed}" for outlet in outlets}


def test_nothing_of_the_coverage_is_too_old_to_be_told() -> None:
    a_life = timedelta(days=80 * 365)
    assert all(min(feed.backfill, feed.max_age) > a_life for feed in book().feeds.values())
    assert all(feed.live and feed.allow_private for feed in book().feeds.values())
    assert all(feed.every[0] == timedelta(seconds=1) for feed in book().feeds.values())


def test_ids_are_unique_over_all_outlets(outlets: tuple[Outlet, ...]) -> None:
    assert max(Counter(block.id for _, block in blocks(outlets)).values()) == 1


def test_the_versions_of_a_block_follow_one_another(outlets: tuple[Outlet, ...]) -> None:
    for _, block in blocks(outlets):
        times = [version.at for version in block.versions]
        assert times == sorted(set(times)), block.id


def test_entries_stand_in_the_order_of_the_day(outlets: tuple[Outlet, ...]) -> None:
    for outlet in outlets:
        times = [block.versions[0].at for block in outlet.blocks]
        assert times == sorted(times), outlet.feed


def test_every_outlet_has_two_entries_in_one_minute_or_one_without_headline_or_body(
    outlets: tuple[Outlet, ...],
) -> None:
    for outlet in outlets:
        minutes = Counter(block.versions[0].at for block in outlet.blocks)
        odd = [block for block in outlet.blocks if not (block.versions[0].title and block.versions[0].html)]
        assert max(minutes.values()) > 1 or odd, outlet.feed


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(lambda entry: "html" not in entry, id="without body"),
        pytest.param(lambda entry: "title" not in entry, id="without headline"),
        pytest.param(lambda entry: entry.get("pinned") == "true", id="pinned"),
        pytest.param(lambda entry: "deleted" in entry, id="deleted"),
        pytest.param(lambda entry: "copy_of" in entry, id="wire copy"),
        pytest.param(lambda entry: "edits" in entry, id="edited"),
        pytest.param(lambda entry: entry.get("title", "").isupper(), id="headline in capitals"),
        pytest.param(lambda entry: "<script>" in entry.get("html", ""), id="script"),
        pytest.param(lambda entry: "&lt;!channel&gt;" in entry.get("html", ""), id="call to all of a channel"),
        pytest.param(lambda entry: "]]>" in entry.get("html", ""), id="end of a CDATA section"),
        pytest.param(lambda entry: "\u200b" in entry.get("html", ""), id="zero width"),
        pytest.param(lambda entry: "<b>Ot</b>an" in entry.get("html", ""), id="name cut by markup"),
        pytest.param(lambda entry: "figcaption" in entry.get("html", ""), id="related card"),
    ],
)
def test_what_a_kind_of_entry_is_there_for_is_said(kind: Any) -> None:
    found = [row.entry for row in written() if kind(row.entry)]
    assert found
    assert [entry["id"] for entry in found if not entry.get("why")] == []


def test_an_outlet_in_print_reads_as_its_blocks_and_nothing_else(outlets: tuple[Outlet, ...]) -> None:
    for outlet in outlets:
        shown = [Shown(block, block.versions[0], block.versions[0].at) for block in outlet.blocks]
        entries = as_read(outlet, shown)
        assert len(entries) == len(shown)
        assert {entry.identity.rpartition("#")[2][-6:] for entry in entries} == {block.id for block in outlet.blocks}
        assert {entry.published for entry in entries} == {block.versions[0].at for block in outlet.blocks}


def test_hostile_markup_leaves_only_what_a_reader_sees(outlets: tuple[Outlet, ...]) -> None:
    texts = {
        block.id: next(revisions(outlet, block))[2].text for outlet, block in blocks(outlets) if outlet.language == "fr"
    }
    assert "<!channel> @everyone <!here|tous>" in texts["fr-035"]
    assert texts["fr-036"].startswith("On dit l'Otan, rappelle aux élèves M.\u00a0Riabkov")
    assert texts["fr-038"].startswith("Notre outil de saisie a fait des siennes: ]]> Mme Sherman")
    everything = "\n".join(texts.values())
    assert not [
        word
        for word in ("alert(", "document.title", "content:", "onclick", "evil.example")
        if word in everything.replace("javascript:alert(1)", "")
    ]


def test_every_edit_says_its_kind_and_why() -> None:
    edits = [edit for row in written() for edit in row.entry.get("edits", ())]
    assert {edit["kind"] for edit in edits} == {"cosmetic", "substantial", "correction"}
    assert all(edit["why"] for edit in edits)


def test_a_wire_copy_is_of_an_earlier_entry_of_another_outlet(outlets: tuple[Outlet, ...]) -> None:
    places = {block.id: (outlet, block) for outlet, block in blocks(outlets)}
    copies = [(row.entry["id"], row.entry["copy_of"]) for row in written() if "copy_of" in row.entry]
    for copy, original in copies:
        (here, later), (there, earlier) = places[copy], places[original]
        assert here.feed != there.feed
        assert later.versions[0].at > earlier.versions[0].at, copy
    languages = {(places[copy][0].language[:2] == places[original][0].language[:2]) for copy, original in copies}
    assert languages == {True, False}


def test_a_cosmetic_edit_is_no_revision_and_any_other_is_one(outlets: tuple[Outlet, ...]) -> None:
    places = {block.id: (outlet, block) for outlet, block in blocks(outlets)}
    for row in written():
        if "edits" in row.entry:
            numbers = [number for number, _, _ in revisions(*places[row.entry["id"]])]
            steps = [later > earlier for earlier, later in pairwise(numbers)]
            assert steps == [edit["kind"] != "cosmetic" for edit in row.entry["edits"]], row.entry["id"]


def test_a_rule_that_a_revision_meets_is_met_by_every_later_one(outlets: tuple[Outlet, ...]) -> None:
    # Then it cannot matter which of two quick revisions a matcher sees, and the gold list needs no luck.
    matcher = Matcher(book())
    for outlet, block in blocks(outlets):
        before: set[str] = set()
        for _, _, entry in revisions(outlet, block):
            met = {finding.rule for finding in matcher.findings(entry)}
            assert before <= met, block.id
            before = met


def test_the_gold_list_is_what_the_rules_say_of_the_coverage(outlets: tuple[Outlet, ...], gold: Gold) -> None:
    matcher = Matcher(book())
    told: dict[tuple[str, str], int] = {}
    for outlet, block in blocks(outlets):
        for number, _, entry in revisions(outlet, block):
            for finding in matcher.findings(entry):
                told.setdefault((block.id, finding.rule), number)
    assert told == {(line.entry, line.rule): line.revision for line in gold.told}


def test_the_gold_list_speaks_once_of_each_entry_and_rule(outlets: tuple[Outlet, ...], gold: Gold) -> None:
    pairs = [(line.entry, line.rule) for line in (*gold.told, *gold.not_told)]
    assert max(Counter(pairs).values()) == 1
    assert {entry for entry, _ in pairs} <= {block.id for _, block in blocks(outlets)}
    assert {rule for _, rule in pairs} <= set(book().rules)


def test_every_rule_tells_something_and_all_but_the_plainest_have_a_trap(gold: Gold) -> None:
    assert {line.rule for line in gold.told} == set(book().rules)
    assert {line.rule for line in gold.not_told} == set(book().rules)


def test_the_gold_list_says_why_and_which_issue_will_change_what() -> None:
    both = [*lines("told"), *lines("not_told")]
    assert all(line["why"] for line in both)
    assert {line["until"][:3] for line in both if "until" in line} == {"#5:"}
    assert all("until then" in line["until"] for line in both if "until" in line)


def test_the_issue_of_wire_copies_is_named_for_each_that_is_told() -> None:
    copies = {row.entry["id"] for row in written() if "copy_of" in row.entry}
    assert copies <= {line["entry"] for line in lines("told") if line.get("until", "").startswith("#5")}


def test_both_channels_are_told_and_neither_of_everything() -> None:
    reached = {
        name: {channel for route in rule.send for channel in book().routes[route].to}
        for name, rule in book().rules.items()
    }
    assert {frozenset(channels) for channels in reached.values()} == {
        frozenset({"courrier", "salle"}), frozenset({"courrier"}), frozenset({"salle"})}  # fmt: skip
    assert {rule.severity for rule in book().rules.values()} == {"low", "normal", "high", "urgent"}
    assert {channel.address for channel in book().channels.values()} == {"secret:demo_mail", "secret:demo_hook"}
