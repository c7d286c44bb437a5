"""Many small calls made one."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from threading import Event

import pytest

from monitor.gather import Gather

LONG = timedelta(seconds=60)
SHORT = timedelta(milliseconds=20)


def test_calls_of_one_moment_are_one_piece_of_work() -> None:
    done: list[Sequence[int]] = []

    async def calls() -> None:
        gather = Gather(done.append, SHORT)
        await asyncio.gather(*map(gather.do, range(5)))
        await gather.do(5)

    asyncio.run(calls())
    assert done == [[0, 1, 2, 3, 4], [5]]


def test_enough_calls_do_not_wait() -> None:
    done: list[Sequence[int]] = []

    async def calls() -> None:
        gather = Gather(done.append, LONG, most=3)
        await asyncio.gather(*map(gather.do, range(3)))

    asyncio.run(asyncio.wait_for(calls(), 30))
    assert done == [[0, 1, 2]]


def test_while_work_is_under_way_calls_gather_behind_it() -> None:
    done: list[Sequence[int]] = []
    word, begun = Event(), Event()

    def work(items: Sequence[int]) -> None:
        begun.set()
        word.wait(30)
        done.append(items)

    async def calls() -> None:
        gather = Gather(work, SHORT, most=2)
        first = [asyncio.create_task(gather.do(n)) for n in range(2)]
        await asyncio.to_thread(begun.wait, 30)
        behind = [asyncio.create_task(gather.do(n)) for n in range(2, 7)]
        await asyncio.sleep(0)
        word.set()
        await asyncio.gather(*first, *behind)

    asyncio.run(calls())
    assert done == [[0, 1], [2, 3, 4, 5, 6]]


def test_what_goes_wrong_is_raised_to_every_caller_and_the_next_work_is_done() -> None:
    done: list[Sequence[int]] = []

    def work(items: Sequence[int]) -> None:
        if 0 in items:
            raise ValueError(items)
        done.append(items)

    async def calls() -> None:
        gather = Gather(work, SHORT)
        for answer in await asyncio.gather(gather.do(0), gather.do(1), return_exceptions=True):
            assert isinstance(answer, ValueError)
        await gather.do(2)

    asyncio.run(calls())
    assert done == [[2]]


@pytest.mark.parametrize("fails", [True, False])
def test_a_caller_that_was_cancelled_holds_up_no_other(fails: bool) -> None:  # noqa: FBT001 - a parameter
    done: list[Sequence[int]] = []

    def work(items: Sequence[int]) -> None:
        done.append(items)
        if fails:
            raise ValueError(items)

    async def calls() -> None:
        gather = Gather(work, SHORT)
        impatient, patient = asyncio.create_task(gather.do(0)), asyncio.create_task(gather.do(1))
        await asyncio.sleep(0)
        impatient.cancel()
        answers = await asyncio.gather(impatient, patient, return_exceptions=True)
        assert isinstance(answers[0], asyncio.CancelledError)
        assert isinstance(answers[1], ValueError) == fails

    asyncio.run(calls())
    assert done == [[0, 1]]
