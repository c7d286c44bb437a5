import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.cli.parse import command
from monitor.core.errors import ConfigError
from tests.feeds.documents import atom, page, rss
from tests.feeds.site import Site

ITEM = "<guid>live-1</guid><title>Riabkov à Genève</title><pubDate>Mon, 10 Jan 2022 18:38:00 +0100</pubDate>"
RECIPE = 'entry: ".bloc"\nid: {css: "[data-id]", attr: data-id}\ntitle: h3\n'
BLOCK = '<!doctype html><div class=bloc data-id=b7><h3>Un</h3><p>Texte</p><a href="/7"></a></div>'


def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], input=stdin)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    file = tmp_path / "live.xml"
    file.write_text(rss(ITEM, "<title>Sherman</title>"))
    return file


def test_each_entry_is_a_line_of_json(feed: Path) -> None:
    result = run(feed, "--json")
    first, second = lines(result)
    assert result.exit_code == 0
    assert first == {
        "source": str(feed),
        "identity": "live-1",
        "aliases": first["aliases"],
        "guid": "live-1",
        "title": "Riabkov à Genève",
        "text": "",
        "link": "",
        "published": "2022-01-10T17:38:00Z",
        "updated": None,
        "author": "",
        "categories": [],
        "language": "",
        "deleted": False,
        "ahead": False,
    }
    assert "à Genève" in result.stdout
    assert (second["guid"], second["published"]) == (None, None)


def test_a_source_without_titles_has_none_and_a_tombstone_is_deleted(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(atom("<id>1</id><summary>Un</summary>", head="<at:deleted-entry ref='tag:2'/>"))
    assert [(one["title"], one["text"], one["deleted"]) for one in lines(run(file, "--json"))] == [
        (None, "Un", False),
        (None, "", True),
    ]


def test_what_cannot_be_read_is_a_line_and_exit_code_1_after_the_others_were_done(feed: Path, tmp_path: Path) -> None:
    folder, empty, big = tmp_path / "folder", tmp_path / "empty", tmp_path / "big"
    folder.mkdir()
    empty.touch()
    with big.open("wb") as file:
        file.truncate(15 * 1024 * 1024 + 1)
    result = run(tmp_path / "none", folder, empty, big, "a\0b", "ftp://example.org/", feed, "--json")
    told = lines(result)
    assert result.exit_code == 1
    assert [one.get("error") for one in told[:4]] == [
        "No such file or directory",
        "Is a directory",
        "the document is empty",
        "more than 15 MB",
    ]
    assert told[5]["error"] == "no http or https address"
    assert [set(one) for one in told[:6]] == [{"source", "error"}] * 6
    assert [one["source"] for one in told[6:]] == [str(feed)] * 2


def test_a_url_is_fetched_where_private_addresses_are_allowed(site: Site) -> None:
    url = site.says("/feed", rss(ITEM), Content_Type="text/xml")
    assert [one["identity"] for one in lines(run(url, "--json", "--allow-private"))] == ["live-1"]
    refused = run(url, "--json")
    assert refused.exit_code == 1
    assert "not a public address - `--allow-private` would let" in lines(refused)[0]["error"]
    assert len(site.requests) == 1


def test_a_page_that_robots_txt_forbids_is_read_by_who_says_so(site: Site) -> None:
    site.says("/robots.txt", "User-agent: *\nDisallow: /")
    url = site.says("/live", "<html>", Content_Type="text/html")
    words = [url, "--json", "--allow-private"]
    assert "`--ignore-robots` would ask for it all the same" in lines(run(*words))[0]["error"]
    assert "robots.txt" not in lines(run(*words, "--ignore-robots"))[0]["error"]


def test_a_url_that_says_not_modified_to_a_first_request_is_an_error(site: Site) -> None:
    result = run(site.says("/feed", status=304), "--json", "--allow-private")
    assert (result.exit_code, "304" in lines(result)[0]["error"]) == (1, True)


def test_the_standard_input_is_a_source(feed: Path) -> None:
    told = lines(run("-", "--json", stdin=feed.read_bytes()))
    assert [one["source"] for one in told] == ["-", "-"]


def test_zone_base_kind_and_recipe_are_heeded(tmp_path: Path) -> None:
    blog = {
        "@type": "LiveBlogPosting",
        "liveBlogUpdate": {"@id": "#a", "headline": "Un", "datePublished": "2022-01-10T18:38"},
    }
    file, recipe = tmp_path / "live.html", tmp_path / "recipe.yaml"
    file.write_text(page(json.dumps(blog)))
    (one,) = lines(run(file, "--json", "--zone", "Europe/Paris", "--base", "https://example.org/live"))
    assert (one["published"], one["identity"]) == ("2022-01-10T17:38:00Z", "//example.org/live#a")
    assert "not RSS, Atom or RDF" in run(file, "--kind", "feed").stderr
    file.write_text(BLOCK)
    recipe.write_text(RECIPE)
    (one,) = lines(run(file, "--json", "--recipe", recipe))
    assert (one["guid"], one["title"], one["text"]) == ("b7", "Un", "Texte")


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (b"", "nothing in it"),
        (b"entry: [a]\nnope: 1\n", "nope"),
        (b"a: b: c", "recipe.yaml:1"),
        (b"\xff", "recipe.yaml:1:1: error"),
        (None, "No such file or directory"),
    ],
)
def test_a_recipe_that_is_none_is_refused_at_its_place(feed: Path, recipe: bytes | None, words: str) -> None:
    file = feed.with_name("recipe.yaml")
    if recipe is not None:
        file.write_bytes(recipe)
    result = run(feed, "--recipe", file)
    assert isinstance(result.exception, ConfigError)
    assert words in str(result.exception)


@pytest.mark.parametrize("zone", ["Europe/Lutetia", "", "../etc/passwd", "/etc/passwd"])
def test_a_zone_that_is_none_is_a_wrong_command(feed: Path, zone: str) -> None:
    result = run(feed, "--zone", zone)
    assert result.exit_code == 2
    assert "is no time zone - as Europe/Zurich" in result.stderr


def test_without_json_people_read_a_table(feed: Path) -> None:
    feed.write_text(rss(ITEM, "<title>[bold]x[/bold]\u202e</title>"))
    result = run(feed)
    assert result.exit_code == 0
    assert "2022-01-10 17:38" in result.stdout
    assert "[bold]x[/bold]" in result.stdout
    assert "\u202e" not in result.stdout
    assert result.stdout.rstrip().endswith("2 entries")


def test_without_json_what_cannot_be_read_is_told_apart_and_what_is_deleted_says_so(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(atom(head="<at:deleted-entry ref='tag:2'/>"))
    result = run(file, tmp_path / "none")
    assert result.exit_code == 1
    assert result.stderr == f"{tmp_path / 'none'}: No such file or directory\n"
    assert "deleted" in result.stdout
    assert "1 entry" in result.stdout


def test_what_is_parsed_can_be_matched(feed: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "rules.yaml").write_text("vigie: rules/1\ngeneve: {any_of: [Genève], send: [fallback]}\n")
    (rules / "routes.yaml").write_text(
        "vigie: routes/1\nzone: Europe/Zurich\nchannels:\n  desk: {address: terminal}\n"
        "routes:\n  fallback: {to: [desk], when: at once}\n  operator: {to: [desk], when: at once}\n"
    )
    vigie = [sys.executable, "-m", "monitor"]
    parsed = subprocess.run([*vigie, "parse", str(feed), "--json"], capture_output=True, check=True)
    matched = subprocess.run(
        [*vigie, "match", "--rules", str(rules), "--json"], input=parsed.stdout, capture_output=True, check=True
    )
    (told,) = [json.loads(line) for line in matched.stdout.splitlines()]
    assert (told["identity"], told["rule"], told["hits"][0]["text"]) == ("live-1", "geneve", "Genève")
