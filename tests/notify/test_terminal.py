import io
import os
import pty
from dataclasses import replace

import pytest

from monitor.core.route import Outcome
from monitor.notify import send
from tests.notify.post import DELIVERY, NOW, message


def test_a_message_is_one_block_of_plain_text_where_nobody_looks() -> None:
    stream = io.StringIO()
    assert send(message("terminal"), "terminal", DELIVERY, NOW, stream=stream) == Outcome("sent")
    edge, first, *_ = stream.getvalue().splitlines()
    assert set(edge) == {"─"}
    assert first == "[urgent] Riabkov & <b>"
    assert "\x1b" not in stream.getvalue()


def test_on_a_terminal_hits_are_in_colour() -> None:
    near, far = pty.openpty()
    with os.fdopen(near, "rb", buffering=0) as screen, os.fdopen(far, "w") as stream:
        assert send(message("terminal"), "terminal", DELIVERY, NOW, stream=stream) == Outcome("sent")
        shown = screen.read(4096).decode()
    assert "L'\x1b[0m\x1b[1;33mOtan\x1b[0m <!channel> répond." in shown
    assert "https://example.org/?a=1&b=2" in shown


def test_standard_output_is_where_terminal_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert send(message("terminal"), "terminal", DELIVERY, NOW) == Outcome("sent")
    assert "Otan" in capsys.readouterr().out


def test_a_terminal_of_few_letters_shows_what_it_can() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    told = replace(message("terminal"), text="Рябков")
    assert send(told, "terminal", DELIVERY, NOW, stream=stream) == Outcome("sent")
    stream.seek(0)
    assert "??????" in stream.read()


def test_a_terminal_that_is_gone_is_no_delivery() -> None:
    stream = io.StringIO()
    stream.close()
    assert send(message("terminal"), "terminal", DELIVERY, NOW, stream=stream).result == "failed"
    read, write = os.pipe()
    os.close(read)
    with pytest.raises(BrokenPipeError), os.fdopen(write, "w") as broken:
        assert send(message("terminal"), "terminal", DELIVERY, NOW, stream=broken).result == "failed"
