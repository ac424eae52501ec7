"""What single servers of the lab do that the others do not."""

import pytest

from corpus.lab.machine import Machine
from corpus.lab.servers.dovecot import write_configuration


class Notebook(Machine):
    """A machine that prints one thing and remembers what is written."""

    def __init__(self, prints: str) -> None:
        self.prints = prints
        self.written: dict[str, str | bytes] = {}

    def sh(self, _script: str, _given: bytes = b"") -> str:
        return self.prints

    def write(self, path: str, text: str | bytes, *, mode: int = 0o644) -> None:
        assert mode == 0o644
        self.written[path] = text


@pytest.mark.parametrize(
    ("version", "expected"), [("2.3.19.1 (9b53102964)\n", "old"), ("2.4.1-4 (7d8c0e5759)\n", "new")]
)
def test_dovecot_gets_a_configuration_that_its_version_understands(version: str, expected: str) -> None:
    machine = Notebook(version)
    write_configuration(machine, "old", "new")
    assert machine.written == {"/etc/dovecot/dovecot.conf": expected}
