"""Dovecot behind Postfix, as dovecot-lda(1) and by LMTP, with Pigeonhole Sieve and quota."""

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import scenario

from .common import local
from .front import BehindPostfix, question
from .sieve import QUESTIONS, SCRIPTS, scenarios_of

CONFIGURATION = """
protocols = lmtp
listen = 127.0.0.1
hostname = mail.lab.example
postmaster_address = postmaster@lab.example
mail_location = maildir:~/Maildir
log_path = /var/log/dovecot.log
auth_mechanisms = plain
auth_username_format = %n
ssl = no
sendmail_path = /usr/sbin/sendmail
mail_plugins = quota
quota_full_tempfail = no
lda_mailbox_autocreate = no
rejection_subject = Rejected: %s
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = passwd
}
service lmtp {
  unix_listener lmtp {
    mode = 0666
  }
}
service auth {
  unix_listener auth-userdb {
    mode = 0666
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
protocol lda {
  mail_plugins = quota sieve
}
protocol lmtp {
  mail_plugins = quota sieve
  auth_username_format = %n
}
plugin {
  quota = maildir:User quota
  quota_rule = *:bytes=2K
  quota_grace = 0
  quota_max_mail_size = 300K
  sieve = file:~/sieve;active=~/.dovecot.sieve
  sieve_vacation_min_period = 0
  sieve_extensions = +vacation-seconds +editheader
}
"""
OWN = {
    "vacfrom": (
        'require "vacation"; vacation :from "Al Ice <alias.ice@lab.example>" :addresses ["alias.ice@lab.example"] '
        ':handle "x" "Abwesend bis 3. Maerz";'
    ),
    "redircopy": 'require "copy"; redirect :copy "nobody@nxdomain.example";',
    "notify": 'require "enotify"; notify :message "You have new mail" "mailto:sievenotify@origin.example";',
    "badscript": "this is not sieve at all",
    "env": 'require ["envelope","reject"]; if envelope :is "from" "x" { keep; } else { reject "envelope not x"; }',
}
PEOPLE = SCRIPTS | OWN | dict.fromkeys(("full", "alice", "big"), "")
PREPARE = r"""
su full -c 'mkdir -p ~/Maildir/new ~/Maildir/cur ~/Maildir/tmp; head -c 2040 /dev/zero | tr "\0" x > ~/Maildir/new/1.x.y,S=2040'
install -m 666 /dev/null /var/log/dovecot.log
"""
ALIASED = "l-vacalias"


class DovecotLda(BehindPostfix):
    """dovecot-lda of Debian, called by Postfix's local(8)."""

    name = "dovecot-lda"
    recipe = Recipe("dovecot", ("dovecot-core", "dovecot-lmtpd", "dovecot-sieve", "dovecot-managesieved", "postfix"))
    postfix = 'mailbox_command = /usr/lib/dovecot/dovecot-lda -f "$SENDER" -a "$RECIPIENT"\n'
    aliases = "alias.ice: vacfrom\n"
    dotfile = ".dovecot.sieve"
    people = PEOPLE
    connections = 3
    scenarios = (
        *scenarios_of(list(PEOPLE)),
        local("nouser", "nosuchuser@lab.example"),
        scenario("l-full-8bit", "full@lab.example", message="8bit"),
        scenario("l-toobig", "big@lab.example", message="huge"),
        scenario(ALIASED, "alias.ice@lab.example"),
    )
    contents = QUESTIONS | {ALIASED: question(ALIASED, "alias.ice@lab.example")}

    def prepare(self, machine: Machine) -> None:
        """Write the configuration, and fill a mailbox."""
        machine.write("/etc/dovecot/dovecot.conf", CONFIGURATION)
        machine.sh(PREPARE)

    def start_behind(self, machine: Machine) -> None:
        """Start Dovecot."""
        machine.spawn("dovecot -F")
        machine.wait(lambda: machine.run("test -S /run/dovecot/lmtp").returncode == 0, 20, "Dovecot")


class DovecotLmtp(DovecotLda):
    """The same by LMTP: refusals are in the dialogue, and Postfix writes the notices."""

    name = "dovecot-lmtp"
    postfix = "mailbox_transport = lmtp:unix:/run/dovecot/lmtp\nlmtp_destination_recipient_limit = 20\n"


SERVERS = (DovecotLda(), DovecotLmtp())
