"""nullmailer: a relay-only agent, so all scenarios of a domain's DNS or of other hosts are beyond it."""

from corpus.lab.machine import Machine
from corpus.lab.mails import Mail, Outcome
from corpus.lab.roots import Recipe
from corpus.lab.server import Server
from corpus.lab.submission import inject

SETTINGS = {
    "remotes": "127.0.0.2 smtp",
    "me": "mail.lab.example",
    "defaultdomain": "lab.example",
    "defaulthost": "lab.example",
    "helohost": "mail.lab.example",
    "pausetime": "2",
    "maxpause": "2",
    "queuelifetime": "12",
    "sendtimeout": "5",
    "doublebounceto": "dbl@origin.example",
}
SPOOL = """
rm -f /etc/nullmailer/adminaddr
test -p /var/spool/nullmailer/trigger || mkfifo -m 622 /var/spool/nullmailer/trigger
chown -R mail:mail /var/spool/nullmailer
"""


class Nullmailer(Server):
    """nullmailer of Debian."""

    name = "nullmailer"
    recipe = Recipe("nullmailer", ("nullmailer",))
    queue = "find /var/spool/nullmailer/queue -type f | wc -l"
    silence = 20
    limit = 150
    unfit = {  # noqa: RUF012 (the base class says that it is not changed)
        "d-.*": "it sends all mail to one host",
        "r-hangrcpt": "it would hold up the whole queue",
    }

    def configure(self, machine: Machine) -> None:
        """Write one file a setting, and prepare the spool."""
        for name, value in SETTINGS.items():
            machine.write(f"/etc/nullmailer/{name}", f"{value}\n")
        machine.sh(SPOOL)

    def start(self, machine: Machine) -> None:
        """Start the sending daemon."""
        machine.spawn("start-stop-daemon --start --chuid mail --exec /usr/sbin/nullmailer-send")

    def deliver(self, machine: Machine, mails: list[Mail]) -> list[Outcome]:
        """Inject by its sendmail(1)."""
        return inject(machine, mails, "sendmail -i -f {sender} {recipients}")


SERVERS = (Nullmailer(),)
