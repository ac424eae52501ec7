"""OpenSMTPD: retries and expiry are slow by nature, so the queue is run by hand."""

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import scenario, to
from corpus.lab.server import Server

from .common import EXIT_CODES, add_failing_program, failing_aliases, local

CONFIGURATION = """
queue ttl 20s
bounce warn-interval 6s
smtp max-message-size 6M
mta limit max-failures-per-session 1000
mta limit session-transaction-delay 0
mta limit max-conn-per-host 20
mta limit max-conn-per-route 20
mta limit conn-delay-host 0
mta limit conn-delay-source 0
mta limit conn-delay-route 0
mta limit reconn-delay-route 0
mta limit conn-delay-connector 0
mta limit conn-delay-relay 0
mta limit conn-delay-domain 0
mta limit task-hiwat 2000
mta limit task-lowat 1000
mta limit task-release 1000
table aliases file:/etc/aliases
table lmtp-users { "@lmtp.example" = "vmail" }
listen on 127.0.0.1 port 25
action "local" mbox alias <aliases>
action "lmtp" lmtp "127.0.0.2:24" rcpt-to virtual <lmtp-users>
action "relay" relay helo mail.lab.example
action "relay-tls" relay host smtp+tls://127.0.0.2 helo mail.lab.example
match from any for domain "lmtp.example" action "lmtp"
match from any for domain "tlsmust.example" action "relay-tls"
match from any for domain { "lab.example", "mail.lab.example" } action "local"
match from any for any action "relay"
"""
ALIASES = f"""{failing_aliases()}err4: error:421 temporarily closed
err5: error:550 this account moved away
"""
SENDMAIL = r"""
printf 'From: x@origin.example\nTo: unknown@dest.example\nSubject: x\n\nbody\n' \
  | sendmail -f v-cmdline@origin.example unknown@dest.example ok@nodsn.example
"""
LOCAL = "perm sig nocmd nofile aloop1 noinc toremote tonx tolist err4 err5"

SCENARIOS = (
    local("unknown", "nosuchuser@lab.example"),
    scenario("l-success", to("alice@lab.example", "SUCCESS"), parameters="ENVID=loc1"),
    scenario("l-lmtp", *(f"{name}@lmtp.example" for name in ("unknown", "quotadot", "virus", "ok", "gmail-nouser"))),
    local("tlsmust", "ok@tlsmust.example"),
    scenario(
        "l-notifymix",
        to("alice@lab.example", "SUCCESS,FAILURE"),
        to("perm@lab.example", "SUCCESS,FAILURE", "rfc822;nosuch2@lab.example"),
        to("ok@nodsn.example", "SUCCESS"),
        parameters="RET=HDRS ENVID=mix2",
    ),
    *(local(name) for name in LOCAL.split()),
    *(local(f"ex{code}") for code in EXIT_CODES),
)


class OpenSmtpd(Server):
    """OpenSMTPD of Debian."""

    name = "opensmtpd"
    recipe = Recipe("opensmtpd", ("opensmtpd",))
    queue = "smtpctl show queue | wc -l"
    # A host that refused ten mails in a session is left alone for a while, longer each time.
    nudge = "smtpctl show routes | cut -d. -f1 | xargs -r -n 1 smtpctl resume route; smtpctl schedule all"
    silence = 45
    limit = 100
    unfit = {  # noqa: RUF012 (the base class says that it is not changed)
        "d-tlsgarbage": "version 6.8 dies of it (io_start_tls)",
        "d-hang|r-hangrcpt": "its time limit of five minutes is compiled in",
        "d-loop": "it goes round until there are a hundred Received fields, which takes minutes",
    }
    scenarios = SCENARIOS

    def configure(self, machine: Machine) -> None:
        """Write the configuration, the aliases, and a mailbox that is a folder."""
        machine.write("/etc/smtpd.conf", CONFIGURATION)
        machine.write("/etc/aliases", ALIASES)
        add_failing_program(machine)
        machine.users("alice", "vmail")
        machine.sh("useradd perm; mkdir -p /var/mail/perm; smtpd -n")

    def start(self, machine: Machine) -> None:
        """Start smtpd(8)."""
        machine.spawn("smtpd -d")
        machine.wait_greeting(25)

    def afterwards(self, machine: Machine) -> None:
        """Hand one mail to sendmail(1)."""
        machine.sh(SENDMAIL)


SERVERS = (OpenSmtpd(),)
