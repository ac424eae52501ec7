"""The runs that gave the captures: one server of one version in one configuration each.

A key is the folder of the run below that of the captures. `SUITE/SERVER` is what `corpus.lab run` fills; the others are
older runs, of servers that are in no registry among them.
"""

from dataclasses import dataclass

DEBIAN_12, DEBIAN_13, NPM, PYPI = "Debian 12", "Debian 13", "Debian 12, npm", "Debian 12, PyPI"


@dataclass(frozen=True)
class Run:
    """A run: the folder of the software that wrote the notices, what stands in the manifest, and how its subjects begin.

    `tag` is added to the names of its samples where another run of the same folder is the usual one. What is neither a
    delay nor a success by its subject is a failure. `copies` marks servers that give one reply for all recipients.
    """

    folder: str
    server: str
    system: str = DEBIAN_12
    tag: str = ""
    delays: tuple[str, ...] = ()
    successes: tuple[str, ...] = ()
    copies: bool = False


POSTFIX_DELAYS = ("Delayed Mail", "Verzoegerte Nachricht")
POSTFIX_SUCCESSES = ("Successful Mail Delivery Report",)
EXIM_DELAYS = ("Warning: message", "Verzögerte Zustellung")
EXIM_SUCCESSES = ("Delivery Status Notification",)
SENDMAIL_DELAYS = ("Warning: could not send message",)
SENDMAIL_SUCCESSES = ("Return receipt",)
OPENSMTPD_DELAYS = ("Delivery status notification: delayed",)
OPENSMTPD_SUCCESSES = ("Delivery status notification: relayed", "Delivery status notification: delivered")
MASQMAIL_DELAYS = ("Warning: could not yet send", "Attention: impossible d'envoyer")


def _postfix(version: str, system: str = DEBIAN_12, tag: str = "") -> Run:
    return Run("postfix", f"Postfix {version}", system, tag, POSTFIX_DELAYS, POSTFIX_SUCCESSES)


def _exim(version: str, system: str = DEBIAN_12, tag: str = "") -> Run:
    return Run("exim", f"Exim {version}", system, tag, EXIM_DELAYS, EXIM_SUCCESSES)


def _sendmail(version: str, system: str = DEBIAN_12, tag: str = "") -> Run:
    return Run("sendmail", f"Sendmail {version}", system, tag, SENDMAIL_DELAYS, SENDMAIL_SUCCESSES)


def _masqmail(template: str = "", tag: str = "") -> Run:
    return Run("masqmail", f"masqmail 1.0.0 (git 7eb190f){template}", DEBIAN_12, tag, MASQMAIL_DELAYS, copies=True)


RUNS: dict[str, Run] = {
    "postfix": _postfix("3.7.11"),
    "postfix-trixie": _postfix("3.10", DEBIAN_13, "debian-13"),
    "postfix-tmpl-de": _postfix("3.7.11 with a German bounce_template_file", tag="german-template"),
    "postfix-tmpl-ja": _postfix("3.7.11 with a Japanese bounce_template_file", tag="japanese-template"),
    "exim": _exim("4.96"),
    "exim-trixie": _exim("4.98", DEBIAN_13, "debian-13"),
    "exim-noreturn": _exim("4.96 with bounce_return_message = false", tag="return-off"),
    "exim-tmpl": _exim("4.96 with a German bounce_message_file", tag="german-template"),
    "sendmail": _sendmail("8.17.1.9"),
    "sendmail-trixie": _sendmail("8.18", DEBIAN_13, "debian-13"),
    "sendmail-hdrerr": _sendmail("8.17.1.9 with nobodyreturn", tag="nobodyreturn"),
    "sendmail-nomime": _sendmail("8.17.1.9 without MIME_FORMAT_ERRORS", tag="plain-text"),
    "opensmtpd": Run("opensmtpd", "OpenSMTPD 6.8.0p2", delays=OPENSMTPD_DELAYS, successes=OPENSMTPD_SUCCESSES),
    "opensmtpd-trixie": Run(
        "opensmtpd", "OpenSMTPD 7.6", DEBIAN_13, "debian-13", OPENSMTPD_DELAYS, OPENSMTPD_SUCCESSES
    ),
    "courier": Run("courier", "Courier-MTA 1.0.16", delays=("WARNING: delayed mail",)),
    "courier-trixie": Run("courier", "Courier-MTA 1.4.1", DEBIAN_13, "debian-13", ("WARNING: delayed mail",)),
    "dma": Run("dma", "DragonFly Mail Agent 0.13"),
    "dma-trixie": Run("dma", "DragonFly Mail Agent 0.13", DEBIAN_13, "debian-13"),
    "nullmailer": Run("nullmailer", "nullmailer 2.2", copies=True),
    "chasquid": Run("chasquid", "chasquid 1.11"),
    "notqmail": Run("qmail", "notqmail 1.09 (git a7012e4)"),
    "masqmail": _masqmail(),
    "masqmail-de": _masqmail(", German template", "german"),
    "masqmail-fr": _masqmail(", French template", "french"),
    "masqmail-it": _masqmail(", Italian template", "italian"),
    "haraka": Run("haraka", "Haraka 3.1.7", NPM),
    "haraka-html": Run("haraka", "Haraka 3.1.7, HTML template", NPM, "html"),
    "zonemta-alpha": Run("zonemta", "ZoneMTA 0.1.0-alpha.120", NPM),
    "slimta": Run("slimta", "python-slimta 5.0.5", PYPI, copies=True),
    "fetchmail": Run("fetchmail", "fetchmail 6.4.37"),
    "amavis": Run("amavis", "amavisd-new 2.13"),
    "dovecot-lda": Run("dovecot", "Dovecot 2.3.19 LDA", tag="lda", delays=POSTFIX_DELAYS, successes=POSTFIX_SUCCESSES),
    "dovecot-lmtp": Run(
        "dovecot", "Dovecot 2.3.19 LMTP", tag="lmtp", delays=POSTFIX_DELAYS, successes=POSTFIX_SUCCESSES
    ),
    "cyrus": Run("cyrus", "Cyrus 3.6.1", delays=POSTFIX_DELAYS),
    "procmail": Run("procmail", "procmail 3.22", delays=POSTFIX_DELAYS),
    "maildrop": Run("maildrop", "maildrop 3.0", delays=POSTFIX_DELAYS),
    "mailman3": Run("mailman", "Mailman 3.3.8"),
    "mlmmj": Run("mlmmj", "mlmmj 1.3.0"),
    "opendmarc": Run("opendmarc", "OpenDMARC 1.4.2"),
    "bookworm/exim": _exim("4.96"),
    "bookworm/haraka": Run("haraka", "Haraka 3.1.7", NPM),
    "bookworm/zonemta": Run("zonemta", "ZoneMTA 0.1.0-alpha.120", NPM),
    "bookworm/opensmtpd": Run("opensmtpd", "OpenSMTPD 6.8.0p2", delays=OPENSMTPD_DELAYS, successes=OPENSMTPD_SUCCESSES),
    "bookworm/postfix": _postfix("3.7.11"),
    "bookworm/sendmail": _sendmail("8.17.1.9"),
    "trixie/amavis": Run("amavis", "amavisd-new 2.13", DEBIAN_13, "debian-13"),
    "trixie/chasquid": Run("chasquid", "chasquid 1.15", DEBIAN_13, "debian-13"),
    "trixie/courier": Run("courier", "Courier-MTA 1.4.1", DEBIAN_13, "debian-13", ("WARNING: delayed mail",)),
    "trixie/dovecot-lda": Run(
        "dovecot", "Dovecot 2.4.1 LDA", DEBIAN_13, "lda-debian-13", POSTFIX_DELAYS, POSTFIX_SUCCESSES
    ),
    "trixie/exim": _exim("4.98", DEBIAN_13, "debian-13"),
    "trixie/maildrop": Run("maildrop", "maildrop 3.1.8", DEBIAN_13, "debian-13", POSTFIX_DELAYS),
    "trixie/mailman3": Run("mailman", "Mailman 3.3.10", DEBIAN_13, "debian-13"),
    "trixie/mlmmj": Run("mlmmj", "mlmmj 1.5.2", DEBIAN_13, "debian-13"),
    "trixie/opensmtpd": Run(
        "opensmtpd", "OpenSMTPD 7.6", DEBIAN_13, "debian-13", OPENSMTPD_DELAYS, OPENSMTPD_SUCCESSES
    ),
    "trixie/postfix": _postfix("3.10", DEBIAN_13, "debian-13"),
    "trixie/sendmail": _sendmail("8.18", DEBIAN_13, "debian-13"),
}
