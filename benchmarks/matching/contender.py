"""One engine in a process of its own: how quickly it is made ready, how quick it is, and which rules texts meet."""

import gc
import json
import traceback
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

from benchmarks.matching.engines import folded

_SPAWN = get_context("spawn")  # a fork would share memory with whoever started it


class Slice(NamedTuple):
    """Documents of so many words, `[first, last)` in their order."""

    size: int
    first: int
    last: int


class Built(NamedTuple):
    """What it took to make an engine ready: seconds, bytes of memory."""

    seconds: float
    memory: int


class Pace(NamedTuple):
    """How far an engine came: documents, seconds of processor time, rules met."""

    documents: int
    seconds: float
    met: int


class Contender:
    """An engine at work elsewhere; the machine may be shared, so it counts its processor time."""

    def __init__(self, name: str, factory: str, folder: Path, rules: int) -> None:
        self.name = name
        self._pipe, far = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(far, factory, folder, rules), daemon=True)
        self._process.start()
        far.close()
        self.built: Built = self._answer()

    def timed(self, asked: Slice, seconds: float) -> Pace:
        """Match the documents of a slice, for so many seconds at most."""
        return Pace(*self._asked(asked, seconds))

    def met(self, asked: Slice) -> list[frozenset[int]]:
        """Tell which rules each document of a slice meets."""
        return list(self._asked(asked, None))

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()

    def _asked(self, asked: Slice, seconds: float | None) -> Any:  # a Pace, or sets of rules
        self._pipe.send((asked, seconds))
        return self._answer()

    def _answer(self) -> Any:  # whatever the far side sends
        try:
            answer = self._pipe.recv()
        except EOFError as error:
            raise SystemExit(f"{self.name} died") from error
        if isinstance(answer, str):
            raise SystemExit(f"{self.name}: {answer}")
        return answer


def _serve(pipe: Connection, factory: str, folder: Path, count: int) -> None:
    try:
        _work(pipe, factory, folder, count)
    except Exception:  # noqa: BLE001 - it is told on the near side, whatever it is
        pipe.send(traceback.format_exc())


def _work(pipe: Connection, factory: str, folder: Path, count: int) -> None:
    documents: dict[int, list[str]] = {}
    for document in _lines(folder / "documents.jsonl"):
        documents.setdefault(document["size"], []).append(document["text"])
    rules, frequencies = list(islice(_lines(folder / "rules.jsonl"), count)), _frequencies(folder)
    module, _, name = factory.rpartition(":")
    memory, begun = _memory(), perf_counter()
    engine = getattr(import_module(module), name)(rules, frequencies)
    pipe.send(Built(perf_counter() - begun, _memory() - memory))
    gc.freeze()  # as the service does with its rules
    while True:
        asked, seconds = pipe.recv()
        texts = documents[asked.size][asked.first : asked.last]
        if seconds is None:
            pipe.send([frozenset(map(int, engine.match(text))) for text in texts])
        else:
            pipe.send(_timed(engine, texts, seconds))


def _timed(engine: Any, texts: list[str], seconds: float) -> Pace:  # Any: whatever the factory makes, with `match`
    begun = now = process_time()
    documents = met = 0
    while documents < len(texts) and now - begun < seconds:
        met += len(engine.match(texts[documents]))
        documents += 1
        now = process_time()
    return Pace(documents, now - begun, met)


def _frequencies(folder: Path) -> Counter[str]:
    """Count in how many documents of the sample each word stands."""
    return Counter(
        word for document in _lines(folder / "sample.jsonl") for word in set(folded(document["text"]).split())
    )


def _lines(file: Path) -> Iterator[dict[str, Any]]:  # as generate.py writes them
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _memory() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096
