"""The door that a server uses: wsgi.py under gunicorn, configured by environment variables alone."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import BadSetting, from_environment
from tests.architecture.source import ROOT
from tests.settings import KEYS


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a socket in the file system, so that no port can be taken."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(str(self.path))


@pytest.fixture
def address(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket of a gunicorn that serves the registry on a new database."""
    path = tmp_path_factory.mktemp("g") / "s"
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"unix:{path}"]
    server = subprocess.Popen(
        [*command, "--worker-class", "gthread", "--no-control-socket"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": database_url, **KEYS},
        stderr=subprocess.DEVNULL,
    )
    wait_for(path, server)
    yield path
    server.terminate()
    server.wait(30)


def wait_for(path: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if path.exists():
            return
        assert server.poll() is None, "gunicorn wsgi:app does not start: run it by hand to see why"
        time.sleep(0.1)
    pytest.fail("gunicorn did not open its socket in 30 seconds")


@pytest.mark.databases("sqlite")
def test_gunicorn_serves_the_sign_in_page(address: Path) -> None:
    connection = UnixConnection(address)
    connection.request("GET", "/accounts/login", headers={"Host": "localhost"})
    answer = connection.getresponse()
    assert answer.status == 200
    assert b"<h1" in answer.read()


@pytest.mark.parametrize("given", ["-1", "one", "1.5", "", "²"])
def test_a_number_of_proxies_that_is_none_is_refused_at_the_start(given: str) -> None:
    with pytest.raises(BadSetting, match="REGISTRY_PROXIES is the number of proxies"):
        from_environment({**KEYS, "REGISTRY_PROXIES": given})


def test_no_proxy_is_believed_unless_it_is_told_of() -> None:
    assert from_environment(KEYS)["PROXIES"] == 0
    assert from_environment({**KEYS, "REGISTRY_PROXIES": "2"})["PROXIES"] == 2
