"""fetchmail: polls a POP3 server (Dovecot) and hands the mail to a host that refuses it; its own bounces leave by Postfix."""

from corpus.lab.machine import Machine
from corpus.lab.mails import Mail, Outcome
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import scenario

from .dovecot import write_configuration
from .front import BehindPostfix

VERSION_2_3 = """
protocols = pop3
listen = 127.0.0.1
mail_location = maildir:/home/fm/%u/Maildir
log_path = /var/log/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
first_valid_uid = 100
passdb {
 driver = static
 args = nopassword=y
}
userdb {
 driver = static
 args = uid=fm gid=fm home=/home/fm/%u
}
"""
VERSION_2_4 = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = pop3
listen = 127.0.0.1
mail_driver = maildir
mail_path = /home/fm/%{user}/Maildir
log_path = /var/log/dovecot.log
ssl = no
auth_allow_cleartext = yes
auth_mechanisms = plain
first_valid_uid = 100
passdb static {
  fields {
    nopassword = yes
  }
}
userdb static {
  fields {
    uid = fm
    gid = fm
    home = /home/fm/%{user}
  }
}
"""
HEAD = """\
set no syslog
set postmaster "pm@origin.example"
set bouncemail
set spambounce
set no softbounce
"""
POLL = (
    'poll 127.0.0.1 via 127.0.0.1 proto pop3 no dns auth password user "{user}" pass "x" to "{to}" here '
    'smtphost "{host}" smtpaddress "{domain}" no rewrite fetchall sslproto ""\n'
)
NEXT = ("127.0.0.2", "dest.example")
ELSEWHERE = {"mail550": ("127.0.0.20", "mail550.example"), "small": ("127.0.0.14", "small.example")}
REFUSALS = [
    "unknown",
    "gmail-nouser",
    "quota552",
    "quotadot",
    "spamhaus",
    "virus",
    "gmail-spam",
    "toolarge",
    "relaydenied",
    "noenh",
    "moved551",
    "utf8",
    "lines20",
    "authreq",
    "mail550",
    "small",
    "conflict54",
    "bare550",
]
# It allows one entry for a server's name, so each user has a file of his own.
FETCH = "for file in /root/fetch/*; do chmod 600 $file; timeout 15 fetchmail -f $file --pidfile /tmp/fm.pid; done; true"


class Fetchmail(BehindPostfix):
    """fetchmail of Debian."""

    name = "fetchmail"
    recipe = Recipe("fetchmail", ("fetchmail", "dovecot-pop3d", "postfix"))
    people = {"fm": ""}  # noqa: RUF012
    scenarios = tuple(
        scenario(f"l-{name}", f"{name}@lab.example", message="attach" if name == "small" else "plain")
        for name in REFUSALS
    )

    def prepare(self, machine: Machine) -> None:
        """Configure the POP3 server, and one entry of fetchmail a mail."""
        write_configuration(machine, VERSION_2_3, VERSION_2_4)
        machine.sh("install -m 666 /dev/null /var/log/dovecot.log")

    def start_behind(self, machine: Machine) -> None:
        """Start the POP3 server."""
        machine.spawn("dovecot -F")
        machine.wait_greeting(110)

    def deliver(self, machine: Machine, mails: list[Mail]) -> list[Outcome]:
        """Put each mail into a mailbox of its own, and let fetchmail take it from there."""
        entries = {}
        for number, mail in enumerate(mails):
            refusal = mail.name.removeprefix("l-")
            host, domain = ELSEWHERE.get(refusal, NEXT)
            user = f"u{number}"
            entries[user] = (HEAD + POLL.format(user=user, to=refusal, host=host, domain=domain)).encode()
            content = b"Return-Path: <%s>\n" % mail.sender.encode() + mail.content.replace(b"\r\n", b"\n")
            machine.unpack(f"/home/fm/{user}/Maildir/new", {f"1.{number}.lab": content})
            machine.sh(f"mkdir -p /home/fm/{user}/Maildir/cur /home/fm/{user}/Maildir/tmp")
        machine.unpack("/root/fetch", entries)
        machine.sh("chown -R fm: /home/fm")
        machine.sh(FETCH)
        return [Outcome(mail.name, accepted=True, said="") for mail in mails]


SERVERS = (Fetchmail(),)
