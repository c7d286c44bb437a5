"""What becomes of every form of an address that is not global: asked for, redirected to, through a proxy.

`python -m tests.feeds.forms` tries them in a network of its own (Linux), where a server of ours has a global address
from which it redirects, and prints what was tried as lines of JSON.
"""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import yaml
from aiohttp import ThreadedResolver, web

from monitor.core.errors import FetchError
from monitor.core.feed import Feed
from monitor.feeds import Session, fetch
from tests.feeds.names import Names
from tests.servers.internet import Internet, Reply

GLOBAL = "93.184.216.34"
"""An address of the internet, which a network of our own may give to itself."""

DOOR = "door.example"
NAME_SERVER = "name server"
WRITTEN: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("forms.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write an address."""

    group: str
    name: str
    url: str

    def at(self, port: int) -> str:
        return self.url.replace("PORT", str(port))


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a form, tried in one way: whether anybody was reached, and what was said."""

    group: str
    name: str
    way: str
    reached: bool
    said: str


FORMS = [
    Form(group, name, url) for group, forms in WRITTEN.items() if group != NAME_SERVER for name, url in forms.items()
]


class Listener:
    """Waits at all addresses of this machine, and counts whoever comes; its `/door` leads where it is told."""

    def __init__(self) -> None:
        self.port = self.came = 0
        self.leads_to = ""
        self._runner = web.ServerRunner(web.Server(self._answer), shutdown_timeout=0.1)

    async def start(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "0.0.0.0", 0).start()
        self.port = self._runner.addresses[0][1]
        await web.TCPSite(self._runner, "::", self.port).start()

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/door":
            return web.Response(status=302, headers={"Location": self.leads_to})
        self.came += 1
        return web.Response(text="<rss/>")


async def asked_for(forms: Sequence[Form]) -> list[Tried]:
    """Ask for each form as the address of a feed."""
    listener = Listener()
    await listener.start()
    async with Session("vigie tests", resolver=_names()) as session:
        found = [await _try(session, form, "asked for", form.at(listener.port), listener) for form in forms]
    await listener.stop()
    return found


async def redirected_to(forms: Sequence[Form]) -> list[Tried]:
    """Ask a server at a global address, which redirects to each form: only in a network of our own."""
    listener = Listener()
    await listener.start()
    door, found = f"http://{DOOR}:{listener.port}/door", []
    async with Session("vigie tests", resolver=_names()) as session:
        for form in forms:
            listener.leads_to = form.at(listener.port).replace("\r\n", "%0D%0A").replace("\t", "%09")
            found.append(await _try(session, form, "redirected to", door, listener))
    await listener.stop()
    return found


async def through_a_proxy(forms: Sequence[Form]) -> list[Tried]:
    """Ask a proxy for each form; whatever it is asked for, has been reached."""
    found = []
    with closing(Internet()) as proxy:
        proxy.say("", *[Reply(200, {}, "<rss/>")] * len(forms))
        async with Session("vigie tests", lambda _: f"http://127.0.0.1:{proxy.port}", _names()) as session:
            for form in forms:
                feed = Feed("form", form.at(proxy.port), timeout=timedelta(seconds=5), proxy="secret:proxy")
                before = len(proxy.heard)
                said = await _said(session, feed)
                found.append(Tried(form.group, form.name, "through a proxy", len(proxy.heard) > before, said))
    return found


def _names() -> Names:
    return Names({**WRITTEN[NAME_SERVER], DOOR: GLOBAL}, ThreadedResolver())


async def _try(session: Session, form: Form, way: str, url: str, listener: Listener) -> Tried:
    before = listener.came
    said = await _said(session, Feed("form", url, timeout=timedelta(seconds=5)))
    return Tried(form.group, form.name, way, listener.came > before, said)


async def _said(session: Session, feed: Feed) -> str:
    try:
        await fetch(session, feed)
    except FetchError as error:
        return error.reason
    return "a document"


def in_a_network_of_our_own() -> list[Tried] | None:
    """Try all redirects in a network of our own; None, where we may not have one."""
    setup = f"ip link set lo up && ip address add {GLOBAL}/32 dev lo && exec {sys.executable} -m tests.feeds.forms"
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return None
    done = subprocess.run(
        ["unshare", "--map-root-user", "--net", "sh", "-c", setup], capture_output=True, text=True, check=False
    )
    return [Tried(**json.loads(line)) for line in done.stdout.splitlines()] or None


def _lines() -> Iterator[str]:
    for tried in asyncio.run(redirected_to(FORMS)):
        yield json.dumps(asdict(tried), ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write("\n".join(_lines()))
