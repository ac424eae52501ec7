import re
import signal
import socket
import subprocess  # noqa: TC003 - of an annotation that pytest reads
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("uvicorn")

Run = Callable[..., tuple[int, bytes, str]]


def test_serves_until_it_is_stopped(bounce: str, spawn: Callable[..., "subprocess.Popen[bytes]"]) -> None:
    with spawn("serve", "--port", "0") as process:
        assert process.stderr
        line = process.stderr.readline().decode()
        found = re.search(r"listening on (http://127\.0\.0\.1:[0-9]+/)", line)
        assert found, line
        raw = Path(bounce).read_bytes()
        request = urllib.request.Request(found[1] + "v1/parse", raw, {"Content-Type": "message/rfc822"})  # noqa: S310 - our own
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
            assert b"user_unknown" in answer.read()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143
        assert process.stderr.read() == b""


def test_a_port_in_use_is_told(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, _, err = run("serve", "--port", str(port))
    assert (status, err) == (1, f"dsnparse: cannot listen on 127.0.0.1 port {port}: Address already in use\n")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "mail.example"])  # noqa: S104 - it is refused
def test_others_are_not_served_without_a_token(host: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DSNPARSE_TOKEN", raising=False)
    status, _, err = run("serve", "--host", host)
    assert status == 2
    assert "needs a token: --token-file FILE" in err


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_no_possible_port(port: str, run: Run) -> None:
    status, _, err = run("serve", f"--port={port}")
    assert status == 2
    assert f"argument --port: invalid port value: '{port}'" in err


def test_a_store_that_is_not_there(tmp_path: Path, run: Run) -> None:
    status, _, err = run("serve", "--port", "0", "--store", f"sqlite:///{tmp_path / 'none.db'}")
    assert status == 1
    assert "there is no store" in err
