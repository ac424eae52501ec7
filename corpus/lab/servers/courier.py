"""Courier: courier(8), esmtpd(8) and local delivery to Maildirs by .courier files."""

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import scenario, to
from corpus.lab.server import Server

from .common import EXIT_CODES, FAILING_PROGRAM, add_failing_program, local

SETTINGS = {
    "me": "mail.lab.example",
    "defaultdomain": "lab.example",
    "locals": "lab.example\nmail.lab.example\nlocalhost",
    "esmtpacceptmailfor": "lab.example",
    "queuetime": "14s",
    "warntime": "4s",
    "retryalpha": "2",
    "retrybeta": "3",
    "retrygamma": "2",
    "retrymaxdelta": "1",
    "esmtpdelay": "1",
    "esmtptimeout": "3",
    "esmtptimeoutconnect": "2",
    "esmtptimeouthelo": "3",
    "esmtptimeoutdata": "4",
    "esmtptimeoutkeepalive": "0",
    "esmtptimeoutquit": "2",
    "sizelimit": "6000000",
    "dsnfrom": '"Courier mail server at mail.lab.example" <@>',
    "queuelo": "2000",
    "queuehi": "4000",
    "queuefill": "2",
    "submitdelay": "0",
}
ALIASES = """\
toremote: unknown@dest.example
tonx: nobody@nxdomain.example
tolist: unknown@dest.example, ok@nodsn.example, alice
aloop1: aloop2
aloop2: aloop1
postmaster: pm@origin.example
root: postmaster
mailer-daemon: postmaster
"""
# It writes no notice at all for mail that came by SMTP unless ESMTP_BLOCKBACKSCATTER is empty.
BUILD = r"""
cd /etc/courier
rm -rf smtpaccess; mkdir smtpaccess; printf '127\tallow,RELAYCLIENT\n' > smtpaccess/default
sed -i 's/^TARPIT=.*/TARPIT=0/; s/^MAXPERIP=.*/MAXPERIP=40/; s/^MAXPERC=.*/MAXPERC=40/; s/^BOFHCHECKDNS=.*/BOFHCHECKDNS=0/
  s/^PORT=.*/PORT=25/; /^ADDRESS=/d' esmtpd
echo ADDRESS=127.0.0.1 >> esmtpd
sed -i 's#^ESMTP_BLOCKBACKSCATTER=.*#ESMTP_BLOCKBACKSCATTER=""#' courierd
mkdir -p /run/courier/authdaemon; chown -R courier:courier /run/courier
makealiases; makesmtpaccess; makehosteddomains; makeacceptmailfor
"""
QUOTA = r"""
su full -c 'maildirmake.courier -q 2000S ~/Maildir; head -c 1990 /dev/zero | tr "\0" x > ~/Maildir/new/1.x.y,S=1990'
su alice -c 'maildirmake.courier ~/Maildir'
"""
START = "courierfilter start; courier start; esmtpd start"
RUN_QUEUE = "for turn in 1 2 3 4 5; do courier flush; sleep 3; done"
SENDMAIL = r"""
printf 'From: x@origin.example\nTo: unknown@dest.example\nSubject: x\n\nbody\n' \
  | sendmail -f v-cmdline@origin.example unknown@dest.example ok@nodsn.example nosuchuser@lab.example
true
"""
FORWARDS = {
    "nocmd": "|/no/such/command",
    "sig": "|kill -9 $$",
    "dfwd": "!unknown@dest.example",
    "floop": "!floop@lab.example",
    "perm": "./NoSuchDir/Maildir",
} | {f"ex{code}": f"|{FAILING_PROGRAM} {code}" for code in EXIT_CODES}
LOCAL = "sig nocmd dfwd floop aloop1 toremote tonx tolist perm"


class Courier(Server):
    """courier-mta of Debian."""

    name = "courier"
    recipe = Recipe("courier", ("courier-mta",))
    queue = "find /var/lib/courier/msgs -name 'C*' | wc -l"
    nudge = "courier flush"
    silence = 16
    scenarios = (
        local("unknown", "nosuchuser@lab.example"),
        scenario("l-success", to("alice@lab.example", "SUCCESS"), parameters="ENVID=loc1"),
        scenario("l-quota", "full@lab.example", message="attach"),
        scenario(
            "l-notifymix",
            to("alice@lab.example", "SUCCESS,FAILURE"),
            to("ex67@lab.example", "SUCCESS,FAILURE", "rfc822;nosuch2@lab.example"),
            to("ok@nodsn.example", "SUCCESS"),
            to("tolist@lab.example", "SUCCESS,FAILURE"),
            parameters="RET=HDRS ENVID=mix2",
        ),
        *(local(name) for name in LOCAL.split()),
        *(local(f"ex{code}") for code in EXIT_CODES),
    )

    def configure(self, machine: Machine) -> None:
        """Write one file a setting, a .courier file a local user, and the tables."""
        for name, value in SETTINGS.items():
            machine.write(f"/etc/courier/{name}", f"{value}\n")
        machine.write("/etc/courier/aliases/system", ALIASES)
        add_failing_program(machine)
        machine.users("alice", "full", *FORWARDS)
        for user, forward in FORWARDS.items():
            machine.write(f"/home/{user}/.courier", f"{forward}\n", mode=0o600)
            machine.sh(f"chown {user}: /home/{user}/.courier")
        machine.sh(QUOTA + BUILD)

    def start(self, machine: Machine) -> None:
        """Start the four daemons."""
        machine.sh(START)
        machine.spawn("/usr/sbin/authdaemond start")
        machine.wait_greeting(25)

    def afterwards(self, machine: Machine) -> None:
        """Run the queue, and hand one mail to sendmail(1)."""
        machine.sh(RUN_QUEUE + SENDMAIL)


SERVERS = (Courier(),)
