"""What a message is: failure, delay, success, feedback, disposition, auto_reply, challenge, list_request or other.

A delivery-status part decides by its actions. Without one the writer decides (a mail system, a responder, a person) together with
what the words say; a person's mail about a bounce is `other` whatever it quotes.
"""

import re
from collections.abc import Iterable
from typing import Final

from dsnparse.report import Action, Kind, Reading

# Names under which mail systems write (RFC 5321 section 4.5.1, RFC 2142 section 5, and habit).
DAEMON: Final = re.compile(
    r"(?i)mailer[-_. ]?daemon|mail[-_ ]?(?:er)?[-_ ]?daemon|\bpostmast|mdaemon@|\bmail(?: ?er)? (?:delivery|transport|administrat|system|server)|delivery (?:sub)?system"
    r"|\bsystem administrator|mail ?administrator|bounce|no-?reply.*deliver|delivery[-_.]?(?:status|notif|report)|\bmajordomo|\bmailadmin|\bpost-?office"
    r"|mail delivery|email delivery|internet mail|symantec_antivirus|^<>$|^@$|\broot@|mail gateway"
)
BOUNCE_SUBJECT: Final = re.compile(
    r"(?i)undeliver|un-?deliverable|delivery (?:status|failure|failed|problem|notification|has failed|report|error|unsuccessful|incomplete|delayed|subsystem)"
    r"|returned (?:mail|to sender|message)|returning (?:mail|message)|(?:mail|message|email|failure|delivery|processing) (?:delivery )?(?:failure|failed|error|notice|could not|not delivered|delayed|status|bounce)"
    r"|could ?n[o']t (?:be )?deliver|(?:can ?not|not|unable to|was not|wasn't) (?:be )?deliver|non.?deliver|failure notice|failed mail|nondeliver|mail system error|delivery\b.*\bfail"
    r"|\bbounced?\b|user unknown|unknown user|no such user|address not found|rejected|returned e?-?mail|delivered: |warning: .*(?:mail|message|delay|unknown)|mail(?:box)? (?:is )?full|"
    r"nicht zugestellt|unzustellbar|zustellung|zur(?:ü|ue)ck an absender|non remis|remise|échec|echec|non consegnat|mancato recapito|no se (?:ha )?(?:podido|pudo)|no entregad"
    r"|não (?:foi )?entregue|falha|onbestelbaar|nie dostarcz|niedostarcz|недостав|не доставл|ошибка|возврат|配信|送信|エラー|宛先|退信|退回|无法投递|未送达|系统|반송|실패|teslim edile|olevereg|ikke lever|kunde inte lever"
)
AUTO_SUBJECT: Final = re.compile(
    r"(?i)^(?:re: ?)?(?:auto(?:matic|mated)?[ -]?(?:re(?:ply|sponse|sponder)|antwort|notify)|auto:|out of (?:the )?office|vacation|away (?:from|until)|on (?:vacation|holiday|leave)|abwesen|automatische antwort"
    r"|absence|réponse automatique|risposta automatica|respuesta automática|resposta automática|automatisch antwoord|автоответ|自動応答|自動返信|自动回复|autosvar|poza biurem)"
)
PERSONAL_SUBJECT: Final = re.compile(r"(?i)^(?:re|fwd?|aw|wg|sv|antw|rif|tr|enc)\s*(?:\[[0-9]{1,3}\])?\s*:")
LIST_SUBJECT: Final = re.compile(r"(?i)^(?:re: ?)?\s*(?:un)?subscribe\b|^(?:un)?subscribe$|subscription (?:request|confirm)|confirm(?:ation)? (?:of )?(?:your )?(?:un)?subscri")
CHALLENGE: Final = re.compile(
    r"(?i)confirm (?:that )?you(?:r (?:message|e-?mail)| are (?:a person|human|not))|verify (?:that )?you(?:r (?:message|e-?mail)| are)|challenge[-/ ]response|sender (?:verification|authentication|validation|confirm)"
    r"|message (?:is )?(?:held|awaiting|pending) .{0,40}(?:confirm|verif|approv)|anti-?spam .{0,30}(?:confirm|verif|quiz)|to (?:have|get) your (?:message|e-?mail) delivered"
)


def kind_by_actions(actions: Iterable[Action | None]) -> Kind:
    """Return the kind of a report by what became of its recipients."""
    said = set(actions)
    if "failed" in said or None in said or not said:
        return "failure"
    return "delay" if "delayed" in said else "success"


class Signs:
    """What tells a mail system's notice from a responder's answer and from a person's mail.

    `signed`: a vendor is recognised; `failed`: X-Failed-Recipients is there; `refused` and `delayed`: so say its words.
    """

    def __init__(self, envelope: Reading, *, signed: bool, failed: bool) -> None:
        self.envelope = envelope
        self.signed = signed
        self.failed = failed
        self.refused = False
        self.delayed = False
        self.words = ""
        self.subject = _text(envelope, "subject")
        self.daemon = "from_" not in envelope or bool(DAEMON.search(_text(envelope, "from_")))
        self.null_path = "return_path" in envelope and not _text(envelope, "return_path")
        self.submitted = _text(envelope, "auto_submitted").lower()
        self.personal = bool(PERSONAL_SUBJECT.match(self.subject))

    @property
    def machine(self) -> bool:
        """Whether a mail system wrote the message, by the name it gives itself or the empty return path (RFC 5321 section 6.1)."""
        return self.daemon or self.failed or (self.null_path and not self.personal)

    @property
    def notice(self) -> bool:
        """Whether a message without a delivery-status part is a notice about mail all the same."""
        if self.failed:
            return True
        about = bool(BOUNCE_SUBJECT.search(self.subject))
        weight = 3 * self.daemon + 2 * self.null_path + 2 * about + 3 * self.refused + 2 * self.signed
        weight += self.submitted.startswith("auto-")
        if self.personal:
            weight -= 4
        if not self.daemon and not self.null_path and ("in_reply_to" in self.envelope or "list_id" in self.envelope):
            weight -= 3
        return weight >= ENOUGH and (self.refused or self.signed or about)

    @property
    def responder(self) -> bool:
        """Whether a responder wrote the message: RFC 3834 section 5, and the marks from before it."""
        if "autoreply" in self.envelope or AUTO_SUBJECT.search(self.subject) or "vacation" in self.submitted:
            return True
        return _text(self.envelope, "precedence").lower() in ("auto_reply", "auto-reply")


ENOUGH: Final = 5


def kind_without_status(signs: Signs) -> Kind:
    """Return the kind of a message that has no delivery-status part."""
    notice = signs.notice
    if signs.responder and not (notice and signs.machine):
        return "auto_reply"
    if notice:
        return "delay" if signs.delayed else "failure"
    if CHALLENGE.search(signs.subject) or CHALLENGE.search(signs.words):
        return "challenge"
    if LIST_SUBJECT.search(signs.subject):
        return "list_request"
    # A mail system that tells its own people something answers nobody.
    return "auto_reply" if signs.submitted.startswith("auto-replied") and not signs.daemon else "other"


def _text(envelope: Reading, field: str) -> str:
    return str(envelope[field].value) if field in envelope else ""
