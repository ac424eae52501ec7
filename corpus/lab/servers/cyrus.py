"""Cyrus behind Postfix by LMTP, with Sieve and quota; a first mail to each user makes his mailbox."""

import time

from corpus.lab.machine import Machine
from corpus.lab.mails import Mail, Outcome, mail_of
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import scenario
from corpus.lab.submission import send

from .common import local
from .front import BehindPostfix
from .sieve import QUESTIONS, SCRIPTS, scenarios_of

SERVICES = """\
START {
 recover cmd="/usr/sbin/cyrus ctl_cyrusdb -r"
}
SERVICES {
 lmtpunix cmd="lmtpd" listen="/run/cyrus/socket/lmtp" prefork=0 maxchild=20
}
EVENTS {
}
"""
# An option without a value stops its master.
CONFIGURATION = """\
configdirectory: /var/lib/cyrus
proc_path: /run/cyrus/proc
mboxname_lockpath: /run/cyrus/lock
defaultpartition: default
partition-default: /var/spool/cyrus/mail
altnamespace: no
unixhierarchysep: no
lmtp_downcase_rcpt: yes
autocreate_quota: 40
autocreate_post: yes
autocreate_users: anyone
sieveusehomedir: false
sievedir: /var/spool/sieve
lmtpsocket: /run/cyrus/socket/lmtp
idlesocket: /run/cyrus/socket/idle
notifysocket: /run/cyrus/socket/notify
syslog_prefix: cyrus
servername: mail.lab.example
postmaster: postmaster@lab.example
sendmail: /usr/sbin/sendmail
reject8bit: no
sasl_pwcheck_method: auxprop
"""
OWN = {"redirdsn": 'require "redirect-dsn"; redirect :notify "success,failure" :ret "HDRS" "unknown@dest.example";'}
USERS = SCRIPTS | OWN | dict.fromkeys(("full", "alice"), "")
FOLDERS = """
mkdir -p /var/lib/cyrus /var/spool/cyrus/mail /run/cyrus/proc /run/cyrus/lock /run/cyrus/socket /root/sieve
chown -R cyrus:mail /var/lib/cyrus /var/spool/cyrus /run/cyrus; chmod 755 /run/cyrus /run/cyrus/socket /root
su -s /bin/sh cyrus -c '/usr/sbin/cyrus makedirs'
adduser postfix mail
"""
# Where it looks for scripts is named after an id that the mailbox gets when it is made.
SCRIPTS_IN_PLACE = """
for script in /root/sieve/*; do
  folder=$(su -s /bin/sh cyrus -c "/usr/lib/cyrus/bin/mbpath -S user.${script##*/}")
  mkdir -p "$folder" && cp "$script" "$folder/s.script" && /usr/lib/cyrus/bin/sievec "$folder/s.script" "$folder/s.bc"
  ln -sf s.bc "$folder/defaultbc"; chown -R cyrus:mail "$folder"
done
true
"""
WARM_UP = 5.0


class Cyrus(BehindPostfix):
    """cyrus-imapd of Debian."""

    name = "cyrus"
    recipe = Recipe("cyrus", ("cyrus-imapd", "cyrus-admin", "sasl2-bin", "postfix"))
    postfix = "mailbox_transport = lmtp:unix:/run/cyrus/socket/lmtp\n"
    people = dict.fromkeys(USERS, "")
    scenarios = (
        *scenarios_of(list(USERS)),
        scenario("l-toobig", "alice@lab.example", message="big"),
        local("plus", "alice+nosuch@lab.example"),
        local("badchar", "no*such%user@lab.example"),
        scenario("l-8bithdr", "alice@lab.example", message="raw8"),
    )
    contents = QUESTIONS

    def prepare(self, machine: Machine) -> None:
        """Write the configuration and the scripts."""
        machine.write("/etc/cyrus.conf", SERVICES)
        machine.write("/etc/imapd.conf", CONFIGURATION)
        machine.sh(FOLDERS)
        machine.unpack("/root/sieve", {user: f"{script}\n".encode() for user, script in USERS.items() if script})

    def start_behind(self, machine: Machine) -> None:
        """Start its master."""
        machine.spawn("/usr/sbin/cyrmaster")
        machine.wait(lambda: machine.run("test -S /run/cyrus/socket/lmtp").returncode == 0, 30, "Cyrus")
        machine.sh("chmod 777 /run/cyrus/socket/lmtp")

    def deliver(self, machine: Machine, mails: list[Mail]) -> list[Outcome]:
        """Make the mailboxes, put the scripts into place, then send."""
        first = [
            mail_of(scenario(f"warm-{user}", f"{user}@lab.example", sender="warm-up@dest.example")) for user in USERS
        ]
        send(machine, first, connections=self.connections)
        time.sleep(WARM_UP)
        machine.sh(SCRIPTS_IN_PLACE)
        return super().deliver(machine, mails)


SERVERS = (Cyrus(),)
