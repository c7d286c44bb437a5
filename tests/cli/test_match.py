"""`vigie match`, as a shell sees it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RULES = """vigie: rules/1
talks:
  severity: urgent
  any_of: [$riabkov]
  near: {within: 10, any_of: [Otan]}
  not_in: {topic: [sport]}
  examples: {match: ["[[Riabkov]], l'[[Otan]]"]}
all-of-fil: {in: {feed: [fil]}}
"""
ENTITIES = """vigie: entities/1
riabkov: {name: Sergueï Riabkov, type: person, names: {fr: [Riabkov]}, never: [char Riabkov]}
"""
FEEDS = """vigie: feeds/1
fil: {url: "https://fil.example/"}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    for name, text in {"rules": RULES, "entities": ENTITIES, "feeds": FEEDS}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def vigie(*words: str | Path, given: bytes = b"") -> tuple[int, str, str]:
    command = [sys.executable, "-c", "from monitor.cli import main; main()", *map(str, words)]
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def line(**entry: object) -> bytes:
    return json.dumps(entry).encode() + b"\n"


def hit(start: int, end: int, **rest: str) -> dict[str, object]:
    return {"field": "text", "start": start, "end": end, **rest}


def test_an_entry_that_meets_a_rule_is_a_line_with_its_hits(rules: Path) -> None:
    text = "🚨 M.Riabkov exclut l’OTAN"
    code, out, err = vigie(
        "match", "--rules", rules, "--json", given=line(identity="a", title="Direct", text=text, new=[1])
    )
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "identity": "a",
        "rule": "talks",
        "severity": "urgent",
        "status": "live",
        "hits": [
            {
                "field": "text",
                "start": 4,
                "end": 11,
                "text": "Riabkov",
                "term": "Riabkov",
                "entity": "riabkov",
                "how": "alias",
            },
            {"field": "text", "start": 21, "end": 25, "text": "OTAN", "term": "Otan", "entity": "", "how": "exact"},
        ],
    }


def test_topic_categories_feed_and_deletion_are_heeded(rules: Path) -> None:
    both = {"title": "Riabkov, Otan", "text": None}
    entries = [
        line(identity="a", topic="Sport", **both),
        line(identity="b", categories=["x", "sport"], **both),
        line(identity="c", topic=["x"], feed=None, **both),
        line(identity="d", text="", feed="fil"),
        line(identity="e", deleted=True, **both),
    ]
    code, out, _ = vigie("match", "--rules", rules, "--json", given=b"\n".join(entries))
    assert code == 0
    assert [(hit["identity"], hit["rule"]) for hit in map(json.loads, out.splitlines())] == [
        ("c", "talks"),
        ("d", "all-of-fil"),
    ]


def test_bad_lines_are_named_and_the_others_go_on(rules: Path, tmp_path: Path) -> None:
    lines = [
        b"nonsense\n",
        b"[]\n",
        b"\xff\xfe{\n",
        b"[" * 100_000 + b"\n",
        line(text="no identity"),
        line(identity="no text"),
        line(identity=1, text="x"),
        line(identity="a", text=["x"]),
        line(identity="a", text="x", topic={"x": 1}),
        line(source="feed.xml", error="no XML"),
        b"   \n",
        b'{"identity": "ok \\ud800", "text": "\\ud800 Riabkov \\u0000 Otan"}\n',
    ]
    file = tmp_path / "entries.jsonl"
    file.write_bytes(b"".join(lines))
    code, out, err = vigie("match", "--rules", rules, "--json", file)
    assert code == 1
    assert [said.split(": error: ")[0] for said in err.splitlines()] == [f"{file}:{number}" for number in range(1, 11)]
    assert "feed.xml: no XML" in err
    (found,) = map(json.loads, out.splitlines())
    assert found["identity"] == "ok \ud800"
    assert [one["start"] for one in found["hits"]] == [2, 12]


def test_people_see_the_text_without_what_acts_on_a_terminal(rules: Path) -> None:
    given = line(identity="a", title="Titre", text="\x1b[31m Riabkov\u202e, Otan\r")
    code, out, _ = vigie("match", "--rules", rules, given=given)
    assert code == 0
    assert out.splitlines() == [
        "talks  urgent  a",
        "       text 6-13   Riabkov  $riabkov, by its name Riabkov",
        "       text 16-20  Otan     Otan",
        "Titre",
        " [31m [[Riabkov]] , [[Otan]] ",
        "",
    ]


def test_faulty_rules_are_refused_with_their_places(rules: Path) -> None:
    (rules / "rules.yaml").write_text("vigie: rules/1\ntalks: {any_of: Otan}\n", encoding="utf-8")
    code, out, err = vigie("match", "--rules", rules, given=line(identity="a", text="Otan"))
    assert (code, out) == (1, "")
    assert f"{rules / 'rules.yaml'}:2:17: error: " in err
    assert "Traceback" not in err


def test_what_a_rule_in_shadow_finds_is_shown_and_marked_and_a_draft_finds_nothing(rules: Path) -> None:
    more = "vigie: rules/1\nquiet: {any_of: [Otan], status: shadow}\nunfinished: {any_of: [Otan], status: draft}\n"
    (rules / "more.yaml").write_text(more, encoding="utf-8")
    _, out, _ = vigie("match", "--rules", rules, given=line(identity="a", text="Otan"))
    assert out.splitlines()[0] == "quiet  normal  in shadow: told to nobody  a"
    _, out, _ = vigie("match", "--rules", rules, "--json", given=line(identity="a", text="Otan"))
    assert [(found["rule"], found["status"]) for found in map(json.loads, out.splitlines())] == [("quiet", "shadow")]
