"""amavis, a content filter behind Postfix that bounces whatever it does not let pass."""

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import scenario, to

from .front import BehindPostfix

CONFIGURATION = r"""use strict;
$myhostname = 'mail.lab.example'; $mydomain = 'lab.example'; @local_domains_maps = (1);
@bypass_virus_checks_maps = (0); @bypass_spam_checks_maps = (0);
$final_virus_destiny = D_BOUNCE; $final_banned_destiny = D_BOUNCE;
$final_spam_destiny = D_BOUNCE; $final_bad_header_destiny = D_BOUNCE;
$sa_local_tests_only = 1; $sa_tag_level_deflt = -999; $sa_tag2_level_deflt = 5; $sa_kill_level_deflt = 6;
$sa_dsn_cutoff_level = 100000; $sa_quarantine_cutoff_level = 1;
$virus_admin = 'virusadmin@origin.example'; $banned_admin = 'bannedadmin@origin.example';
$spam_admin = 'spamadmin@origin.example'; $bad_header_admin = 'badhadmin@origin.example';
$warnvirusrecip = 1; $warnbannedrecip = 1; $warnbadhrecip = 1; $warn_offsite = 1;
$QUARANTINEDIR = undef; $virus_quarantine_to = undef; $banned_quarantine_to = undef;
$spam_quarantine_to = undef; $bad_header_quarantine_to = undef;
$mailfrom_notify_admin = 'amavis@lab.example'; $mailfrom_notify_recip = 'amavis@lab.example';
$hdrfrom_notify_sender = '"Content-filter at mail.lab.example" <postmaster@lab.example>';
@viruses_that_fake_sender_maps = (); @av_scanners_backup = ();
@av_scanners = (['EICAR-sh', '/usr/local/bin/eicar', '{}', [0], [1], qr/FOUND: (.+)/m]);
$notify_method = 'smtp:[127.0.0.1]:10025'; $forward_method = 'smtp:[127.0.0.1]:10025';
$max_servers = 2; $enable_db = 0; $enable_zmq = 0; $nanny_details_level = 0; $do_syslog = 1; $log_level = 1;
1;
"""
SCANNER = """#!/bin/sh
grep -rq EICAR-STANDARD "$1" || exit 0
echo 'FOUND: Eicar-Test-Signature'
exit 1
"""
REINJECTION = (
    "127.0.0.1:10025/inet=127.0.0.1:10025 inet n - n - - smtpd -o content_filter= -o mynetworks=127.0.0.0/8"
    " -o smtpd_relay_restrictions=permit_mynetworks,reject"
    " -o receive_override_options=no_unknown_recipient_checks,no_milters"
)
FOLDERS = "mkdir -p /run/amavis /var/lib/amavis/tmp /var/lib/amavis/db /var/lib/amavis/virusmails; chown -R amavis:amavis /run/amavis /var/lib/amavis"
BAD_HEADER = (
    b"From: x@origin.example\r\nTo: alice@lab.example\r\nSubject: bad\r\nX-Control: a\x01b\r\n"
    b"Date: yesterday\r\nDate: today\r\nX-Empty-Folded: \r\n \r\n\r\nhi\r\n"
)
MESSAGES = ("eicar", "exe", "gtube", "raw8", "plain", "nested")


class Amavis(BehindPostfix):
    """amavisd-new and SpamAssassin of Debian."""

    name = "amavis"
    recipe = Recipe("amavis", ("amavisd-new", "spamassassin", "postfix"))
    postfix = (
        "content_filter = smtp:[127.0.0.1]:10024\nsmtp_send_xforward_command = no\ninternal_mail_filter_classes =\n"
    )
    services = (REINJECTION,)
    people = {"alice": ""}  # noqa: RUF012
    silence = 22
    scenarios = (
        *(scenario(f"l-{message}", "alice@lab.example", message=message) for message in MESSAGES),
        *(scenario(f"l-{message}-remote", "ok@dest.example", message=message) for message in MESSAGES),
        *(
            scenario(f"l-{message}-three", "alice@lab.example", "ok@dest.example", "ok2@nodsn.example", message=message)
            for message in MESSAGES
        ),
        *(
            scenario(
                f"l-{message}-dsn",
                to("alice@lab.example", "SUCCESS,FAILURE", "rfc822;al@first.example"),
                parameters="ENVID=am-1 RET=HDRS",
                message=message,
            )
            for message in MESSAGES
        ),
        scenario("l-bad-header", "alice@lab.example"),
        scenario("l-refused-behind", "unknown@dest.example"),
        scenario("l-exe-never", to("alice@lab.example", "NEVER"), message="exe"),
    )
    contents = {"l-bad-header": BAD_HEADER}  # noqa: RUF012

    def prepare(self, machine: Machine) -> None:
        """Write its configuration, and a scanner that knows one virus."""
        machine.write("/etc/amavis/conf.d/50-user", CONFIGURATION)
        machine.write("/usr/local/bin/eicar", SCANNER, mode=0o755)
        machine.sh(FOLDERS)

    def start_behind(self, machine: Machine) -> None:
        """Start the filter; SpamAssassin takes its time to compile its rules."""
        machine.spawn("$(command -v amavisd-new amavisd | head -n 1) foreground")
        machine.wait_greeting(10024, limit=120)


SERVERS = (Amavis(),)
