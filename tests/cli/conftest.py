import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from dsnparse.cli import main

BOUNCE = b"""\
From: Mail Delivery Subsystem <mailer-daemon@mx.example.org>
To: ada@example.com
Subject: Undelivered mail
Message-ID: <notice-1@mx.example.org>
Date: Mon, 2 Jun 2025 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; bob@example.net
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.net
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: message/rfc822

From: ada@example.com
To: bob@example.net
Subject: hello
Message-ID: <hello-1@example.com>

Hello.

--b--
"""
PLAIN = b"From: ada@example.com\nTo: bob@example.net\nSubject: hello\n\nHello.\n"

Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def bounce(tmp_path: Path) -> str:
    path = tmp_path / "bounce.eml"
    path.write_bytes(BOUNCE)
    return str(path)


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """The command in this process: exit status, standard output, standard error."""

    def call(*argv: str | Path) -> tuple[int, bytes, str]:
        status = main([*map(str, argv)])
        out, err = capfdbinary.readouterr()
        return status, out, err.decode()

    return call


@pytest.fixture
def spawn() -> Callable[..., "subprocess.Popen[bytes]"]:
    """The command as a process of its own."""

    def start(
        *argv: str | Path,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stdout: int | IO[bytes] = subprocess.PIPE,
        stderr: int | IO[bytes] = subprocess.PIPE,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
    ) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "dsnparse", *map(str, argv)]
        environment = {**os.environ, **(env or {})}
        return subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=stderr, env=environment, cwd=cwd)

    return start
