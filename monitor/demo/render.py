"""An outlet in print: the Atom feed or the live page that shows some versions of its blocks.

In every format a block is named by its address in the live page, `/outlet#block`. Others stand in `prints`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from monitor.demo.coverage import Block, Outlet, Version

WIDGETS = {
    "fr": (
        "À lire aussi",
        "Riabkov, Sherman, l'Otan : revoir notre dossier Genève",
        "Partager",
        "Mis à jour en direct",
    ),
    "en": ("Read more", "Ryabkov, Sherman, NATO: our Geneva file", "Share this post", "Updated live"),
    "de": (
        "Mehr zum Thema",
        "Rjabkow, Sherman, Nato: unser Dossier Genf",
        "Beitrag teilen",
        "Wird laufend aktualisiert",
    ),
    "ru": ("Читайте также", "Рябков, Шерман, НАТО: наш женевский сюжет", "Поделиться", "Обновляется"),
}
"""What stands around the blocks of a page and is none: a reader that takes it for one tells people too much."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A block as the outlet shows it now; `first` is when it appeared."""

    block: Block
    version: Version
    first: datetime


def atom(outlet: Outlet, shown: Iterable[Shown], base: str) -> bytes:
    """Print a feed, newest first, a deleted entry as a tombstone. Source: RFC 4287, RFC 6721."""
    rows = newest_first(shown)
    updated = max((row.version.at for row in rows), default=datetime.fromtimestamp(0, UTC))
    parts = (
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"',
        f' xml:lang="{outlet.language}">',
        f"<id>{base}/{outlet.feed}.atom</id><title>{escape(outlet.title)}</title><updated>{rfc3339(updated)}</updated>",
        f'<link rel="self" href="{base}/{outlet.feed}"/><author><name>{escape(outlet.title)}</name></author>',
        *(_atom_entry(outlet, row, base) for row in rows),
        "</feed>",
    )
    return "\n".join(parts).encode()


def page(outlet: Outlet, shown: Iterable[Shown], base: str) -> bytes:
    """Print a live page: the blocks as JSON-LD and again as HTML, pinned ones twice, with a related card in between.

    A deleted block is simply not there any more.
    """
    rows = standing(shown)
    related, card, share, live = WIDGETS[outlet.language[:2]]
    parts = (
        f'<!doctype html><html lang="{outlet.language}"><head><meta charset="utf-8">',
        f"<title>{escape(outlet.title)}</title>",
        _script(_breadcrumbs(outlet, base)),
        _script(_live_blog(outlet, rows, base)),
        f"</head><body><header><h1>{escape(outlet.title)}</h1><p>{live}</p></header><main>",
        *(_html_block(outlet, row, share) for row in rows),
        f'</main><aside class="related"><h2>{related}</h2><article><a href="{base}/related">{card}</a></article>',
        "</aside></body></html>",
    )
    return "\n".join(parts).encode()


def index(outlets: Iterable[Outlet], suffixes: Iterable[str] = ()) -> bytes:
    """Print a page that leads to every outlet, in every format."""
    also = tuple(suffixes)
    links = (
        f'<li><a href="/{o.feed}">{escape(o.title)}</a> ({o.kind}, {o.language})'
        + "".join(f' <a href="/{o.feed}.{suffix}">{suffix}</a>' for suffix in also)
        + "</li>"
        for o in outlets
    )
    head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Outlets of the demo</title></head>'
    return f"{head}<body><ul>{''.join(links)}</ul></body></html>".encode()


def newest_first(shown: Iterable[Shown]) -> list[Shown]:
    """Order blocks as outlets do, the deleted ones among them."""
    return sorted(shown, key=lambda row: (row.first, row.block.id), reverse=True)


def standing(shown: Iterable[Shown]) -> list[Shown]:
    """Order the blocks that are still there, newest first, with the pinned ones on top once more."""
    rows = [row for row in newest_first(shown) if not row.version.deleted]
    return [row for row in rows if row.block.pinned] + rows


def address(outlet: Outlet, row: Shown, base: str) -> str:
    """Name a block by its place in the live page."""
    return f"{base}/{outlet.feed}#{row.block.id}"


def rfc3339(moment: datetime) -> str:
    """Print a moment in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _atom_entry(outlet: Outlet, row: Shown, base: str) -> str:
    block, version, name = row.block, row.version, address(outlet, row, base)
    if version.deleted:
        return f'<at:deleted-entry ref="{name}" when="{rfc3339(version.at)}"/>'
    author = f"<author><name>{escape(block.author)}</name></author>" if block.author else ""
    categories = "".join(f'<category term="{escape(category)}"/>' for category in block.categories)
    content = f'<content type="html">{escape(version.html)}</content>' if version.html else ""
    return (
        f"<entry><id>{name}</id><title>{escape(version.title)}</title>"
        f'<link rel="alternate" href="{base}/{outlet.feed}/{block.id}?utm_source=atom"/>{author}{categories}'
        f"<published>{rfc3339(row.first)}</published><updated>{rfc3339(version.at)}</updated>{content}</entry>"
    )


def _live_blog(outlet: Outlet, rows: list[Shown], base: str) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "@id": f"{base}/{outlet.feed}",
        "headline": outlet.title,
        "inLanguage": outlet.language,
        "publisher": {"@type": "Organization", "name": outlet.title},
        "liveBlogUpdate": [_update(outlet, row, base) for row in rows],
    }


def _update(outlet: Outlet, row: Shown, base: str) -> dict[str, object]:
    block, version, link = row.block, row.version, address(outlet, row, base)
    update: dict[str, object] = {
        "@type": "BlogPosting",
        "@id": link,
        "url": link,
        "datePublished": rfc3339(row.first),
        "dateModified": rfc3339(version.at),
        "articleBody": version.html,
    }
    if version.title:
        update["headline"] = version.title
    if block.author:
        update["author"] = {"@type": "Person", "name": block.author}
    if block.categories:
        update["articleSection"] = list(block.categories)
    return update


def _breadcrumbs(outlet: Outlet, base: str) -> dict[str, object]:
    crumb = {"@type": "ListItem", "position": 1, "name": outlet.title, "item": f"{base}/{outlet.feed}"}
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": [crumb]}


def _script(value: dict[str, object]) -> str:
    # "<" is written as an escape, so that a block that holds "</script>" or "<!--" does not end the element.
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


def _html_block(outlet: Outlet, row: Shown, share: str) -> str:
    block, version = row.block, row.version
    return (
        f'<article id="{block.id}" class="block{" pinned" if block.pinned else ""}">'
        f'<time datetime="{rfc3339(row.first)}">{row.first:%H:%M}</time>'
        f"<h2>{escape(version.title)}</h2><div>{version.html}</div>"
        f'<footer>{escape(outlet.title)} <a class="permalink" href="#{block.id}">#</a> <button>{share}</button>'
        "</footer></article>"
    )
