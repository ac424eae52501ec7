"""What several servers share: users, aliases, and a program that fails as it is told."""

from corpus.lab.machine import Machine
from corpus.lab.scenarios import Scenario, scenario

# sysexits(3), and what programs end with that know nothing of it.
EXIT_CODES = (*range(64, 79), 1, 2, 99, 126)
FAILING_PROGRAM = "/usr/local/bin/fail"
# Lines of main.cf that hold wherever Postfix takes the mail.
POSTFIX = """
compatibility_level = 3.6
myhostname = mail.lab.example
mydomain = lab.example
myorigin = lab.example
mydestination = lab.example, mail.lab.example, localhost
inet_interfaces = 127.0.0.1
mynetworks = 127.0.0.0/8
# Unknown users must be taken: a refusal within SMTP makes no notice.
local_recipient_maps =
smtpd_reject_unlisted_recipient = no
smtputf8_enable = yes
alias_maps = hash:/etc/aliases
alias_database = hash:/etc/aliases
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 3s
smtp_connect_timeout = 2s
"""
FAILING_ALIASES = """\
sig: "|kill -9 $$"
nocmd: "|/no/such/command"
nofile: /no/such/dir/file
aloop1: aloop2
aloop2: aloop1
noinc: :include:/no/such/include
toremote: unknown@dest.example
tonx: nobody@nxdomain.example
tolist: unknown@dest.example, ok@nodsn.example, alice
postmaster: pm@origin.example
"""


def add_failing_program(machine: Machine) -> None:
    """Make a program: `fail 67` (or `fail ex67`) reads a message, prints two lines and ends with that status."""
    script = '#!/bin/sh\ncat > /dev/null\necho "fail: $1: simulated problem"\necho "second line"\nexit "${1#ex}"\n'
    machine.write(FAILING_PROGRAM, script, mode=0o755)


def exit_aliases() -> str:
    """Write aliases `ex64` and so on that pipe into it."""
    return "".join(f'ex{code}: "|{FAILING_PROGRAM} {code}"\n' for code in EXIT_CODES)


def failing_aliases() -> str:
    """Write the aliases that fail in every way an alias can: programs, files, loops, addresses elsewhere."""
    return exit_aliases() + FAILING_ALIASES


def local(name: str, address: str | None = None) -> Scenario:
    """Make a scenario: a plain mail to a local address, by default to the name itself at lab.example."""
    return scenario(f"l-{name}", address or f"{name}@lab.example")


def npm_version(package: str) -> str:
    """Write the shell command that prints the version of a package from npm, given its folder."""
    return f'sed -n \'s/^ *"version": "\\(.*\\)",/\\1/p\' {package}/package.json'
