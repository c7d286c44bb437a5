"""An outlet in the other formats that we read: RSS, JSON Feed, microdata, what WordPress and Liveblog.pro answer."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from html import escape

from monitor.core.feed import Recipe, Selector
from monitor.demo.coverage import Outlet
from monitor.demo.render import Shown, address, atom, newest_first, page, rfc3339, standing

RECIPE = Recipe(
    entry="main article.block",
    id=Selector("a.permalink", "href"),
    time=Selector("time"),
    title=Selector("h2"),
    text=Selector("article > div"),
)
"""How the live page is read by its markup alone."""

_SCHEMA = "https://schema.org"


def rss(outlet: Outlet, shown: Iterable[Shown], base: str) -> bytes:
    """Print an RSS feed: a deleted block is not there any more."""
    parts = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"',
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>',
        f"<title>{escape(outlet.title)}</title><link>{base}/{outlet.feed}</link><description/><ttl>1</ttl>",
        f"<language>{outlet.language}</language>",
        *(_rss_item(outlet, row, base) for row in standing(shown)),
        "</channel></rss>",
    )
    return "\n".join(parts).encode()


def json_feed(outlet: Outlet, shown: Iterable[Shown], base: str) -> bytes:
    """Print a JSON Feed 1.1: a deleted block is not there any more."""
    items = [_json_item(outlet, row, base) for row in standing(shown)]
    return _json(
        version="https://jsonfeed.org/version/1.1",
        title=outlet.title,
        language=outlet.language,
        home_page_url=f"{base}/{outlet.feed}",
        items=items,
    )


def microdata(outlet: Outlet, shown: Iterable[Shown], base: str) -> bytes:
    """Print a live page whose blocks say in attributes what they are; a pinned one names its author by `itemref`."""
    parts = (
        f'<!doctype html><html lang="{outlet.language}"><head><meta charset="utf-8">',
        f"<title>{escape(outlet.title)}</title></head>",
        f'<body itemscope itemtype="{_SCHEMA}/LiveBlogPosting"><h1 itemprop="headline">{escape(outlet.title)}</h1>',
        *(_microdata_block(outlet, row, base) for row in standing(shown)),
        "</body></html>",
    )
    return "\n".join(parts).encode()


def wordpress(outlet: Outlet, shown: Iterable[Shown], base: str) -> bytes:
    """Print the answer of a WordPress live blog, oldest first: the last thing that happened to each block."""
    numbers = {block.id: number for number, block in enumerate(outlet.blocks, 100)}
    rows = sorted(newest_first(shown), key=lambda row: row.version.at)
    entries = [_wordpress_row(outlet, row, base, numbers[row.block.id]) for row in rows]
    newest = max((_seconds(row.version.at) for row in rows), default=0)
    return _json(entries=entries, latest_timestamp=newest, refresh_interval=10, pages=1)


def liveblog_pro(outlet: Outlet, shown: Iterable[Shown], base: str) -> bytes:
    """Print the posts of a Liveblog.pro blog, deleted ones among them, pinned ones twice, and a draft."""
    rows = newest_first(shown)
    rows = [row for row in rows if row.block.pinned and not row.version.deleted] + rows
    draft = {
        "_id": "urn:newsml:draft",
        "post_status": "draft",
        "deleted": False,
        "groups": _groups(outlet, "Brouillon"),
    }
    return _json(_items=[draft, *(_post(outlet, row, base) for row in rows)], _meta={"total": len(rows), "page": 1})


PRINTS: Mapping[str, Callable[[Outlet, Iterable[Shown], str], bytes]] = {
    "atom": atom,
    "rss": rss,
    "json": json_feed,
    "html": page,
    "microdata": microdata,
    "wordpress": wordpress,
    "liveblog-pro": liveblog_pro,
}
"""What an outlet can be printed as, by what stands behind its name in an address: `/fil-lemanique.rss`."""


def _rss_item(outlet: Outlet, row: Shown, base: str) -> str:
    block, version = row.block, row.version
    author = f"<dc:creator>{escape(block.author)}</dc:creator>" if block.author else ""
    categories = "".join(f"<category>{escape(category)}</category>" for category in block.categories)
    return (
        f"<item><title>{escape(escape(version.title))}</title><description>{escape(version.html)}</description>"
        f'<link>{base}/{outlet.feed}/{block.id}?utm_source=rss</link><guid isPermaLink="false">'
        f"{address(outlet, row, base)}</guid>{author}{categories}"
        f"<pubDate>{format_datetime(row.first)}</pubDate><atom:updated>{rfc3339(version.at)}</atom:updated></item>"
    )


def _json_item(outlet: Outlet, row: Shown, base: str) -> dict[str, object]:
    block, version = row.block, row.version
    return {
        "id": address(outlet, row, base),
        "url": f"{base}/{outlet.feed}/{block.id}?utm_source=json",
        "title": escape(version.title),
        "content_html": version.html,
        "date_published": rfc3339(row.first),
        "date_modified": rfc3339(version.at),
        "authors": [{"name": block.author}] if block.author else [],
        "tags": list(block.categories),
    }


def _microdata_block(outlet: Outlet, row: Shown, base: str) -> str:
    block, version, name = row.block, row.version, address(outlet, row, base)
    by, reference = f"by-{block.id}", ""
    author = f'<span itemprop="author">{escape(block.author)}</span>' if block.author else ""
    if block.pinned:
        reference, author = f' itemref="{by}"', f'<aside id="{by}">{author}</aside>'
    sections = "".join(f'<meta itemprop="articleSection" content="{escape(one)}">' for one in block.categories)
    return (
        f'{author if block.pinned else ""}<article id="{block.id}" itemprop="liveBlogUpdate" itemscope itemid="{name}"'
        f' itemtype="{_SCHEMA}/BlogPosting"{reference}><time itemprop="datePublished" datetime="{rfc3339(row.first)}">'
        f'{row.first:%H:%M}</time><meta itemprop="dateModified" content="{rfc3339(version.at)}">{sections}'
        f'<link itemprop="url" href="{name}">{"" if block.pinned else author}'
        f'<h2 itemprop="headline">{escape(version.title)}</h2>'
        f'<div itemprop="articleBody">{version.html}</div></article>'
    )


def _wordpress_row(outlet: Outlet, row: Shown, base: str, number: int) -> dict[str, object]:
    block, version = row.block, row.version
    happened = "delete" if version.deleted else "new" if version.at == row.first else "update"
    return {
        "id": number,
        "type": happened,
        "render": version.html,
        "headline": escape(version.title),
        "content": version.html,
        "timestamp": str(_seconds(version.at)),
        "authors": [{"id": 1, "key": "redaction", "name": block.author}] if block.author else [],
        "entry_time": str(_seconds(row.first)),
        "share_link": address(outlet, row, base),
    }


def _post(outlet: Outlet, row: Shown, base: str) -> dict[str, object]:
    block, version = row.block, row.version
    heading = f"<h2>{escape(version.title)}</h2>" if version.title else ""
    return {
        "_id": address(outlet, row, base),
        "post_status": "open",
        "deleted": version.deleted,
        "sticky": block.pinned,
        "lb_highlight": False,
        "published_date": rfc3339(row.first),
        "content_updated_date": rfc3339(version.at),
        "_updated": rfc3339(version.at),
        "publisher": {"display_name": block.author},
        "tags": list(block.categories),
        "groups": _groups(outlet, heading + version.html),
    }


def _groups(outlet: Outlet, markup: str) -> list[dict[str, object]]:
    item = {"item_type": "text", "text": markup, "language": outlet.language}
    return [{"id": "root", "refs": [{"idRef": "main"}]}, {"id": "main", "refs": [{"item": item}]}]


def _json(**said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
