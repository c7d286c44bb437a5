"""`vigie explain` of a text, as a shell sees it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.cli import vigie
from monitor.core.errors import VigieError

RULES = """vigie: rules/1
talks:
  title: Entretiens
  severity: urgent
  any_of: [$riabkov]
  near: {within: 2, any_of: [Otan, Genève], order: after}
  not_in: {topic: [sport]}
  examples: {match: ["[[Riabkov]], l'[[Otan]]"]}
names:
  severity: low
  all_of: [$riabkov, $sherman]
hockey:
  severity: low
  any_of: [Otan]
  none_of: [hockey, Kazakhstan]
  none_near: {within: 1, any_of: [exercice*]}
all-of-fil: {severity: low, in: {feed: [fil], language: [fr, de]}}
"""
ENTITIES = """vigie: entities/1
riabkov: {name: Sergueï Riabkov, type: person, names: {fr: [Riabkov]}, never: [char Riabkov]}
sherman:
  name: Wendy Sherman
  type: person
  weak: {names: [Sherman], with: [diplomate]}
"""
FEEDS = """vigie: feeds/1
fil: {url: "https://fil.example/", language: fr}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    for name, text in {"rules": RULES, "entities": ENTITIES, "feeds": FEEDS}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def asked(*words: str | Path, given: bytes = b"", colour: bool = False) -> Result:
    env = {"NO_COLOR": "", "FORCE_COLOR": "1", "TERM": "xterm-256color"} if colour else {"NO_COLOR": "1"}
    return CliRunner().invoke(vigie, ["explain", *map(str, words)], input=given, env=env)


def said(*words: str | Path, given: bytes = b"") -> list[str]:
    result = asked(*words, given=given)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def parsed(*words: str | Path, given: bytes = b"") -> dict[str, Any]:  # Any: JSON
    (line,) = said(*words, "--json", given=given)
    read: dict[str, Any] = json.loads(line)
    return read


def test_a_hit_is_named_with_its_place_and_as_what_it_was_found(rules: Path) -> None:
    assert said("talks", "--rules", rules, "--title", "Direct", "--text", "Sergueï Riabkov, de l'Otan") == [
        "talks: met",
        "  yes  not_in     topic sport",
        "  yes  any_of     $riabkov",
        "       text 0-15  Sergueï Riabkov  $riabkov, by its name",
        "  yes  near       at most 2 words from Otan or Genève, standing after",
        "       text 0-15   Sergueï Riabkov  $riabkov, by its name",
        "       text 22-26  Otan             Otan",
        "",
        "Direct",
        "[[Sergueï Riabkov]], de l'[[Otan]]",
        "",
        f"by the rules in {rules}",
    ]


def test_a_near_miss_says_by_how_much(rules: Path) -> None:
    lines = said("talks", "--rules", rules, "--text", "Riabkov parle de la paix à Genève")
    assert lines[0] == "talks: not met - the nearest Genève stands 5 words after Riabkov, within: 2"
    assert "  no   near       at most 2 words from Otan or Genève, standing after" in lines


def test_what_never_counts_is_listed_with_its_place(rules: Path) -> None:
    lines = said("talks", "--rules", rules, "--text", "Un char Riabkov, l'Otan")
    lacks = "there is no $riabkov (Riabkov does not count: it stands in char Riabkov, which never counts)"
    assert lines[0] == f"talks: not met - {lacks}"
    at = lines.index("  not counted")
    assert lines[at + 1] == "       text 8-15  Riabkov  it stands in char Riabkov, which never counts"


def test_a_weak_name_in_company_is_marked_so(rules: Path) -> None:
    lines = said("names", "--rules", rules, "--text", "Riabkov, Sherman, diplomate")
    assert "       text 9-16  Sherman  $sherman, by its name Sherman (weak, but in company)" in lines


def test_all_that_lacks_is_said_the_first_of_it_on_top(rules: Path) -> None:
    lines = said("hockey", "--rules", rules, "--text", "le hockey")
    assert lines[:4] == [
        "hockey: not met - there is no Otan",
        "  no   any_of     Otan",
        "  no   none_near  no exercice* within 1 word - nothing was found",
        "  no   none_of    no hockey or Kazakhstan - there is hockey, which none_of names",
    ]


def test_json_has_everything(rules: Path) -> None:
    found = parsed("talks", "--rules", rules, "--text", "Riabkov, Otan", "--language", "fr", "--topic", "paix")
    hits = [
        {"field": "text", "start": 0, "end": 7, "text": "Riabkov", "term": "Riabkov", "entity": "riabkov"},
        {"field": "text", "start": 9, "end": 13, "text": "Otan", "term": "Otan", "entity": ""},
    ]
    hits[0] |= {"how": "alias", "way": "$riabkov, by its name Riabkov"}
    hits[1] |= {"how": "exact", "way": "Otan"}
    near = {"key": "near", "asks": "at most 2 words from Otan or Genève, standing after", "met": True}
    assert found == {
        "rule": "talks",
        "title": "Entretiens",
        "severity": "urgent",
        "status": "live",
        "met": True,
        "lacks": "",
        "conditions": [
            {"key": "not_in", "asks": "topic sport", "met": True, "says": "", "hits": []},
            {"key": "any_of", "asks": "$riabkov", "met": True, "says": "Riabkov", "hits": hits[:1]},
            {**near, "says": "Riabkov, Otan", "hits": hits},
        ],
        "hits": hits,
        "uncounted": [],
        "rules": {"folder": str(rules), "version": None, "in_force": False},
        "entry": {
            "feed": "",
            "identity": "-",
            "title": "",
            "text": "Riabkov, Otan",
            "language": "fr",
            "author": "",
            "categories": ["paix"],
            "deleted": False,
        },
        "became": None,
    }


def test_json_says_of_a_miss_what_does_not_count(rules: Path) -> None:
    (uncounted,) = parsed("talks", "--rules", rules, "--text", "Un char Riabkov")["uncounted"]
    assert (uncounted["hit"]["start"], uncounted["why"]) == (8, "it stands in char Riabkov, which never counts")
    assert (uncounted["hit"]["how"], uncounted["hit"]["way"]) == ("alias", "$riabkov, by its name Riabkov")


def test_a_weak_name_that_does_not_count_is_not_said_to_be_in_company(rules: Path) -> None:
    (uncounted,) = parsed("names", "--rules", rules, "--text", "Sherman")["uncounted"]
    assert uncounted["hit"]["way"] == "$sherman, by its name Sherman (weak)"


def test_without_a_rule_those_that_are_met_and_nearly_met_are_listed(rules: Path) -> None:
    lines = said("--rules", rules, "--text", "Riabkov, l'Otan et le hockey")
    assert lines == [
        "1 of 4 rules is met",
        "  yes  talks   Riabkov and Otan",
        "  no   hockey  there is hockey, which none_of names",
        "  no   names   there is no $sherman",
        "  and 1 more that are not met - --all shows them",
        "",
        "[[Riabkov]], l'[[Otan]] et le hockey",
        "",
        f"by the rules in {rules}",
    ]


def test_every_rule_can_be_asked_for(rules: Path) -> None:
    lines = said("--all", "--rules", rules, "--text", "rien", "--feed", "fil")
    assert lines[0] == "1 of 4 rules is met"
    assert lines[1] == "  yes  all-of-fil  all that is in it"
    assert [line.split()[1] for line in lines[2:5]] == ["names", "hockey", "talks"]
    assert [one["rule"] for one in parsed("--all", "--rules", rules, "--text", "rien")["explanations"]] == [
        "all-of-fil",
        "names",
        "hockey",
        "talks",
    ]


def test_of_many_that_are_nearly_met_the_nearest_are_shown(rules: Path) -> None:
    many = "".join(f"r{n}: {{all_of: [Otan, Mot{n}]}}\n" for n in range(9))
    (rules / "more.yaml").write_text(f"vigie: rules/1\n{many}", encoding="utf-8")
    lines = said("--rules", rules, "--text", "Otan")
    assert [line.split()[1] for line in lines if line.startswith("  no")] == ["r0", "r1", "r2", "r3", "r4"]
    assert "  and 7 more that are not met - --all shows them" in lines
    assert len(parsed("--rules", rules, "--text", "Otan")["explanations"]) == 10


@pytest.mark.parametrize(
    ("given", "met"),
    [
        (b"Riabkov, Otan", True),
        (b'{"identity": "a", "text": "Riabkov, Otan"}\n', True),
        (b'{"identity": "a", "text": "Riabkov, Otan", "topic": ["sport"]}\n', False),
    ],
)
def test_an_entry_may_come_from_a_file(rules: Path, tmp_path: Path, given: bytes, met: bool) -> None:  # noqa: FBT001 - a case
    file = tmp_path / "entry"
    file.write_bytes(given)
    assert parsed("talks", "-", "--rules", rules, given=given)["met"] is met
    assert parsed("talks", file, "--rules", rules)["met"] is met
    everything = parsed("--all", file, "--rules", rules)["explanations"]
    assert next(one["met"] for one in everything if one["rule"] == "talks") is met


def test_what_an_option_says_counts_more_than_what_the_file_says(rules: Path) -> None:
    given = b'{"identity": "a", "feed": "x", "language": "de", "topic": "sport", "text": "Riabkov, Otan"}'
    assert parsed("talks", "-", "--topic", "paix", "--rules", rules, given=given)["met"]
    assert not parsed("all-of-fil", "-", "--rules", rules, given=given)["met"]
    entry = parsed("all-of-fil", "-", "--feed", "fil", "--author", "A", "--rules", rules, given=given)
    assert (entry["met"], entry["entry"]["language"], entry["entry"]["author"]) == (True, "de", "A")


@pytest.mark.parametrize(("status", "says"), [("draft", "a draft: it does not run"), ("retired", "retired: it does")])
def test_a_rule_that_does_not_run_is_explained_and_said_to_be_so(rules: Path, status: str, says: str) -> None:
    (rules / "more.yaml").write_text(f"vigie: rules/1\nr: {{any_of: [Otan], status: {status}}}\n", encoding="utf-8")
    lines = said("r", "--rules", rules, "--text", "Otan")
    assert lines[0] == "r: met"
    assert lines[1].startswith(f"  the rule is {says}")
    assert parsed("r", "--rules", rules, "--text", "Otan")["status"] == status
    assert any(f"Otan ({says}" in line for line in said("--rules", rules, "--text", "Otan"))


def test_with_colour_hits_are_marked_by_it(rules: Path) -> None:
    text = asked("talks", "--rules", rules, "--text", "Riabkov, Otan", colour=True).stdout
    assert "\x1b[" in text
    assert "[[" not in text


def test_what_acts_on_a_terminal_is_not_passed_on(rules: Path) -> None:
    lines = said("talks", "--rules", rules, "--text", "char\u202e Riabkov \x1b[31m [bold]Otan[/bold]\r")
    assert not any(char in "".join(lines) for char in "\x1b\u202e\r")
    assert any("[bold][[Otan]][/bold]" in line or "[bold]Otan[/bold]" in line for line in lines)


def test_of_a_long_text_the_sentences_with_hits_are_shown(rules: Path) -> None:
    text = "Une phrase de plus. " * 500 + "Riabkov et l'Otan. " + "Une phrase de plus. " * 500
    lines = said("talks", "--rules", rules, "--text", text)
    assert len("".join(lines)) < 4_000
    assert lines[-3].startswith("… ")
    assert "[[Riabkov]] et l'[[Otan]]." in lines[-3]
    assert lines[-3].endswith(" …")


def test_hits_that_overlap_are_marked_as_one(rules: Path) -> None:
    (rules / "more.yaml").write_text("vigie: rules/1\nr: {any_of: [haut Otan, Otan Russie, Otan]}\n", encoding="utf-8")
    assert said("r", "--rules", rules, "--text", "le haut Otan Russie, ici")[-3] == "le [[haut Otan Russie]], ici"


def test_of_many_hits_the_first_are_listed_and_json_has_all(rules: Path) -> None:
    lines = said("hockey", "--rules", rules, "--text", "Otan " * 50)
    assert "       and 40 more" in lines
    assert len(parsed("hockey", "--rules", rules, "--text", "Otan " * 50)["hits"]) == 50


def test_a_rule_whose_example_fails_is_explained(rules: Path) -> None:
    (rules / "more.yaml").write_text(
        "vigie: rules/1\nnew: {any_of: [Otan], examples: {match: [Genf]}}\n", encoding="utf-8"
    )
    assert said("new", "--text", "Genf", "--rules", rules)[0] == "new: not met - there is no Otan"


@pytest.mark.parametrize(
    ("words", "given", "says"),
    [
        (("talk", "--text", "x"), b"", "unknown rule talk - did you mean talks?"),
        (("zzz", "--text", "x"), b"", "unknown rule zzz - there are all-of-fil, hockey, names and talks"),
        (("talks", "-"), b"caf\xe9", "the text is not UTF-8 - save it as UTF-8"),
        (("talks", "-"), b"{", "no JSON"),
        (
            ("talks", "-"),
            b'{"identity": "a", "text": "b"}\n\n{"identity": "c", "text": "d"}\n',
            "`vigie match` takes many",
        ),
        (("talks", "--text", "x", "--feed", "fils"), b"", "unknown feed fils - did you mean fil?"),
        (("talks", "--text", "x", "--language", "klingon"), b"", "unknown language `klingon` - a code such as fr"),
        (("talks", "--text", "x", "--language", "fr_CH"), b"", "unknown language `fr_CH` - did you mean fr-CH?"),
        (("talks", "nowhere.txt"), b"", "nowhere.txt cannot be read: No such file or directory"),
    ],
)
def test_what_cannot_be_explained_is_said(rules: Path, words: tuple[str, ...], given: bytes, says: str) -> None:
    result = asked(*words, "--rules", rules, given=given)
    assert isinstance(result.exception, VigieError)
    assert says in str(result.exception)
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("talks",), "There is nothing to explain"),
        ((), "There is nothing to explain"),
        (("talks", "-", "--text", "x"), "Give --title and --text or FILE, not both"),
        (("talks", "--alert", "1", "--entry", "2"), "Give --alert or --entry, not both"),
        (("talks", "--text", "x", "--published", "--rules", "r"), "Give --rules or --published, not both"),
        (("talks", "--text", "x", "--revision", "2"), "--revision says which one of --entry"),
        (("talks", "--entry", "1", "--topic", "x"), "--topic is for a text that is given"),
        (("talks", "a", "b"), "Give one RULE and one FILE"),
        (("talks", "--title", "", "--text", ""), "--title and --text are empty"),
        (("--all", "a", "b"), "with --all only a FILE"),
        (("talks", "--all", "--text", "x"), "--all stands instead of RULE"),
        (("talks", "--all", "file"), "--all stands instead of RULE"),
        (("talks", "--text", ""), "--text is empty"),
        (("talks", "a", "b", "c"), "Give one RULE and one FILE"),
        (("talks", "--alert", "0"), "--alert"),
    ],
)
def test_a_riddle_is_a_usage_error(words: tuple[str, ...], says: str) -> None:
    result = asked(*words)
    assert result.exit_code == 2
    assert says in result.stderr
