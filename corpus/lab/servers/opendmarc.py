"""OpenDMARC, a milter of Postfix: failure reports by mail (RFC 6591) about a sender whose domain asks for them."""

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import scenario

from .front import BehindPostfix

# Its own SPF check would pass loopback.
CONFIGURATION = """
Syslog true
Socket inet:8893@127.0.0.1
AuthservID mail.lab.example
TrustedAuthservIDs mail.lab.example
FailureReports true
FailureReportsOnNone false
FailureReportsSentBy dmarc-noreply@lab.example
FailureReportsBcc rufbcc@origin.example
CopyFailuresTo copyfail@origin.example
ReportCommand /usr/sbin/sendmail -t
RejectFailures false
SPFSelfValidate false
SPFIgnoreResults false
IgnoreAuthenticatedClients false
IgnoreHosts /etc/opendmarc.ignore
PublicSuffixList /usr/share/publicsuffix/public_suffix_list.dat
UserID root
"""
SENDER = "joe@dmarcfail.example"


class OpenDmarc(BehindPostfix):
    """OpenDMARC of Debian."""

    name = "opendmarc"
    recipe = Recipe("opendmarc", ("opendmarc", "publicsuffix", "postfix"))
    postfix = "smtpd_milters = inet:127.0.0.1:8893\nnon_smtpd_milters =\n"
    people = {"alice": ""}  # noqa: RUF012
    connections = 1
    scenarios = tuple(
        scenario(f"l-{message}", "alice@lab.example", message=message, sender=SENDER)
        for message in ("plain", "html", "attach", "8bit", "folded")
    )

    def prepare(self, machine: Machine) -> None:
        """Write its configuration; the list of those it ignores must not hold loopback."""
        machine.write("/etc/opendmarc.conf", CONFIGURATION)
        machine.write("/etc/opendmarc.ignore", "127.9.9.9\n")

    def start_behind(self, machine: Machine) -> None:
        """Start the milter."""
        machine.spawn("opendmarc -f -c /etc/opendmarc.conf")
        machine.wait(lambda: machine.run("ss -ltn | grep -q ':8893 '").returncode == 0, 20, "the milter")


SERVERS = (OpenDmarc(),)
