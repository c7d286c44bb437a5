"""The demo's service is the real one: started again if it is killed, and never left behind."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import pytest

from monitor.core.errors import StartError
from monitor.demo import tree
from monitor.demo.service import Service, environment

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for leftovers under /proc")


def start(folder: Path) -> Service:
    return Service(folder, 9, "mailto://127.0.0.1:9/?from=a@demo.invalid&to=b@demo.invalid", "json://127.0.0.1:9/x")


def wait_for(met: Callable[[], object]) -> None:
    end = monotonic() + 60
    while not met():
        assert monotonic() < end, "waited in vain"
        sleep(0.05)


def ready(service: Service, times: int = 1) -> bool:
    return service.log.read_text().count('"service_ready"') == times


def left(service: Service) -> tuple[int, ...]:
    return tree.marked(f"VIGIE_DATA_DIR={service.data}")


def test_a_killed_service_is_started_again_and_one_that_ended_is_not() -> None:
    with TemporaryDirectory(prefix="v-") as short:
        service = start(Path(short))
        wait_for(lambda: ready(service))
        assert not service.check()
        os.kill(service.pid, signal.SIGKILL)
        wait_for(service.check)
        wait_for(lambda: ready(service, 2))
        os.kill(service.pid, signal.SIGTERM)
        with pytest.raises(StartError, match=r"the service ended with exit code 0: .*service_stopped"):
            wait_for(service.check)
        service.close()
        assert left(service) == ()


def test_a_service_that_hangs_is_killed_with_all_it_started(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 20)  # too long for a socket, which then lies elsewhere
    folder.mkdir()
    service = start(folder)
    wait_for(lambda: ready(service))
    assert service.socket.exists()
    assert not service.socket.is_relative_to(folder)
    os.kill(service.pid, signal.SIGSTOP)
    service.close(lasts=0.2)
    assert left(service) == ()
    assert not service.socket.parent.exists()


def test_a_service_that_said_nothing_has_no_last_words(tmp_path: Path) -> None:
    service = start(tmp_path)
    service.close(lasts=0)
    service.log.write_text("")
    assert service.last_words() == "it said nothing"


def test_the_child_sees_nothing_of_the_users_own_service() -> None:
    env = environment({"PATH": "/bin", "VIGIE_REDIS_URL": "x"}, Path("/d"), "sqlite:////d/l", {"demo_mail": "m"})
    assert env == {
        "PATH": "/bin",
        "VIGIE_SECRET_DEMO_MAIL": "m",
        "VIGIE_DATA_DIR": "/d",
        "VIGIE_DATABASE_URL": "sqlite:////d/l",
    }
