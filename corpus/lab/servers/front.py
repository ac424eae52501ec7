"""Postfix in front of what delivers, filters or manages lists: it takes all mail, and hands it on."""

from collections.abc import Mapping

from corpus.lab.machine import Machine
from corpus.lab.server import Server

from .common import POSTFIX

MAIN = f"""{POSTFIX}inet_protocols = ipv4
delay_warning_time = 6s
maximal_queue_lifetime = 20s
bounce_queue_lifetime = 20s
"""
ALIASES = "postmaster: pm@origin.example\nroot: pm@origin.example\n"


class BehindPostfix(Server):
    """A server that gets its mail from Postfix."""

    shared = False
    queue = "postqueue -p | grep -c '^[0-9A-F]'; true"
    connections = 2
    silence = 14

    postfix: str = ""
    """More lines for main.cf."""

    services: tuple[str, ...] = ()
    """Lines for master.cf, as postconf -M takes them: `name/type=name type …`."""

    aliases: str = ""
    """More lines for the aliases."""

    people: Mapping[str, str] = {}
    """Local users, and what the file `dotfile` in their home says; nothing where that is empty."""

    dotfile: str = ""
    """The name of that file."""

    def configure(self, machine: Machine) -> None:
        """Configure Postfix, add the people, and let the subclass prepare the rest."""
        machine.write("/etc/postfix/main.cf", MAIN + self.postfix)
        machine.write("/etc/aliases", ALIASES + self.aliases)
        machine.sh("postconf -F '*/*/chroot=n'; newaliases")
        for service in self.services:
            machine.sh(f"postconf -Me '{service}'")
        machine.users(*self.people)
        for user, text in self.people.items():
            if text:
                machine.write(f"/home/{user}/{self.dotfile}", f"{text}\n", mode=0o600)
            machine.sh(f"chown -R {user}: /home/{user}; chmod 755 /home/{user}")
        self.prepare(machine)

    def prepare(self, machine: Machine) -> None:
        """Configure what stands behind Postfix."""

    def start(self, machine: Machine) -> None:
        """Start what stands behind Postfix, then Postfix."""
        self.start_behind(machine)
        machine.sh("postfix start 2>&1")
        machine.wait_greeting(25)

    def start_behind(self, machine: Machine) -> None:
        """Start what stands behind Postfix; nothing where Postfix runs it for each mail."""


def question(name: str, to: str, subject: str = "question about =?utf-8?q?caf=C3=A9?=", body: str = "hi") -> bytes:
    """Compose a mail that a person might write to somebody, by name in its To field."""
    lines = (
        f"From: Some One <{name}@origin.example>",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: <{name}@mail.origin.example>",
        "References: <first@origin.example> <second@lab.example>",
        "Date: Mon, 06 Jan 2025 10:11:12 +0100",
        "",
        body,
        "",
    )
    return "\r\n".join(lines).encode()
