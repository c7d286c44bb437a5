"""Readers of single words: names, durations, languages, zones, addresses."""

import re
import unicodedata
import zoneinfo
from datetime import timedelta
from functools import cache
from urllib.parse import urlsplit

from monitor.core import time_format as time_formats
from monitor.core.errors import did_you_mean
from monitor.core.rule import PER_ENTRY, Once
from monitor.core.telling.alert import FEED_SCOPE_LASTS
from monitor.rulebook.looks import mixed
from monitor.rulebook.nodes import Desk, Node, quoted
from monitor.rulebook.schema import TEXT, Form, Reader, WrongError, formed, like, text, word

_NAME = re.compile(r"[\w-]{1,80}")
_RARE = r"\u00a1-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2010-\u205e"
SIGNS = rf"!-)+,./:-@\[-`{{-~{_RARE}"
"""Of what is neither letter nor digit, but for spaces, `*` and `-`: as much as every engine of regular expressions can
say in a class. Who writes a schema with it refuses no letter, and leaves the rest to the reader."""

ONE_NAME = rf"[^\s!-,./:-@\[-\^`{{-~{_RARE}]+"
SECRET_NAME = "[A-Za-z0-9_-]{1,80}"  # noqa: S105 - a pattern of names
_DURATION = re.compile(r"([0-9]{1,6})([smhd])")
_SPAN_FORM = "(?=[0-9]{1,6}[smhd])0*[1-9][0-9]*[smhd]"
_MOST = 999_999
"""The greatest number, of six digits; no entry has that many words."""

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

_CODES = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee
el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is
it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms
mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk
sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi
yo za zh zu ast ckb fil hsb kab prs srn yue zgh
"""
LANGUAGES = frozenset(_CODES.split())
"""Languages with a code of two letters, and a few of three with a press of their own. Source: ISO 639-1, 639-3."""

_LANGUAGE = re.compile(r"([a-z]{2,3})(-[a-z0-9]{2,8})*")


@like(title="a name", **{**TEXT, "pattern": f"^{ONE_NAME}$", "patternErrorMessage": "letters, digits, - and _"})
def _name(written: str) -> str:
    composed = unicodedata.normalize("NFC", written)
    if _NAME.fullmatch(composed):
        return composed
    raise WrongError("bad_name", f"{quoted(written)} is no name - letters, digits, `-` and `_`, at most 80")


@formed(_name.form)
def name(node: Node, desk: Desk) -> str | None:
    """Read a name: letters of any script, digits, `-` and `_`; equal however its accents are encoded."""
    found = _name(node, desk)
    odd = mixed(found or "")
    if odd:
        desk.warning(node, "mixed_scripts", f"`{found}` mixes alphabets: {odd} - type it anew in one")
    return found


def duration(*, least: timedelta = timedelta(seconds=1)) -> Reader[timedelta]:
    """Read a duration such as `90s`, `15m`, `2h`, `7d`, of at least `least`."""

    def parse(written: str) -> timedelta:
        span = _span(written)
        if span is None:
            hint = _meant(written) or " - as 90s, 15m, 2h or 7d"
            raise WrongError("bad_duration", f"{quoted(written)} is no duration{hint}")
        if span < least:
            raise WrongError("bad_duration", f"{quoted(written)} is too short - at least {least.total_seconds():.0f}s")
        return span

    pattern = _SPAN_FORM if least else "[0-9]{1,6}[smhd]"
    form = {"pattern": f"^{pattern}$", "patternErrorMessage": "a duration, as 90s, 15m, 2h or 7d"}
    return word(parse, {"type": "string", **form, "examples": ("90s", "15m", "2h", "7d")})


def _meant(written: str) -> str:
    """Ask for the duration that was likely meant by `20`, `6 hours` or `2 Std`; months and years have no letter."""
    found = re.fullmatch(r"([0-9]{1,6}) ?([a-z]*)", written.casefold())
    unit = found[2][:1] or "s" if found and not found[2].startswith("mo") else ""
    return f" - did you mean {found[1]}{unit}?" if found and int(found[1]) and unit in _UNITS else ""


def _span(written: str) -> timedelta | None:
    found = _DURATION.fullmatch(written)
    return timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None


@like(
    type="string",
    pattern=rf"^{_SPAN_FORM}(\.\.{_SPAN_FORM})?$",
    patternErrorMessage="an interval, as 1m..15m, or 5m for always the same; at least 1s",
    examples=("1m..15m", "5m"),
)
def every(written: str) -> tuple[timedelta, timedelta]:
    """Read the bounds of a polling interval: `1m..15m`, or one duration for both."""
    first, *rest = [_span(part) for part in written.split("..")]
    last = rest[-1] if rest else first
    if first is None or last is None or len(rest) > 1:
        raise WrongError("bad_duration", f"{quoted(written)} is no interval - as 1m..15m, or 5m for always the same")
    if not timedelta(seconds=1) <= first <= last:
        raise WrongError("bad_duration", f"{quoted(written)} is no interval - at least 1s, and the longer bound last")
    return first, last


def _any_case(code: str) -> str:
    return "".join(f"[{letter}{letter.upper()}]" for letter in code)


LANGUAGE_FORM: Form = {
    "title": "a language",
    "type": "string",
    "pattern": f"^(?:{'|'.join(map(_any_case, sorted(LANGUAGES)))})(-[A-Za-z0-9]{{2,8}})*$",
    "patternErrorMessage": "a language, as fr, en, de, ru or fr-CH",
    "examples": ("fr", "en", "de", "ru", "fr-CH"),
}


def language_of(written: str) -> str:
    """Read a language code, with or without a region: `fr`, `fr-CH`; given in small letters. Raises: WrongError."""
    if _is_language(written):
        return written.casefold()
    meant = written.replace("_", "-")
    hint = f"did you mean {meant}?" if _is_language(meant) else "a code such as fr, en, de, ru or fr-CH"
    raise WrongError("unknown_language", f"unknown language {quoted(written, 'here')} - {hint}")


def _is_language(written: str) -> bool:
    found = _LANGUAGE.fullmatch(written.casefold())
    return found is not None and found[1] in LANGUAGES


language = like(**LANGUAGE_FORM)(language_of)


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())  # reads a directory tree, every time


@like(title="a time zone", enum=_zones)
def zone(written: str) -> str:
    """Read the name of a time zone."""
    known = _zones()
    if written in known:
        return written
    hint = did_you_mean(written, known, closeness=0.85) or " - as Europe/Zurich"
    raise WrongError("unknown_zone", f"no zone of this name{hint}")


@formed(
    {
        "type": "string",
        "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#]\S*$",
        "patternErrorMessage": "http:// or https://, a host and a path, without spaces",
    }
)
def url(node: Node, desk: Desk) -> str | None:
    """Read the address of a feed: http or https, with a host."""
    written = text(node, desk)
    if written is None:
        return None
    if not re.fullmatch(r"https?://[^\s/?#]\S*", written, re.IGNORECASE):
        desk.error(node, "bad_url", "no address of a feed - http:// or https://, a host and a path, without spaces")
        return None
    if not _has_host_and_port(written):
        desk.error(node, "bad_url", "no host or port that can be - a name as example.org, a port from 1 to 65535")
        return None
    if "@" in urlsplit(written).netloc:
        desk.warning(node, "password_in_url", "a user or password in the address - no secrets in rules files")
    return written


def _has_host_and_port(written: str) -> bool:
    try:
        parts = urlsplit(written)
        return parts.port != 0 and bool(parts.hostname)
    except ValueError:
        return False


@like(
    type="string",
    pattern=f"^(terminal|secret:{SECRET_NAME})$",
    patternErrorMessage="secret:NAME, or terminal",
    examples=("terminal", "secret:desk_mail"),
)
def address(written: str) -> str:
    """Read where a channel leads: `terminal` or `secret:NAME`; what else stands here is never repeated."""
    if written == "terminal" or re.fullmatch(f"secret:{SECRET_NAME}", written):
        return written
    raise WrongError(
        "open_address",
        "addresses are secrets and never stand here - `secret:NAME` (set in VIGIE_SECRET_NAME), or `terminal`",
    )


@like(
    type="string",
    pattern=f"^secret:{SECRET_NAME}$",
    patternErrorMessage="secret:NAME",
    examples=("secret:paper_login",),
)
def secret(written: str) -> str:
    """Read the name of a secret, `secret:NAME`; what else stands here is never repeated."""
    if re.fullmatch(f"secret:{SECRET_NAME}", written):
        return written
    raise WrongError("open_secret", "this is a secret and never stands here - `secret:NAME` (set in VIGIE_SECRET_NAME)")


@like(enum=("obey", "ignore"))
def obeyed(written: str) -> bool:
    """Read whether the wishes of others are obeyed: `obey` or `ignore`."""
    if written in {"obey", "ignore"}:
        return written == "obey"
    hint = did_you_mean(written, ("obey", "ignore")) or " - one of these"
    raise WrongError("unknown_choice", f"{quoted(written)} is neither obey nor ignore{hint}")


@like(
    type="string",
    pattern=f"^(entry|feed|{_SPAN_FORM})$",
    patternErrorMessage="entry, feed, or a duration as 6h",
    examples=("entry", "feed", "6h"),
)
def once(written: str) -> Once:
    """Read how often a rule tells: `entry`, `feed`, or a duration."""
    if written == "story":
        raise WrongError("not_available_yet", "`story` is not available yet - entry, feed, or a duration as 6h")
    if written in _ONCE:
        return _ONCE[written]
    span = _span(written)
    if span:
        return Once("duration", span)
    hint = did_you_mean(written, _ONCE) or _meant(written) or " - entry, feed, or a duration as 6h"
    raise WrongError("unknown_choice", f"{quoted(written)} is not how often a rule tells{hint}")


_ONCE = {"entry": PER_ENTRY, "feed": Once("feed", FEED_SCOPE_LASTS)}


def number(least: int) -> Reader[int]:
    """Read a whole number of at least `least`."""

    def parse(written: str) -> int:
        if re.fullmatch(r"[0-9]{1,6}", written) and int(written) >= least:
            return int(written)
        raise WrongError("bad_number", f"{quoted(written)} does not do - a whole number from {least} to {_MOST}")

    bounds = {"minimum": least, "maximum": _MOST, "pattern": "^(?=[0-9]{1,6}$)0*[1-9]"}
    return word(parse, {"type": ("integer", "string"), **bounds, "patternErrorMessage": f"a number from {least}"})


@like(enum=("at once",))
def when(written: str) -> str:
    """Read when a route tells: `at once`."""
    if written == "at once":
        return written
    hint = did_you_mean(written, ["at once"])
    if hint:
        raise WrongError("unknown_choice", f"{quoted(written)} is no time{hint}")
    raise WrongError("not_available_yet", "no time but `at once` is available yet - write `at once`")


@like(**TEXT, examples=(".live__item", "time[datetime]"))
def css(written: str) -> str:
    """Read a CSS selector, as the reader of pages will."""
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # noqa: PLC0415 - heavy, and only pages need it

    try:
        LexborHTMLParser("").css(written)
    except SelectolaxError:
        raise WrongError(
            "bad_selector", f"{quoted(written)} is no CSS selector - as .live__item or time[datetime]"
        ) from None
    return written


@like(type="string", pattern="%", patternErrorMessage="a format, as %H:%M %d.%m.%Y", examples=("%H:%M %d.%m.%Y",))
def time_format(written: str) -> str:
    """Read a format of times, as the reader of pages will."""
    try:
        time_formats.time_format(written)
    except ValueError as error:
        raise WrongError("bad_time_format", f"{quoted(written)}: {error}") from None
    return written
