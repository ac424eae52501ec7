"""Sendmail: sendmail.cf by m4; what is not delivered after 14 s comes back."""

from corpus.lab.machine import Machine
from corpus.lab.mails import Mail, Outcome
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import scenario, to
from corpus.lab.server import Server
from corpus.lab.submission import inject

from .common import EXIT_CODES, add_failing_program, failing_aliases, local

SETTINGS = """
DOMAIN_NAME mail.lab.example
TO_QUEUERETURN 14s
TO_QUEUEWARN 4s
TO_QUEUERETURN_DSN 14s
TO_QUEUEWARN_DSN 30s
TO_INITIAL 3s
TO_CONNECT 3s
TO_ICONNECT 3s
TO_HELO 3s
TO_MAIL 3s
TO_RCPT 3s
TO_DATAINIT 3s
TO_DATAFINAL 5s
TO_RSET 3s
TO_QUIT 3s
TO_RESOLVER_RETRANS 2s
TO_RESOLVER_RETRY 1
TO_RESOLVER_RETRANS_FIRST 2s
TO_RESOLVER_RETRY_FIRST 1
MIN_QUEUE_AGE 1s
MAX_QUEUE_CHILDREN 20
MAX_DAEMON_CHILDREN 80
QUEUE_LA 100
REFUSE_LA 200
DELAY_LA 0
CONNECTION_RATE_THROTTLE 0
BAD_RCPT_THROTTLE 0
DONT_PROBE_INTERFACES True
COPY_ERRORS_TO errcopy@origin.example
DOUBLE_BOUNCE_ADDRESS double-bounce@origin.example
MAX_MESSAGE_SIZE 6000000
MAX_HOP 25
DELIVERY_MODE background
LOG_LEVEL 9
NO_RCPT_ACTION none
PRIVACY_FLAGS
"""
# Debian's privacy flags contain nobodyreturn, its local mailer is procmail, and its shell does not run our program.
MC = """divert(0)dnl
OSTYPE(`debian')dnl
DOMAIN(`debian-mta')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
{settings}define(`LOCAL_SHELL_PATH', `/bin/sh')dnl
define(`LOCAL_MAILER_PATH', `/usr/libexec/sendmail/mail.local')dnl
define(`LOCAL_MAILER_ARGS', `mail.local -l -b')dnl
define(`LOCAL_MAILER_FLAGS', `PSXmnz9')dnl
define(`LOCAL_MAILER_DSN_DIAGNOSTIC_CODE', `SMTP')dnl
define(`ALIAS_FILE', `/etc/mail/aliases')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`accept_unqualified_senders')dnl
FEATURE(`mailertable', `hash -o /etc/mail/mailertable')dnl
FEATURE(`virtusertable', `hash -o /etc/mail/virtusertable')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA, Port=smtp, Addr=127.0.0.1')dnl
LOCAL_CONFIG
Cwlab.example virt.example
MAILER_DEFINITIONS
MAILER(`local')dnl
MAILER(`smtp')dnl
"""
MAILERTABLE = """\
err.example	error:5.7.1:550 administratively prohibited by mailertable
err4.example	error:4.3.5:451 held by administrator
noenh.example	error:nohost no such host today
unavail.example	error:unavailable:553 service unavailable
"""
VIRTUSERTABLE = """\
bad@virt.example	error:nouser 550 No such user in virtusertable
disabled@virt.example	error:5.2.1:550 Mailbox disabled
@virt.example	unknown@dest.example
"""
ALIASES = f"""{failing_aliases()}errinc: ":include:/etc/mail/errinc"
badalias: "this is <not a valid@@ address"
owner-olist: olistowner@origin.example
olist: unknown@dest.example, ok@dest.example
closed: "error:5.1.6 This account moved to new@dest2.example"
MAILER-DAEMON: postmaster
"""
BUILD = """
cd /etc/mail
m4 /usr/share/sendmail/cf/m4/cf.m4 lab.mc > sendmail.cf
for table in mailertable virtusertable; do makemap hash $table < $table; done
mkdir -p /var/mail/perm /run/sendmail/mta /run/sendmail/msp
chown smmta:smmsp /run/sendmail/mta
newaliases
"""
OTHER_WAYS = r"""
printf 'From: x@origin.example\nTo: unknown@dest.example\nSubject: x\n\nbody\n' \
  | sendmail -Am -f v-cmdline@origin.example -V env77 -N success,failure,delay -R hdrs unknown@dest.example ok@nodsn.example
printf 'To: broken address@@x, nosuch@lab.example\nSubject: syntax\n\nbody\n' | sendmail -Am -t -oem -f v-badaddr@origin.example
(printf 'Subject: big\nTo: ok@dest.example\n\n'; head -c 7000000 /dev/zero | tr '\0' x | fold -w 70) \
  | sendmail -Am -oem -f v-toobig@origin.example ok@dest.example
sendmail -Am -bv -f v-probe@origin.example unknown@dest.example nosuch@lab.example
printf 'Subject: verbose\n\nbody\n' | sendmail -Am -v -f v-local@origin.example nosuch@lab.example
true
"""
LOCAL = "perm sig nocmd nofile aloop1 noinc errinc toremote tonx badalias tolist olist closed"

SCENARIOS = (
    local("unknown", "nosuchuser@lab.example"),
    scenario("l-success", to("alice@lab.example", "SUCCESS"), parameters="ENVID=loc1"),
    local("mterr", "x@err.example"),
    local("mterr4", "x@err4.example"),
    local("mtnohost", "x@noenh.example"),
    local("mtunavail", "x@unavail.example"),
    local("virtbad", "bad@virt.example"),
    local("virtdisabled", "disabled@virt.example"),
    scenario("l-virtremote", to("any@virt.example", "SUCCESS,FAILURE", "rfc822;any@virt.example")),
    scenario(
        "l-notifymix",
        to("alice@lab.example", "SUCCESS,FAILURE"),
        to("nosuchuser@lab.example", "SUCCESS,FAILURE", "rfc822;nosuch2@lab.example"),
        to("ok@nodsn.example", "SUCCESS"),
        to("tolist@lab.example", "SUCCESS,FAILURE"),
        to("greylist@dest.example", "SUCCESS,DELAY"),
        parameters="RET=HDRS ENVID=mix2",
    ),
    scenario("l-expanded", to("tolist@lab.example", "SUCCESS")),
    scenario("l-receipt", "alice@lab.example", message="mdnreq"),
    *(local(name) for name in LOCAL.split()),
    *(local(f"ex{code}") for code in EXIT_CODES),
)


class Sendmail(Server):
    """Sendmail of Debian."""

    name = "sendmail"
    recipe = Recipe("sendmail", ("sendmail-bin", "sendmail-cf", "m4"))
    queue = "find /var/spool/mqueue -name '[hq]f*' | wc -l"
    scenarios = SCENARIOS
    settings = ""
    """More lines like those of SETTINGS."""

    def configure(self, machine: Machine) -> None:
        """Write the tables and build sendmail.cf."""
        rows = [line.partition(" ") for line in (SETTINGS + self.settings).splitlines() if line]
        settings = "".join(f"define(`conf{name}', `{value}')dnl\n" for name, _, value in rows)
        machine.write("/etc/mail/lab.mc", MC.replace("{settings}", settings))
        machine.write("/etc/mail/local-host-names", "lab.example\nvirt.example\n")
        machine.write("/etc/mail/mailertable", MAILERTABLE)
        machine.write("/etc/mail/virtusertable", VIRTUSERTABLE)
        machine.write("/etc/mail/aliases", ALIASES)
        machine.write("/etc/mail/errinc", "unknown@dest.example\nnobody@nxdomain.example\n")
        add_failing_program(machine)
        machine.users("alice")
        machine.sh("useradd perm; chmod 755 /home/alice" + BUILD)

    def start(self, machine: Machine) -> None:
        """Start the daemon, which runs the queue every two seconds."""
        machine.sh("sendmail -L sm-mta -bd -q2s")
        machine.wait_greeting(25)

    def deliver(self, machine: Machine, mails: list[Mail]) -> list[Outcome]:
        """Send; what is refused within SMTP for a local reason goes through sendmail(1), which has to write a notice."""
        outcomes = {one.name: one for one in super().deliver(machine, mails)}
        refused = [mail for mail in mails if mail.name.startswith("l-") and not outcomes[mail.name].accepted]
        injected = inject(machine, refused, "sendmail -Am -i -oem -f {sender} {recipients}; true")
        return list((outcomes | {one.name: one for one in injected}).values())

    def afterwards(self, machine: Machine) -> None:
        """Provoke the notices of sendmail(8) itself: bad addresses, too big, probes."""
        machine.sh(OTHER_WAYS)


class SendmailPlain(Sendmail):
    """Sendmail as it was before MIME: one text, with the transcript and the message in it."""

    name = "sendmail-plain"
    settings = "MIME_FORMAT_ERRORS False\n"


class SendmailNoBody(Sendmail):
    """Sendmail with an introduction of one's own that returns the header only."""

    name = "sendmail-nobody"
    settings = "ERROR_MESSAGE /etc/mail/error-header\nPRIVACY_FLAGS nobodyreturn\n"

    def configure(self, machine: Machine) -> None:
        """Write the introduction as well."""
        super().configure(machine)
        machine.write(
            "/etc/mail/error-header", "Your message was not delivered. Ask postmaster@lab.example for help.\n"
        )


SERVERS = (Sendmail(), SendmailPlain(), SendmailNoBody())
