"""`vigie stories`, as a shell sees it."""

import json
import subprocess
import sys
from pathlib import Path

FIRE = "A fire in a gold mine near Tarkwa killed 52 workers on Sunday, the governor said."


def vigie(*words: str | Path, given: str = "") -> tuple[int, str, str]:
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "stories", *map(str, words)]
    done = subprocess.run(command, input=given.encode(), capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def line(identity: str, feed: str, text: str = FIRE, **more: str) -> str:
    return json.dumps({"identity": identity, "feed": feed, "title": "Mine fire", "text": text} | more) + "\n"


def test_each_entry_is_told_its_story_and_why(tmp_path: Path) -> None:
    file = tmp_path / "entries.jsonl"
    other = FIRE.replace("52", "twelve")
    file.write_text(line("a", "afp") + "\n" + line("b", "dpa", FIRE + " (dpa)") + line("c", "tass", other))
    code, out, err = vigie("--from", file, "--json")
    assert (code, err) == (0, "")
    first, second, third = map(json.loads, out.splitlines())
    assert first == {
        "identity": "a",
        "story": "a",
        "joined": False,
        "similarity": 0.0,
        "reason": "nothing like it came before",
    }
    assert second == {"identity": "b", "story": "a", "joined": True, "similarity": 1.0, "reason": "the same lead as a"}
    assert (third["story"], third["joined"], third["reason"]) == ("c", False, "like a, but other numbers: 12 / 52")


def test_a_faulty_line_is_named_and_the_others_are_decided() -> None:
    code, out, err = vigie("--from", "-", "--json", given=line("a", "afp") + '{"title": 7}\n' + line("b", "dpa"))
    assert code == 1
    assert [json.loads(said)["story"] for said in out.splitlines()] == ["a", "a"]
    assert err == "<stdin>:2: error: no entry - an identity, and a title or a text\n"


def test_entries_without_a_feed_are_told_apart_by_their_source() -> None:
    given = line("a", "", source="x.xml") + line("b", "", f"{FIRE} Smoke rose.", source="x.xml")
    assert [json.loads(said)["joined"] for said in vigie("--from", "-", "--json", given=given)[1].splitlines()] == [
        False
    ] * 2
    given = line("a", "", source="x.xml") + line("b", "", f"{FIRE} Smoke rose.", source="y.xml")
    assert json.loads(vigie("--from", "-", "--json", given=given)[1].splitlines()[1])["joined"]


def test_people_see_who_came_first_and_who_else_tells_it() -> None:
    code, out, err = vigie(
        "--from", "-", given=line("a", "afp") + line("b", "dpa") + line("c", "tass", "Rain.", title="Rain")
    )
    assert (code, err) == (0, "")
    rows = [row.split() for row in out.splitlines()]
    assert rows[0] == ["first", "headline", "also"]
    assert rows[1] == ["afp", "Mine", "fire", "dpa"]
    assert rows[-1] == ["2", "stories,", "1", "of", "them", "told", "by", "several", "entries"]
    assert vigie("--from", "-", given=line("a", ""))[1].splitlines()[-1].startswith("1 story, 0 ")


def test_a_file_must_be_named() -> None:
    assert vigie()[0] == 2
    assert "missing.jsonl" in vigie("--from", "missing.jsonl")[2]
