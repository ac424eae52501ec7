"""Postfix: bounce(8) writes all notices; expiry, retries and time limits shortened to seconds."""

from collections.abc import Mapping

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import Recipient, scenario, to
from corpus.lab.server import Server

from .common import EXIT_CODES, FAILING_PROGRAM, POSTFIX, add_failing_program, failing_aliases, local

MAIN = (
    POSTFIX
    + """inet_protocols = all
smtpd_relay_restrictions = permit_mynetworks, reject
delay_warning_time = 4s
maximal_queue_lifetime = 14s
bounce_queue_lifetime = 14s
smtp_helo_timeout = 2s
smtp_mail_timeout = 2s
smtp_rcpt_timeout = 2s
smtp_data_init_timeout = 3s
smtp_data_done_timeout = 4s
smtp_rset_timeout = 2s
smtp_quit_timeout = 2s
smtp_tls_security_level = may
smtp_destination_recipient_limit = 50
local_destination_concurrency_limit = 5
hopcount_limit = 50
# local(8) does not start with a limit of mailboxes below that of messages.
mailbox_size_limit = 6000000
message_size_limit = 5000000
notify_classes = bounce, 2bounce, delay, resource, software, policy, protocol, data
bounce_notice_recipient = notice-bounce@origin.example
2bounce_notice_recipient = notice-2bounce@origin.example
delay_notice_recipient = notice-delay@origin.example
error_notice_recipient = notice-error@origin.example
header_checks = regexp:/etc/postfix/header_checks
virtual_mailbox_domains = virtual.example
virtual_mailbox_base = /var/mail
virtual_mailbox_maps = inline:{ known@virtual.example=known }
virtual_alias_domains = valias.example
virtual_alias_maps = inline:{
  { multi@valias.example = unknown@dest.example, ok@nodsn.example, alice@lab.example }
  { bad@valias.example = nobody@nxdomain.example } }
transport_maps = inline:{
  { lmtp.example = lmtp:inet:127.0.0.2:24 }
  { err.example = error:5.7.1 administrative prohibition }
  { err4.example = retry:4.4.0 held for maintenance }
  { pipe.example = failpipe: }
  { tlsmust.example = smtptls:[127.0.0.2] } }
"""
)
MASTER = f"""
postconf -F '*/*/chroot=n'
postconf -Me failpipe/unix='failpipe unix - n n - - pipe user=nobody argv={FAILING_PROGRAM} ${{user}}'
postconf -Me smtptls/unix='smtptls unix - - n - - smtp -o smtp_tls_security_level=encrypt'
"""
ALIASES = f"""{failing_aliases()}owner-olist: olistowner@origin.example
olist: unknown@dest.example
"""
FULL_MAILBOX = "truncate -s 5999990 /var/mail/full"
OTHER_WAYS = """
sendmail -bv -f v-probe@origin.example unknown@dest.example ok@dest.example alice nosuchuser
printf 'Subject: x\\n\\nbody\\n' | sendmail -v -f v-verbose@origin.example -N success,failure -V env99 \
  unknown@dest.example ok@dest.example
"""

SCENARIOS = (
    local("unknown", "nosuchuser@lab.example"),
    scenario("l-quota", "full@lab.example", message="attach"),
    scenario("l-ok-success", to("alice@lab.example", "SUCCESS"), parameters="ENVID=loc1"),
    local("virtunknown", "nobody@virtual.example"),
    local("valiasunknown", "nobody@valias.example"),
    scenario("l-valias-multi", to("multi@valias.example", "SUCCESS,FAILURE")),
    scenario("l-valias-bad", to("bad@valias.example", "SUCCESS,FAILURE", "rfc822;bad@valias.example")),
    local("error", "x@err.example"),
    local("retry", "x@err4.example"),
    local("forbiddenhdr", "ok@dest.example"),
    scenario("l-lmtp", *(f"{name}@lmtp.example" for name in ("unknown", "quotadot", "virus", "ok", "gmail-nouser"))),
    scenario("l-lmtp-success", to("ok@lmtp.example", "SUCCESS")),
    local("tlsmust", "ok@tlsmust.example"),
    local("toremote"),
    scenario("l-tonx", to("tonx@lab.example", "SUCCESS,FAILURE,DELAY", "rfc822;tonx@lab.example")),
    scenario("l-tolist", to("tolist@lab.example", "SUCCESS,FAILURE")),
    scenario("l-olist", to("olist@lab.example", "SUCCESS,FAILURE")),
    local("aloop", "aloop1@lab.example"),
    *(local(name) for name in ("noinc", "nofile", "nocmd", "sig")),
    scenario("l-deliveredto", Recipient("alice@lab.example")),
    *(local(f"ex{code}") for code in EXIT_CODES),
    *(local(f"pipe{code}", f"ex{code}@pipe.example") for code in (65, 67, 69, 75, 77, 3)),
)


TEMPLATES = """\
failure_template = <<EOF
Charset: utf-8
From: MAILER-DAEMON (Mail Delivery System)
Subject: {failure_subject}
Postmaster-Subject: Postmaster: {failure_subject}

{failure}
EOF
delay_template = <<EOF
Charset: utf-8
From: MAILER-DAEMON (Mail Delivery System)
Subject: {delay_subject}
Postmaster-Subject: Postmaster: {delay_subject}

{delay}
EOF
"""
GERMAN = TEMPLATES.format(
    failure_subject="Unzustellbare Nachricht",
    failure="Dies ist das Mailsystem von $myhostname.\n\n"
    "Ihre Nachricht konnte leider nicht zugestellt werden (Empfänger unbekannt o. Ä.).\n\n"
    "                   Das Mailsystem",
    delay_subject="Verzoegerte Nachricht",
    delay="Ihre Nachricht wartet seit $delay_warning_time_hours Stunde(n) in der Warteschlange von $myhostname.",
)
JAPANESE = TEMPLATES.format(
    failure_subject="Undelivered Mail Returned to Sender (haitatsu fukanou)",
    failure="こちらは $myhostname のメールシステムです。\n\n残念ながら、あなたのメールは以下の宛先に配送できませんでした。",
    delay_subject="Delayed Mail",
    delay="あなたのメールはまだ配送されていません。",
)


class Postfix(Server):
    """Postfix of Debian."""

    name = "postfix"
    recipe = Recipe("postfix", ("postfix", "postfix-pcre"))
    queue = "find /var/spool/postfix/maildrop /var/spool/postfix/incoming /var/spool/postfix/active /var/spool/postfix/deferred -type f | wc -l"
    scenarios = SCENARIOS
    contents: Mapping[str, bytes] = {
        "l-forbiddenhdr": b"From: x@origin.example\r\nSubject: this is forbidden\r\n\r\nhi\r\n",
        "l-deliveredto": b"Delivered-To: alice@lab.example\r\nFrom: x@origin.example\r\nSubject: loop\r\n\r\nhi\r\n",
    }
    settings = ""
    """More lines of main.cf."""
    templates = ""
    """Words of notices that stand in for those compiled in."""

    def configure(self, machine: Machine) -> None:
        """Write main.cf, aliases and a full mailbox."""
        machine.write("/etc/postfix/main.cf", MAIN + self.settings)
        machine.write("/etc/postfix/bounce.cf", self.templates)
        machine.write("/etc/postfix/header_checks", "/^Subject: .*forbidden/ REJECT 5.7.1 header forbidden\n")
        machine.write("/etc/aliases", ALIASES)
        add_failing_program(machine)
        machine.users("alice", "full")
        machine.sh(MASTER + FULL_MAILBOX)

    def start(self, machine: Machine) -> None:
        """Start master(8)."""
        machine.sh("postfix check; newaliases; postfix start")
        machine.wait_greeting(25)

    def afterwards(self, machine: Machine) -> None:
        """Ask for the two kinds of delivery status report that only sendmail(1) makes."""
        machine.sh(OTHER_WAYS)


class PostfixGerman(Postfix):
    """Postfix with notices in German."""

    name = "postfix-german"
    settings = "bounce_template_file = /etc/postfix/bounce.cf\n"
    templates = GERMAN


class PostfixJapanese(Postfix):
    """Postfix with notices in Japanese that return the first 2000 bytes only."""

    name = "postfix-japanese"
    settings = "bounce_template_file = /etc/postfix/bounce.cf\nbounce_size_limit = 2000\n"
    templates = JAPANESE


SERVERS = (Postfix(), PostfixGerman(), PostfixJapanese())
