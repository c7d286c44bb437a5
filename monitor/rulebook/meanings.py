"""What each key of a rules folder means, in one sentence: for who hovers over it in an editor, and for docs/rules.md.

The tables of docs/rules.md say the same words, and a test holds them to it.
"""

from collections.abc import Mapping

FILE: Mapping[str, str] = {
    "vigie": "what this file holds: `feeds/1`, `entities/1`, `rules/1` or `routes/1`; the first key of every file",
    "owner": "whose file it is, for people",
    "defaults": "what holds for all in this file that does not say otherwise",
    "zone": "the time zone in which people are told times; without it, each feed's own `zone`, else UTC",
    "channels": "names for addresses",
    "routes": "which channels are told, and when; `fallback` and `operator` must be there",
}
"""The reserved keys at the beginning of the lines of a file."""

MEANINGS: Mapping[str, Mapping[str, str]] = {
    "an entity": {
        "name": "its name as people read it; found like the others. Mandatory",
        "type": "`person`, `org`, `place` or `thing`. Mandatory",
        "names": "its other names, listed by language: `{fr: [Riabkov], en: [Ryabkov]}`; `all` is for those of no one "
        "language. Every name is looked for in every entry, whatever its language",
        "variants": "`translit` (default of a person): other romanisations of its names are found too; `off` (default "
        "of the others): only the case endings of its names in Cyrillic; `written`: nothing but what is written",
        "weak": "`{names: [...], with: [...]}`: these names count only if one of `with` is in the same entry",
        "never": "what looks like a name and is not: whatever lies inside these words does not count",
    },
    "`weak`": {
        "names": "names that count only in company",
        "with": "the company: terms of which one must be in the same entry, an entity by a name that is not weak "
        "itself",
    },
    "a rule": {
        "title": "what people read above the alert",
        "any_of": "at least one of these terms",
        "all_of": "every one of these terms",
        "near": "`{within: 10, any_of: [...]}`: at most so many words between one of the terms above and one of "
        "these; with `all_of` each of these near the same one. `order: after` - the near term stands after; `before`; "
        "`any`",
        "none_of": "an entry with one of these does not count, whatever `field` says",
        "none_near": "`{within: 3, any_of: [...]}`: a term that stands so near to one of these does not count; others "
        "in the entry do",
        "in": "where it counts: `{language, feed, topic, field, author}`, each a list; `field` holds for all terms, "
        "those of `none_near` too, but for those of `none_of`",
        "not_in": "where it does not count, by the same",
        "severity": "`low`, `normal` (default), `high`, `urgent`: the more urgent is sent first",
        "once_per": "tells once per `entry` (default), once per `feed` in 24 hours, or once in a time such as `6h`",
        "send": "names of routes; without it `fallback`",
        "on_edit": "what an edit tells of an entry that was told: `correct` (default) corrections, from a later "
        "version on; `never` nothing, `always` every edit again, `rematch` only an edit that made it match",
        "status": "`live` (default); `draft` and `retired` do not run; what `shadow` finds is recorded and sent to "
        "nobody",
        "examples": "`match` and `no_match`: texts, or `{text, title, topic, language, feed, author}`",
        "owner": "for people",
    },
    "`near`": {
        "within": "at most so many words in between",
        "any_of": "one of these near it",
        "all_of": "each of these near it",
        "order": "on which side the near term stands: `before`, `after` or `any` (default)",
    },
    "`none_near`": {
        "within": "at most so many words in between",
        "any_of": "none of these near it",
    },
    "`in` or `not_in`": {
        "language": "languages of the entry or its feed; `fr` covers `fr-CH`. Where it is unknown, `in` fails and "
        "`not_in` passes",
        "feed": "names of feeds",
        "topic": "what the feed says it is about, and the entry's own categories",
        "author": "who wrote the entry",
        "field": "`title` or `text`",
    },
    "`examples`": {
        "match": "texts that the rule must meet; `[[ ]]` marks what must be highlighted, and then all of it",
        "no_match": "texts that the rule must not meet",
    },
    "an example": {
        "text": "the text of the entry. Mandatory",
        "title": "the title of the entry",
        "topic": "its topics and categories",
        "language": "its language",
        "feed": "the feed it stands in",
        "author": "who wrote it",
    },
    "a feed": {
        "url": "http or https. Mandatory",
        "kind": "`auto` (default), `feed` (RSS, Atom), `json_feed`, `live_blog`, `wordpress`, `liveblog_pro`, `page`",
        "title": "what people read",
        "language": "the language of its entries",
        "topic": "what it is about",
        "zone": "of times that are printed without one: `Europe/Paris`; people are told its times in it unless the "
        "routes name another",
        "every": "between two polls: `1m..30m` (default; the busier, the oftener), or `5m` for always the same; "
        "at least `1s`",
        "live": "`true`: always at the shorter time, until it says that its coverage is over",
        "backfill": "of what already stands in a feed that is new here, what is younger is told: `2h`; without it "
        "nothing is",
        "max_age": "what is older when it is first seen is kept and not told: `24h` (default). One date of three or "
        "more entries, all that a document shows, makes none of them old",
        "timeout": "of one poll: `20s` (default)",
        "allow_private": "`true`: the address may be one of your own network",
        "recipe": "of a `page`: how its entries are found",
        "server_hints": "`obey` (default): what the server and the feed say of how often to ask is never undercut; "
        "`ignore`: only `every` counts",
        "robots": "`obey` (default): a `page` or `live_blog` that the robots.txt of its host forbids is not asked for; "
        "`ignore`: it is",
        "spacing": "between two requests to one host, whichever feeds they are for: `1s` (default)",
        "headers": "what is said with each request: `{Accept-Language: fr, X-Key: secret:NAME}`",
        "cookies": "`secret:NAME`: the cookies that are sent, written `name=value; other=value`",
        "auth": "`secret:NAME`: a user and a password, written `user:password`",
        "proxy": "`secret:NAME`: the proxy through which it is asked for, written `http://user:password@host:port`",
    },
    "a recipe": {
        "entry": "a CSS selector of one entry; the others are looked for in it. Mandatory",
        "id": "what names an entry for good",
        "time": "when it was written, with the `formats` to read it by",
        "title": "its title",
        "text": "its text",
        "link": "where it stands by itself",
        "drop": "what is no part of it",
    },
    "a selector": {
        "css": "a CSS selector. Mandatory",
        "attr": "the attribute to read, instead of the text",
        "formats": "how times are written, in the letters of strptime: `%H:%M %d.%m.%Y`, `%d %B, %H:%M`",
    },
    "a channel": {
        "address": "`secret:NAME`, which is set in VIGIE_SECRET_NAME, or `terminal`. Mandatory",
    },
    "a route": {
        "to": "names of channels, all of which are told. Mandatory",
        "when": "`at once`. Mandatory",
    },
}
"""By the `what` of a shape, its keys."""
