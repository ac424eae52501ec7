"""DragonFly Mail Agent: no daemon and no SMTP in; it gives up after five days, so the queue files are made older."""

from corpus.lab.machine import Machine
from corpus.lab.mails import Mail, Outcome
from corpus.lab.roots import Recipe
from corpus.lab.server import Server
from corpus.lab.submission import inject

from .common import local

ALIASES = """
tonx: nobody@nxdomain.example
toremote: unknown@dest.example
tolist: unknown@dest.example, alice
postmaster: pm@origin.example
"""
# MAX_TIMEOUT of dma.h: it compares the times of the files.
GIVE_UP = "find /var/spool/dma -type f -exec touch -d '6 days ago' {} +; timeout 60 dma -q; true"
AT_ONCE = 20  # each keeps its process until the mail is gone or a retry is due


class Dma(Server):
    """dma of Debian."""

    name = "dma"
    recipe = Recipe("dma", ("dma",))
    queue = "find /var/spool/dma -name 'Q*' | wc -l"
    unfit = {  # noqa: RUF012 (the base class says that it is not changed)
        "d-hang|r-hangrcpt|d-dnstimeout": "its time limits of minutes are compiled in",
        "d-loop": "it takes no mail by SMTP, so nothing can come back to it",
        "dsn-.*": "its sendmail(1) knows no NOTIFY, RET or ENVID",
        "b-huge|m-samedomain50": "a notice like that of the others, only long",
    }
    scenarios = (
        local("unknown", "nosuchuser"),
        local("unknown2", "nosuchuser@mail.lab.example"),
        *(local(name, name) for name in ("perm", "tonx", "toremote", "tolist")),
    )

    def configure(self, machine: Machine) -> None:
        """Write its configuration and the aliases, and a mailbox that is a folder."""
        machine.write("/etc/dma/dma.conf", "MAILNAME /etc/mailname\n")
        machine.write("/etc/aliases", ALIASES)
        machine.users("alice")
        machine.sh("useradd perm; mkdir -p /var/mail/perm; install -d -g mail -m 2775 /var/spool/dma")

    def start(self, machine: Machine) -> None:
        """Nothing runs until a mail is handed over."""

    def deliver(self, machine: Machine, mails: list[Mail]) -> list[Outcome]:
        """Inject; what waits for a retry when the time is up stays in the queue."""
        command = "timeout 4 dma -D -i -f {sender} {recipients}; test $? = 0 -o $? = 124"
        return inject(machine, mails, command, at_once=AT_ONCE)

    def afterwards(self, machine: Machine) -> None:
        """Let what still waits expire."""
        machine.sh(GIVE_UP)


SERVERS = (Dma(),)
