"""What several servers share: users, aliases, and a program that fails as it is told."""

from corpus.lab.machine import Machine
from corpus.lab.scenarios import Scenario, scenario

# sysexits(3), and what programs end with that know nothing of it.
EXIT_CODES = (*range(64, 79), 1, 2, 99, 126)
FAILING_PROGRAM = "/usr/local/bin/fail"


def add_failing_program(machine: Machine) -> None:
    """Make a program: `fail 67` (or `fail ex67`) reads a message, prints two lines and ends with that status."""
    script = '#!/bin/sh\ncat > /dev/null\necho "fail: $1: simulated problem"\necho "second line"\nexit "${1#ex}"\n'
    machine.write(FAILING_PROGRAM, script, mode=0o755)


def exit_aliases() -> str:
    """Write aliases `ex64` and so on that pipe into it."""
    return "".join(f'ex{code}: "|{FAILING_PROGRAM} {code}"\n' for code in EXIT_CODES)


def local(name: str, address: str | None = None) -> Scenario:
    """Make a scenario: a plain mail to a local address, by default to the name itself at lab.example."""
    return scenario(f"l-{name}", address or f"{name}@lab.example")


def npm_version(package: str) -> str:
    """Write the shell command that prints the version of a package from npm, given its folder."""
    return f'sed -n \'s/^ *"version": "\\(.*\\)",/\\1/p\' {package}/package.json'
