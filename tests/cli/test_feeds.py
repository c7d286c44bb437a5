"""`vigie feeds try`, `add`, `import` and `export`."""

import json
import stat
from pathlib import Path

import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from monitor.cli import vigie
from monitor.cli.feeds import VERBS
from monitor.core.errors import ConfigError, VigieError
from monitor.rulebook import read, sources_of
from tests.feeds.documents import page, rss
from tests.feeds.site import Site

FEEDS = "vigie: feeds/1\n# mine\nun:\n  url: https://un.example/rss   # stays\n"
ITEM = "<guid>1</guid><title>Riabkov à Genève</title><description>Un</description>"
BLOG = {"@type": "LiveBlogPosting", "headline": "Le direct", "inLanguage": "fr-CH"}
UPDATE = {"@id": "#a", "headline": "Un", "articleBody": "Texte", "datePublished": "2022-01-10T18:38:00Z"}
RECIPE = 'entry: ".b"\nid: {css: ".b", attr: data-id}\ntime: {css: i, formats: ["%H:%M %d.%m.%Y"]}\ntext: p\n'
BLOCKS = "<!doctype html><title>Direct</title><div class=b data-id=1><i>18:38 10.01.2022</i><p>Un</p></div>"


def run(*words: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(vigie, ["feeds", *map(str, words)], input=stdin)


def said(result: Result) -> str:
    """Give what the door would print of an error of ours."""
    assert isinstance(result.exception, VigieError), result.exception
    return str(result.exception)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "feeds.yaml").write_text(FEEDS)
    (tmp_path / "rules" / "rules.yaml").write_text("vigie: rules/1\na: {any_of: [Otan]}\n")
    return tmp_path / "rules"


@pytest.fixture
def shelf(folder: Path) -> list[str]:
    return ["--rules", str(folder), "--allow-private"]


def text_of(folder: Path) -> str:
    return (folder / "feeds.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_of_feeds_has_its_own_help(verb: str) -> None:
    assert run(verb, "--help").output.startswith(f"Usage: vigie feeds {verb}")


def test_feeds_names_its_verbs_and_keeps_the_options_of_the_table_from_them() -> None:
    help_text = run("--help").output
    assert all(f"  {verb} " in help_text for verb in VERBS)
    assert run("--json", "export").exit_code == 2


# try


def test_try_shows_what_each_selector_matched_and_what_is_suspicious(tmp_path: Path, site: Site) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    url = site.says("/live", BLOCKS)
    words = ["try", url, "--recipe", str(recipe), "--zone", "Europe/Paris", "--allow-private"]
    shown = run(*words)
    assert shown.exit_code == 0
    assert "read as page, “Direct”: 1 entry\n" in shown.output
    assert "18:38 10.01.2022" in shown.output
    assert "suspicious: the newest is of 2022-01-10" in shown.output
    (line,) = map(json.loads, run(*words, "--json").output.splitlines())
    assert (line["kind"], line["entries"], line["blocks"], line["title"]) == ("page", 1, 1, "Direct")
    assert line["selectors"][1] == {"key": "time", "selector": "i", "found": 1, "sample": "18:38 10.01.2022"}
    assert line["first"][0]["published"] == "2022-01-10T17:38:00Z"


def test_try_reads_a_file_by_a_kind_and_counts_blocks_that_say_nothing(tmp_path: Path) -> None:
    file, recipe = tmp_path / "a.html", tmp_path / "recipe.yaml"
    file.write_text(BLOCKS + "<div class=b data-id=2></div>")
    recipe.write_text(RECIPE)
    assert "read as page, “Direct”: 1 entry of 2 blocks" in run("try", file, "--recipe", recipe).output
    empty = tmp_path / "empty.xml"
    empty.write_text(rss())
    assert "read as feed, “Direct”: 0 entries\nsuspicious: there are no entries in it\n" in run("try", empty).output


def test_a_page_that_robots_txt_forbids_is_tried_and_added_by_who_says_so(
    tmp_path: Path, folder: Path, shelf: list[str], site: Site
) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    site.says("/robots.txt", "User-agent: *\nDisallow: /")
    url = site.says("/live", BLOCKS)
    refused = said(run("try", url, "--recipe", recipe, "--allow-private"))
    assert refused.endswith("forbids this page - `--ignore-robots` would ask for it all the same")
    assert run("try", url, "--recipe", recipe, "--allow-private", "--ignore-robots").exit_code == 0
    assert "--ignore-robots" in said(run("add", url, "--recipe", recipe, *shelf))
    assert "robots" not in text_of(folder)
    assert run("add", url, "--recipe", recipe, "--ignore-robots", *shelf).exit_code == 0
    assert "\n  robots: ignore\n" in text_of(folder)


def test_try_says_why_nothing_can_be_read(tmp_path: Path, site: Site) -> None:
    url = site.says("/live", page())
    assert "LiveBlogPosting" in said(run("try", url, "--allow-private"))
    assert "`--allow-private` would let" in said(run("try", url))
    assert said(run("try", tmp_path / "none")).endswith("No such file or directory")
    assert run("try", url, "--zone", "Mars/Base").exit_code == 2


def test_try_names_the_feeds_of_a_page_that_is_none_itself(site: Site) -> None:
    url = site.says("/", page(head='<link rel=alternate type="application/rss+xml" href="/rss.xml">'))
    told = said(run("try", url, "--allow-private"))
    assert told.endswith(f"\n  it names {site.url('/rss.xml')} - a link in the page's head (application/rss+xml)")


# add


def test_add_writes_a_page_with_its_recipe_as_it_is_written(
    tmp_path: Path, folder: Path, shelf: list[str], site: Site
) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    url = site.says("/live", BLOCKS)
    assert run("add", url, *shelf, "--recipe", recipe, "--zone", "Europe/Paris").exit_code == 0
    assert text_of(folder).endswith(
        f"direct:\n  url: {url}\n  title: Direct\n  kind: page\n  zone: Europe/Paris\n  allow_private: true\n"
        "  recipe:\n    entry: .b\n    id:\n      css: .b\n      attr: data-id\n"
        "    time:\n      css: i\n      formats:\n      - '%H:%M %d.%m.%Y'\n    text: p\n"
    )
    book = read(sources_of(folder)).book
    assert book is not None
    assert book.feeds["direct"].recipe is not None
    assert run("add", url, *shelf, "--recipe", recipe, "--kind", "feed").exit_code == 2
    assert isinstance(run("add", site.url("/other"), *shelf, "--recipe", tmp_path / "none").exception, ConfigError)


def test_add_finds_the_feed_of_a_page_and_writes_it_behind_what_stands_there(
    folder: Path, shelf: list[str], site: Site
) -> None:
    site.says("/rss.xml", rss(ITEM), Content_Type="application/rss+xml")
    url = site.says("/", page(head='<link rel=alternate type="application/rss+xml" href="/rss.xml">'))
    done = run("add", url, *shelf)
    assert done.exit_code == 0, done.exception
    assert text_of(folder) == (
        f"{FEEDS}\ndirect:\n  url: {site.url('/rss.xml')}\n  title: Direct\n  allow_private: true\n"
    )
    assert "direct: a link in the page's head (application/rss+xml); feed, 1 entry" in done.stderr
    assert "suspicious: 1 of 1 have no time" in done.stderr
    assert done.stdout == f"{folder / 'feeds.yaml'}: direct is written - {site.url('/rss.xml')}\n"
    assert not [fault for fault in read(sources_of(folder)).faults if fault.level == "error"]
    assert sorted(one.name for one in folder.iterdir()) == ["feeds.yaml", "rules.yaml"]


def test_add_takes_a_live_blog_before_the_feed_of_its_site_and_the_first_that_can_be_read(
    folder: Path, shelf: list[str], site: Site
) -> None:
    link = '<link rel=alternate type="application/rss+xml" href="/rss.xml">'
    wordpress = '<script>{"endpoint_url":"/wp-json/liveblog/v1/7/"}</script>'
    blog = json.dumps(BLOG | {"liveBlogUpdate": [UPDATE]})
    url = site.says("/live", page(blog, head=link + wordpress))
    assert run("add", url, *shelf, "--name", "direct-7", "--zone", "Europe/Zurich").exit_code == 0
    feed = read(sources_of(folder)).book.feeds["direct-7"]  # type: ignore[union-attr]
    assert (feed.url, feed.kind, feed.language, feed.zone) == (url, "live_blog", "fr", "Europe/Zurich")


def test_add_takes_the_live_blog_of_wordpress_and_not_the_page_that_shows_it(
    folder: Path, shelf: list[str], site: Site
) -> None:
    row = {"id": 7, "type": "new", "entry_time": 1641836280, "timestamp": 1641836280, "content": "<p>Riabkov</p>"}
    api = site.says(
        "/wp-json/liveblog/v1/7/entries/0/4102444800", json.dumps({"entries": [row], "latest_timestamp": 1})
    )
    script = '<script>liveblog_settings = {"endpoint_url":"\\/wp-json\\/liveblog\\/v1\\/7\\/"}</script>'
    done = run("add", site.says("/live", page(json.dumps(BLOG | {"liveBlogUpdate": [UPDATE]}), head=script)), *shelf)
    assert "the WordPress live blog of the page; wordpress, 1 entry" in done.stderr
    assert f"direct:\n  url: {api}\n  title: Direct\n  kind: wordpress\n" in text_of(folder)


def test_add_takes_a_feed_as_it_is_asked_for(folder: Path, shelf: list[str], site: Site) -> None:
    url = site.says("/f", rss(ITEM))
    assert run("add", url, *shelf, "--kind", "feed").exit_code == 0
    assert f"direct:\n  url: {url}\n  title: Direct\n  kind: feed\n  allow_private: true\n" in text_of(folder)


def test_add_takes_a_live_blog_that_has_not_begun(shelf: list[str], site: Site) -> None:
    done = run("add", site.says("/live", page(json.dumps(BLOG))), *shelf)
    assert done.exit_code == 0
    assert "live_blog, 0 entries\nsuspicious: there are no entries in it" in done.stderr


def test_add_prints_yaml_and_writes_nothing(folder: Path, shelf: list[str], site: Site) -> None:
    url = site.says("/f", rss(ITEM))
    done = run("add", url, *shelf, "--print")
    assert done.stdout == f"direct:\n  url: {url}\n  title: Direct\n  allow_private: true\n"
    assert text_of(folder) == FEEDS


def test_add_refuses_what_is_there_already(folder: Path, shelf: list[str], site: Site) -> None:
    place = f"as un ({folder / 'feeds.yaml'}:3)"
    assert said(run("add", "http://un.example/rss?utm_source=x", *shelf)).endswith(f"is there already, {place}")
    head = '<link rel=alternate type="application/rss+xml" href="https://un.example/rss">'
    assert f"is there already, {place}" in said(run("add", site.says("/", page(head=head)), *shelf))
    assert said(run("add", site.url("/x"), *shelf, "--name", "un")) == "un is taken already - give another --name"
    assert text_of(folder) == FEEDS
    assert [one.path for one in site.requests if one.path != "/robots.txt"] == ["/"]


def test_add_says_why_there_is_no_feed(shelf: list[str], site: Site) -> None:
    bare = said(run("add", site.says("/", page()), *shelf))
    assert bare.startswith(
        "no feed that can be read:\n  none is named in the page\n  a page without a feed needs a recipe"
    )
    head = '<link rel=alternate type="application/rss+xml" href="/gone.xml">'
    assert (
        f"{site.url('/gone.xml')} (a link in the page's head (application/rss+xml)): 127.0.0.1: 404 Not Found"
        in said(run("add", site.says("/b", page(head=head)), *shelf))
    )
    assert "404 Not Found" in said(run("add", site.url("/none"), *shelf))
    assert "(what was asked for): " in said(run("add", site.says("/text", "just a text"), *shelf))
    assert "http:// or https://" in said(run("add", "ftp://a.example/", *shelf))
    assert "is no name" in said(run("add", site.url("/none"), *shelf, "--name", "a b"))


def test_add_never_breaks_a_file(folder: Path, shelf: list[str], site: Site) -> None:
    flow = "{vigie: feeds/1, un: {url: 'https://un.example/'}}\n"
    (folder / "feeds.yaml").write_text(flow)
    result = run("add", site.says("/f", rss(ITEM)), *shelf)
    assert isinstance(result.exception, ConfigError)
    assert said(result).startswith(f"{folder / 'feeds.yaml'}:")
    assert text_of(folder) == flow


def test_add_does_not_write_over_what_another_one_wrote_meanwhile(folder: Path, shelf: list[str], site: Site) -> None:
    async def answer(_: web.Request) -> web.Response:
        (folder / "feeds.yaml").write_text(FEEDS + "# theirs\n")
        return web.Response(text=rss(ITEM))

    assert "was changed meanwhile - try again" in said(run("add", site.answers("/f", answer), *shelf))
    assert text_of(folder) == FEEDS + "# theirs\n"


def test_add_writes_into_the_file_that_is_named_and_keeps_its_mode(folder: Path, shelf: list[str], site: Site) -> None:
    url = site.says("/f", rss(ITEM))
    mine, link = folder / "mine.yaml", folder / "link.yaml"
    assert run("add", url, *shelf, "--file", mine).exit_code == 0
    assert mine.read_text().startswith("vigie: feeds/1\n\ndirect:\n")
    (folder / "feeds.yaml").chmod(0o640)
    link.symlink_to("feeds.yaml")
    (folder / "feeds.yaml").rename(folder.parent / "real.yaml")
    link.unlink()
    link.symlink_to(folder.parent / "real.yaml")
    second = site.says("/g", rss(ITEM))
    assert run("add", second, *shelf, "--file", link).exit_code == 0
    assert link.is_symlink()
    assert second in (folder.parent / "real.yaml").read_text()
    assert stat.S_IMODE((folder.parent / "real.yaml").stat().st_mode) == 0o640


def test_add_begins_a_file_where_a_folder_has_none(tmp_path: Path, site: Site) -> None:
    words = ["add", site.says("/f", rss(ITEM)), "--rules", str(tmp_path), "--allow-private"]
    assert run(*words).exit_code == 0
    assert (tmp_path / "feeds.yaml").read_text().startswith("vigie: feeds/1\n\ndirect:\n")
    assert "no such folder" in said(run(*words, "--rules", tmp_path / "none"))


def test_a_feed_is_not_written_where_it_would_never_be_polled(folder: Path, shelf: list[str], site: Site) -> None:
    url = site.says("/f", rss(ITEM))
    outside = folder.parent / "outside.yaml"
    opml = f'<opml><body><outline text="Un" xmlUrl="{url}"/></body></opml>'.encode()
    for verb, source in (("add", url), ("import", "-")):
        words = [verb, source, *(shelf if verb == "add" else shelf[:2])]
        told = said(run(*words, "--file", outside, stdin=opml))
        assert told.startswith(f"{outside} is outside of {folder}, so that its feeds would never be polled")
        for name in ("mine.txt", ".mine.yaml"):
            told = said(run(*words, "--file", folder / name, stdin=opml))
            assert told.startswith(f"{folder / name} is not one that is read: those end in .yaml and are not hidden")
        printed = run(*words, "--file", outside, "--print", stdin=opml)
        assert (printed.exit_code, url in printed.stdout) == (0, True)
    outside.write_text(FEEDS)
    assert "--file" not in said(run("add", "https://un.example/rss", *shelf, "--file", outside, "--print"))
    assert sorted(one.name for one in folder.iterdir()) == ["feeds.yaml", "rules.yaml"]
    assert (outside.read_text(), text_of(folder)) == (FEEDS, FEEDS)
    assert {one.path for one in site.requests} <= {"/f", "/robots.txt"}


def test_a_file_is_of_the_folder_by_whatever_way_it_is_named(folder: Path, shelf: list[str], site: Site) -> None:
    (folder.parent / "link").symlink_to(folder)
    (folder / "linked.yaml").symlink_to(folder.parent / "real.yaml")
    (folder.parent / "real.yaml").write_text("vigie: feeds/1\n")
    for number, path in enumerate(("link/feeds.yaml", "link/new.yaml", "rules/../rules/a.yaml", "real.yaml")):
        url = site.says(f"/{number}", rss(ITEM))
        assert run("add", url, *shelf, "--file", folder.parent / path).exit_code == 0
    book = read(sources_of(folder)).book
    assert book is not None
    assert sorted(book.feeds) == ["direct", "direct-2", "direct-3", "direct-4", "un"]


def test_a_file_that_has_a_fault_takes_no_feed_and_its_faults_are_told(
    folder: Path, shelf: list[str], site: Site
) -> None:
    faulty = FEEDS + "foo: {uurl: x}\n"
    (folder / "feeds.yaml").write_text(faulty)
    url = site.says("/f", rss(ITEM))
    opml = f'<opml><body><outline text="Un" xmlUrl="{url}"/></body></opml>'.encode()
    for result in (run("add", url, *shelf), run("import", "-", "--rules", folder, stdin=opml)):
        assert result.exit_code == 1
        assert f"{folder / 'feeds.yaml'}:5:7: error: " in said(result)
        assert "written" not in result.output
    assert text_of(folder) == faulty


def test_it_is_said_where_another_file_keeps_back_what_was_written(folder: Path, shelf: list[str], site: Site) -> None:
    more = folder / "more.yaml"
    more.write_text("vigie: feeds/1\nfoo: {uurl: x, url: 'https://foo.example/'}\n")
    done = run("add", site.says("/f", rss(ITEM)), *shelf)
    assert done.exit_code == 0
    assert "direct is written" in done.stdout
    told = done.stderr.partition("nothing of this goes live until what is wrong in other files is mended:\n")[2]
    assert told.startswith(f"  {more}:2:7: error: ")
    more.write_text("vigie: feeds/1\n" + "".join(f"foo-{number}: {{uurl: x}}\n" for number in range(20)))
    assert "more - `vigie check` shows them" in run("add", site.says("/g", rss(ITEM)), *shelf).stderr
    more.unlink()
    (folder / "rules.yaml").write_text("vigie: rules/1\na: {x: 1}\n")  # that is kept back alone
    assert "goes live" not in run("add", site.says("/h", rss(ITEM)), *shelf).stderr


def test_no_password_is_written_and_how_to_give_one_is_said(folder: Path, shelf: list[str], site: Site) -> None:
    url = site.says("/f", rss(ITEM))
    told = said(run("add", url.replace("//", "//usr:PW@"), *shelf))
    assert told.startswith("a user or password in the address is never written into rules")
    assert "`--auth secret:NAME`" in told
    assert "VIGIE_SECRET_NAME=user:password" in told
    locked = site.url("/rss.xml").replace("//", "//usr:PW@")
    head = f'<link rel=alternate type="application/rss+xml" href="{locked}">'
    found = said(run("add", site.says("/", page(head=head)), *shelf))
    assert f"{site.url('/rss.xml')} (a link in the page's head (application/rss+xml)): a user or password" in found
    opml = "".join(f'<outline {title} xmlUrl="http://usr:PW@m.example/f"/>' for title in ("", 'text="http://usr:PW@m"'))
    opml += '<outline text="http://usr:PW@n.example/" xmlUrl="http://n.example/"/><outline xmlUrl="ftp://usr:PW@o/"/>'
    done = run("import", "-", "--rules", folder, stdin=f"<opml><body>{opml}</body></opml>".encode())
    assert done.stderr.count("a user or password in the address is never written into rules") == 2
    assert done.stderr.endswith(f"1 of 4 written to {folder / 'feeds.yaml'}\n")
    assert "left out: ftp://o/: no http or https address" in done.stderr
    tried = run("try", url.replace("//", "//usr:PW@"), "--allow-private", "--json")
    assert json.loads(tried.stdout)["source"] == url
    gone = said(run("try", site.url("/none").replace("//", "//usr:PW@"), "--allow-private"))
    for text in (told, found, done.output, text_of(folder), tried.output, gone):
        assert "PW" not in text
        assert "usr" not in text


def test_add_asks_with_a_secret_and_writes_its_name(
    folder: Path, shelf: list[str], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_SECRET_PAPER", "usr:PW")
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization", ""))
        return web.Response(text=rss(ITEM))

    url = site.answers("/f", answer)
    assert run("add", url, *shelf, "--auth", "secret:PAPER").exit_code == 0
    assert asked == ["Basic dXNyOlBX"]
    assert f"url: {url}\n  title: Direct\n  auth: secret:PAPER\n" in text_of(folder)
    assert "PW" not in text_of(folder)
    told = said(run("add", site.url("/g"), *shelf, "--auth", "usr:PW"))
    assert "this is a secret and never stands here" in told
    assert "PW" not in told


def test_a_page_does_not_lead_a_secret_to_another_host(
    folder: Path, shelf: list[str], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_SECRET_PAPER", "usr:PW")
    site.says("/rss.xml", rss(ITEM), Content_Type="application/rss+xml")
    elsewhere = site.url("/rss.xml").replace("127.0.0.1", "localhost")
    url = site.says("/", page(head=f'<link rel=alternate type="application/rss+xml" href="{elsewhere}">'))
    assert run("add", url, *shelf, "--auth", "secret:PAPER").exit_code == 0
    sent = {one.path: "Authorization" in one.headers for one in site.requests}
    assert (sent["/"], sent["/rss.xml"]) == (True, False)
    assert "auth:" not in text_of(folder)


def test_add_refuses_a_file_of_something_else_and_one_that_cannot_be_written(
    folder: Path, shelf: list[str], site: Site
) -> None:
    url = site.says("/f", rss(ITEM))
    assert "rules.yaml is no file of feeds" in said(run("add", url, *shelf, "--file", folder / "rules.yaml"))
    assert "cannot be written: No such file" in said(run("add", url, *shelf, "--file", folder / "none" / "feeds.yaml"))


# import and export


OPML = (
    '<opml version="2.0"><body><outline text="Monde">'
    '<outline text="Déjà" xmlUrl="http://un.example/rss"/><outline text="Le Monde" language="fr-FR" xmlUrl="https://m.example/f"/>'
    '<outline text="Le Monde" xmlUrl="https://m.example/g" language="xx"/><outline text="Double" xmlUrl="http://m.example/f"/>'
    '<outline text="Fichier" xmlUrl="file:///etc/passwd"/></outline></body></opml>'
)


def test_import_writes_what_is_not_there_and_says_what_it_leaves_out(tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "list.opml"
    file.write_text(OPML)
    done = run("import", file, "--rules", folder)
    assert done.exit_code == 0
    assert text_of(folder) == (
        f"{FEEDS}\nle-monde:\n  url: https://m.example/f\n  title: Le Monde\n  topic:\n  - Monde\n  language: fr\n"
        "\nle-monde-2:\n  url: https://m.example/g\n  title: Le Monde\n  topic:\n  - Monde\n"
    )
    assert done.stderr.splitlines() == [
        "left out: Déjà: is there already, as un",
        "left out: Double: is there already, as le-monde",
        "left out: Fichier: no http or https address",
        f"2 of 5 written to {folder / 'feeds.yaml'}",
    ]
    assert "0 of 5 written" in run("import", file, "--rules", folder).stderr


def test_what_turns_the_direction_of_text_does_not_get_into_a_file(folder: Path, shelf: list[str], site: Site) -> None:
    odd = "Mon\u202ede \u2066x\u200b"
    opml = f'<opml><body><outline text="{odd}" category="{odd}" xmlUrl="https://m.example/f"/></body></opml>'
    assert run("import", "-", "--rules", folder, stdin=opml.encode()).exit_code == 0
    assert run("add", site.says("/f", rss(ITEM).replace("Direct", odd)), *shelf).exit_code == 0
    assert not {"\u202e", "\u2066"} & set(text_of(folder))
    assert read(sources_of(folder)).book is not None


def test_import_reads_the_standard_input_and_may_print(folder: Path) -> None:
    done = run("import", "-", "--rules", folder, "--print", stdin=OPML.encode())
    assert done.stdout.startswith("le-monde:\n")
    assert done.stderr.endswith("2 of 5 printed\n")
    assert text_of(folder) == FEEDS


def test_import_says_what_it_cannot_read(tmp_path: Path, folder: Path) -> None:
    file, big = tmp_path / "list.opml", tmp_path / "big.opml"
    file.write_text("<rss/>")
    with big.open("wb") as sparse:
        sparse.truncate(15 * 1024 * 1024 + 1)
    assert said(run("import", file, "--rules", folder)) == f"{file}: no OPML: its root is <rss>, not <opml>"
    assert said(run("import", big, "--rules", folder)).endswith("more than 15 MB")
    assert said(run("import", tmp_path / "none", "--rules", folder)).endswith("No such file or directory")


def test_what_is_exported_can_be_imported_elsewhere(tmp_path: Path, folder: Path) -> None:
    with (folder / "feeds.yaml").open("a") as file:
        file.write("deux: {url: 'https://deux.example/', title: Deux, topic: [Monde], kind: live_blog}\n")
    done = run("export", "--rules", folder)
    assert 'xmlUrl="https://un.example/rss"' in done.stdout
    assert done.stderr == "1 of 2 are pages that no reader of feeds can read: written as links\n"
    (tmp_path / "list.opml").write_text(done.stdout)
    (tmp_path / "other").mkdir()
    assert run("import", tmp_path / "list.opml", "--rules", tmp_path / "other").exit_code == 0
    assert read(sources_of(tmp_path / "other")).book.feeds.keys() == {"un"}  # type: ignore[union-attr]
    assert run("export", "--rules", tmp_path / "other").stderr == ""


def test_export_says_which_feeds_need_a_secret_that_it_does_not_print(folder: Path) -> None:
    with (folder / "feeds.yaml").open("a") as file:
        file.write(
            "deux: {url: 'https://usr:PW@deux.example/'}\ntrois: {url: 'https://trois.example/', auth: secret:t}\n"
        )
    done = run("export", "--rules", folder)
    assert 'xmlUrl="https://deux.example/"' in done.stdout
    assert "PW" not in done.output
    assert done.stderr.splitlines() == [
        "deux: not exported: the user or password in its address - a reader has to be told",
        "trois: not exported: auth - a reader has to be told",
    ]
