"""The schema for editors: it flags nothing that we accept, and what it cannot see of our faults is known.

Source of the format: JSON Schema, draft 2020-12. jsonschema stands for the editor; core_yaml types as one does.
"""

import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from monitor.cli.schema import command
from monitor.rulebook import json_schema, sources_of
from monitor.rulebook.compose import compose
from monitor.rulebook.examples import example
from monitor.rulebook.grammar import CHANNEL, ENTITY, FEED, FEED_DEFAULTS, ROUTE, RULE, RULE_DEFAULTS
from monitor.rulebook.headers import headers
from monitor.rulebook.json_schema import Definitions
from monitor.rulebook.meanings import FILE, MEANINGS
from monitor.rulebook.nodes import BrokenError, Desk, Scalar
from monitor.rulebook.schema import Formed, Reader, Shape, text, yes_or_no
from monitor.rulebook.sheet import KINDS, RESERVED, ROUTES_KEYS
from monitor.rulebook.terms import ANY_TERM, OWN_TERM, own_name
from monitor.rulebook.words import (
    address,
    css,
    duration,
    every,
    language,
    name,
    number,
    obeyed,
    once,
    secret,
    time_format,
    url,
    when,
    zone,
)
from tests.rulebook.core_yaml import typed

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
SHIPPED = {
    **{f"rules/{file}": written for file, written in sources_of(ROOT / "rules").items()},
    **{f"demo/{file}": written for file, written in sources_of(ROOT / "monitor" / "demo" / "rules").items()},
    **{f"sound/{file}": written for file, written in sources_of(Path(__file__).parent / "sound").items()},
    **{
        f"docs/rules.md {number}": block
        for number, block in enumerate(re.findall(r"^```yaml\n(vigie: .*?)^```", PAGE, re.MULTILINE | re.DOTALL))
    },
}
FAULTS = sorted((Path(__file__).parent / "faults").glob("*.yaml"))

NAMES_OF_OTHERS = "it names what stands elsewhere, and a schema sees nothing but its place"
OF_ALL_FILES = "it is a fault of all files together"
OF_KEYS_TOGETHER = "what each key says is well; together they make no sense"
OF_THE_ENGINE = "only the engine knows what a text is met by"
BEFORE_A_SCHEMA = "YAML has settled it before a schema sees anything; editors tell some of it by themselves"
IN_A_REGEX = "the grammar of regular expressions is beyond a pattern"
INSIDE_A_WORD = "it is inside a word, where a pattern does not reach"
UNSEEN = {
    BEFORE_A_SCHEMA: "duplicate-key duplicate-rule-with-a-failing-example "
    "feed-header-of-nothing kind-not-first latin-1-bytes name-twice-in-two-encodings term-begins-with-ampersand "
    "title-is-nothing",
    INSIDE_A_WORD: "byte-order-mark escape-of-an-invisible-character feed-every-backwards "
    "feed-recipe-with-a-bad-selector feed-url-with-a-bad-port "
    "term-invisible-character term-too-long term-turned-around",
    IN_A_REGEX: "regex-asks-for-capitals regex-character-that-is-none regex-class-backwards regex-class-not-closed "
    "regex-class-of-nothing regex-class-that-excludes-a-ligature regex-class-too-wide regex-closed-twice "
    "regex-counts-backwards regex-counts-from-nothing regex-ends-with-a-backslash regex-nested-too-deep "
    "regex-not-closed regex-of-an-unknown-script regex-of-another-group regex-of-wildcards regex-repeats-in-repeats "
    "regex-repeats-nothing regex-that-looks-around regex-that-looks-behind regex-that-refers-back "
    "regex-that-refers-back-by-name regex-that-takes-too-much regex-two-repeats regex-unknown-escape "
    "regex-with-a-flag-inside regex-with-a-stray-brace regex-within-a-word",
    NAMES_OF_OTHERS: "channel-unknown channels-missing entity-weak-in-unknown-company example-of-an-unknown-feed "
    "feed-names-look-alike feed-unknown route-unknown route-unknown-in-defaults two-names-misspelt-alike "
    "unknown-entity unknown-entity-in-another-encoding unknown-entity-in-near",
    OF_ALL_FILES: "name-of-another-file route-fallback-missing route-operator-missing routes-missing",
    OF_KEYS_TOGETHER: "cannot-match-all-of cannot-match-any-of cannot-match-feed cannot-match-field "
    "cannot-match-language cannot-match-near cannot-match-phrase cannot-match-topic entity-that-never-counts "
    "entity-weak-in-no-company feed-header-twice feed-recipe-without-page only-a-field",
    OF_THE_ENGINE: "example-that-fails example-that-matches-and-should-not example-with-another-highlight",
}
"""The faults that no schema sees, by the reason."""
ALL_UNSEEN = {stem for stems in UNSEEN.values() for stem in stems.split()}


def schema(kind: str = "") -> Draft202012Validator:
    made = json_schema(kind)
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


WHOLE = schema()


@pytest.mark.parametrize("file", SHIPPED)
def test_nothing_that_ships_is_flagged(file: str) -> None:
    document = typed(SHIPPED[file])
    assert [error.message for error in WHOLE.iter_errors(document)] == []
    assert schema(document["vigie"]).is_valid(document)


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_a_fault_that_a_schema_can_see_is_flagged(path: Path) -> None:
    is_error = ": error: " in path.with_suffix(".txt").read_text(encoding="utf-8")
    try:
        flagged = not WHOLE.is_valid(typed(path.read_text(encoding="utf-8", errors="replace")))
    except yaml.YAMLError:
        flagged = True  # the editor cannot read it, and says so
    assert flagged == (is_error and path.stem not in ALL_UNSEEN)


def test_the_faults_that_no_schema_sees_are_there() -> None:
    assert {path.stem for path in FAULTS} >= ALL_UNSEEN


READERS: dict[str, Reader[object]] = {
    "text": text,
    "true or false": yes_or_no,
    "name": name,
    "duration": duration(),
    "interval": every,
    "language": language,
    "zone": zone,
    "url": url,
    "address": address,
    "secret": secret,
    "obeyed": obeyed,
    "headers": headers,
    "once": once,
    "number": number(1),
    "when": when,
    "selector": css,
    "time format": time_format,
    "term": ANY_TERM,
    "own term": OWN_TERM,
    "own name": own_name,
    "example": example(met=True),
    "counterexample": example(met=False),
}
WORDS = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="aé1$=*/-_ .:[]\"'~[]", max_size=14),
    st.from_regex(r"[0-9]{1,7}[smhd](\.\.[0-9]{1,3}[smhd])?", fullmatch=True),
    st.sampled_from(["true", "True", "null", "~", "NO", "12:30", "1_000", "2022-01-10", "0x1F", "1e3", ".inf", "10"]),
    st.sampled_from(["fr", "FR-ch", "zh-hant-tw", "entry", "feed", "Europe/Zurich", "terminal", "secret:x", "at once"]),
    st.sampled_from(["https://x", "HTTP://é.org:8/a", "/a+/", "$a", "négociat*", "=Mâcon", "[[a]] b", "%H", "2h..3h"]),
)


@pytest.mark.parametrize("reader", READERS)
@given(word=WORDS)
def test_no_word_that_we_accept_is_flagged(reader: str, word: str) -> None:
    desk = Desk("x.yaml")
    if READERS[reader](Scalar("x.yaml", 1, 1, word), desk) is None:
        return
    definitions = Definitions()
    form = definitions.of(READERS[reader])
    checked = Draft202012Validator(form | {"$defs": definitions.all})
    assert checked.is_valid(word)
    if stands_for_itself(word):
        assert checked.is_valid(typed(word))


def stands_for_itself(word: str) -> bool:
    """Say whether YAML reads these characters without quotes as a text of the same."""
    try:
        node = compose(word, Desk("x.yaml"))
    except BrokenError:
        return False
    return isinstance(node, Scalar) and node.bare and node.text == word


@pytest.mark.parametrize("letter", ["\u00aa", "\u00b2", "\u00b5", "\u00e9", "\u0300", "\u2071", "\u4e00", "\u0431"])
def test_no_letter_of_any_script_is_taken_for_a_sign(letter: str) -> None:
    assert schema("rules/1").is_valid({"vigie": "rules/1", f"x{letter}": {"any_of": [letter]}})


def test_every_sign_that_a_name_may_not_hold_is_none_of_a_name() -> None:
    letters = [chr(code) for code in range(0x3000) if re.fullmatch(r"[\w-]", chr(code))]
    named = {"vigie": "rules/1"} | {letter: {"any_of": ["x"]} for letter in letters}
    assert [error.message for error in schema("rules/1").iter_errors(named)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_of_one_kind_takes_no_other(kind: str) -> None:
    assert [other for other in KINDS if schema(kind).is_valid({"vigie": other})] == [kind]


def test_every_key_has_a_meaning_and_every_meaning_a_key() -> None:
    said = {shape.what: set(shape.keys) for shape in shapes() if shape.what in MEANINGS}
    assert said == {what: set(keys) for what, keys in MEANINGS.items()}
    assert {shape.what for shape in shapes()} - set(MEANINGS) == {FEED_DEFAULTS.what, RULE_DEFAULTS.what}
    assert set(FILE) == {*RESERVED, *ROUTES_KEYS}


def shapes() -> list[Shape[object]]:
    """Every shape of the grammar, once."""
    found: list[Shape[object]] = []
    open_: list[object] = [FEED, FEED_DEFAULTS, ENTITY, RULE, RULE_DEFAULTS, CHANNEL, ROUTE]
    while open_:
        one = open_.pop()
        if isinstance(one, Shape):
            found.append(one)
            open_ += [key.read for key in one.keys.values()]
        elif isinstance(one, Formed):
            open_ += [
                inner for value in one.form.values() for inner in (value if isinstance(value, tuple) else [value])
            ]
    return found


def test_what_a_key_means_and_its_default_are_there_to_be_shown() -> None:
    rule = json_schema("rules/1")["$defs"]["rule"]["properties"]  # type: ignore[index]  # JSON
    assert rule["severity"] == {
        "enum": ["low", "normal", "high", "urgent"],
        "description": MEANINGS["a rule"]["severity"].replace("`", ""),
        "markdownDescription": MEANINGS["a rule"]["severity"],
        "default": "normal",
    }
    feed = json_schema("feeds/1")["$defs"]["feed"]["properties"]  # type: ignore[index]  # JSON
    assert {key: form["default"] for key, form in feed.items() if "default" in form} == {
        "kind": "auto",
        "every": "1m..30m",
        "timeout": "20s",
        "max_age": "24h",
        "live": False,
        "allow_private": False,
        "server_hints": "obey",
        "robots": "obey",
        "spacing": "1s",
    }


def test_the_verb_prints_the_schema_of_a_kind_or_of_all() -> None:
    assert json.loads(CliRunner().invoke(command, ["rules"]).stdout) == json.loads(json.dumps(json_schema("rules/1")))
    assert json.loads(CliRunner().invoke(command).stdout) == json.loads(json.dumps(json_schema()))
    wrong = CliRunner().invoke(command, ["ruels"])
    assert wrong.exit_code == 2
    assert "rules" in wrong.stderr
