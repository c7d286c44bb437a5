"""Addresses: resolved against their page, and named without what changes from one copy to the next."""

import re
from urllib.parse import SplitResult, urljoin, urlsplit

_TRACKING = re.compile(
    r"(?:utm|at|mtm|pk|piwik|matomo|hsa|ns|wt|oly)_\w*|fbclid|gclid|gclsrc|dclid|yclid|twclid|ttclid|msclkid|srsltid|"
    r"gbraid|wbraid|igshid|mc_[ce]id|_ga|_gl|xtor|cmp|cmpid|icid|ocid|smid|ncid|s_cid|echobox|mkt_tok|fb_ref|spref|ito",
    re.IGNORECASE,
)
"""Parameters that say where a reader came from, not what is read."""

_HTTP = re.compile(r"https?://[^/]", re.IGNORECASE)
_DEFAULT_PORTS = (80, 443, None)


def resolved(base: str, link: str) -> str:
    """Resolve a reference against the address of its page; what cannot be resolved stays as it is."""
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return link.strip()


def absolute(base: str, link: str) -> str:
    """Give the http(s) address a link leads to, or nothing: a reader clicks on it."""
    whole = resolved(base, link) if link.strip() else ""
    return whole if _HTTP.match(whole) else ""


def unfed(link: str) -> str:
    """Give the http(s) address that `feed:` stands for, as some pages and programs write it."""
    if link[:5].lower() != "feed:":
        return link
    bare = link[5:].removeprefix("//")
    return bare if _HTTP.match(bare) else f"http://{bare}"


def canonical(url: str) -> str:
    """Give what a URL names, without scheme, default port and tracking: `//host/path?query#fragment`.

    A text that is no http(s) URL is given as it stands. The fragment stays: in a live blog it is the entry's name.
    """
    url = url.strip()
    if not _HTTP.match(url):
        return url
    try:
        parts = urlsplit(url)
        port = "" if parts.port in _DEFAULT_PORTS else f":{parts.port}"
    except ValueError:
        return url
    return f"//{parts.hostname or ''}{port}{_within_site(parts)}"


def _within_site(parts: SplitResult) -> str:
    query = "&".join(sorted(_untracked(parts.query)))
    fragment = "&".join(_untracked(parts.fragment)) if "=" in parts.fragment else parts.fragment
    fragment = "" if fragment.startswith(":~:") else fragment  # a text fragment says where to scroll
    return (parts.path or "/") + (query and f"?{query}") + (fragment and f"#{fragment}")


def _untracked(query: str) -> list[str]:
    return [one for one in query.split("&") if one and not _TRACKING.fullmatch(one.partition("=")[0])]
