"""A stop that is asked for by a signal, at whatever moment it comes."""

import subprocess
import sys
from threading import Thread
from time import monotonic

from monitor.signals import StopSign

STORM = """
import os, signal
from threading import Thread
from time import sleep
from monitor.signals import StopSign

def storm(end):
    while not end.is_set():
        os.kill(os.getpid(), signal.SIGTERM)

for _ in range(300):
    stop = StopSign()
    signal.signal(signal.SIGTERM, stop.note)
    done = StopSign()
    thread = Thread(target=storm, args=(done,))
    thread.start()
    while not stop.wait(0.001):
        pass
    done.set()
    thread.join()
    assert stop.signal == signal.SIGTERM
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    stop.close()
    done.close()
print("ended")
"""


def test_no_moment_is_the_wrong_one_for_a_signal() -> None:
    said = subprocess.run([sys.executable, "-c", STORM], capture_output=True, text=True, timeout=60, check=False)
    assert said.stdout == "ended\n", said.stderr


def test_a_stop_is_waited_for_no_longer_than_asked() -> None:
    stop, began = StopSign(), monotonic()
    assert not stop.wait(0.05)
    assert 0.05 <= monotonic() - began < 5
    stop.close()


def test_a_stop_ends_a_wait_in_another_thread() -> None:
    stop = StopSign()
    waiting = Thread(target=stop.wait, args=(60,))
    waiting.start()
    stop.set()
    waiting.join(10)
    assert not waiting.is_alive()
    assert stop.is_set()
    assert stop.wait(60)
    stop.close()


def test_a_stop_may_be_asked_for_again_and_again() -> None:
    stop = StopSign()
    for _ in range(70_000):  # a pipe holds 64 KB
        stop.set()
    assert stop.wait(0)
    stop.close()
