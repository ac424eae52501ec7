"""Dovecot behind Postfix, as dovecot-lda(1) and by LMTP, with Pigeonhole Sieve and quota."""

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import scenario

from .common import local
from .front import BehindPostfix, question
from .sieve import QUESTIONS, SCRIPTS, scenarios_of

# Who may ask, in the words of either version.
SERVICES = """
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
"""
VERSION_2_3 = """
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
# The same in the language of 2.4, whose quota counts what is in its index; a cleartext password is no matter on loopback.
VERSION_2_4 = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = lmtp
listen = 127.0.0.1
hostname = mail.lab.example
postmaster_address = postmaster@lab.example
mail_driver = maildir
mail_path = ~/Maildir
log_path = /var/log/dovecot.log
auth_mechanisms = plain
auth_username_format = %{user | username}
ssl = no
sendmail_path = /usr/sbin/sendmail
quota_full_tempfail = no
quota_storage_grace = 0
quota_mail_size = 300K
lda_mailbox_autocreate = no
rejection_subject = Rejected: %{subject}
sieve_vacation_min_period = 0
mail_plugins {
  quota = yes
}
quota "User quota" {
  driver = maildir
  storage_size = 2K
}
passdb static {
  fields {
    nopassword = yes
  }
}
userdb passwd {
}
protocol lda {
  mail_plugins {
    sieve = yes
  }
}
protocol lmtp {
  auth_username_format = %{user | username}
  mail_plugins {
    sieve = yes
  }
}
sieve_script personal {
  driver = file
  path = ~/sieve
  active_path = ~/.dovecot.sieve
}
sieve_extensions {
  vacation-seconds = yes
  editheader = yes
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


def write_configuration(machine: Machine, old: str, new: str) -> None:
    """Write dovecot.conf: the old text up to version 2.3, the new one for later ones, which do not understand it."""
    is_old = machine.sh("dovecot --version").startswith("2.3")
    machine.write("/etc/dovecot/dovecot.conf", old if is_old else new)


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
        write_configuration(machine, VERSION_2_3 + SERVICES, VERSION_2_4 + SERVICES)
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
