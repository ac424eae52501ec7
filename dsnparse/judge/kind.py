"""What a message is: failure, delay, success, feedback, disposition, auto_reply, challenge, list_request or other.

A delivery-status part decides by its actions. Without one the writer decides (a mail system, a responder, a person) together with
what the words say; a person's mail about a bounce is `other` whatever it quotes.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol

from dsnparse.late import late, late_phrases
from dsnparse.report import Action, Kind

# Names under which mail systems write (RFC 5321 section 4.5.1, RFC 2142 section 5, and habit).
DAEMON: Final = late_phrases(
    r"(?i)mailer[-_. ]?daemon|mail[-_ ]?(?:er)?[-_ ]?daemon|\bpostmast|mdaemon@|\bmail(?: ?er)? (?:delivery|transport|administrat|system|server)|delivery (?:sub)?system"
    r"|\bsystem administrator|mail ?administrator|bounce|no-?reply.*deliver|delivery[-_.]?(?:status|notif|report)|\bmajordomo|\bmailadmin|\bpost-?office"
    r"|mail delivery|email delivery|internet mail|symantec_antivirus|^<>$|^@$|\broot@|mail gateway"
)
BOUNCE_SUBJECT: Final = late_phrases(
    r"(?i)undeliver|un-?deliverable|delivery (?:status|failure|failed|problem|notification|has failed|report|error|unsuccessful|incomplete|delayed|subsystem)"
    r"|returned (?:mail|to sender|message)|returning (?:mail|message)|(?:mail|message|email|failure|delivery|processing) (?:delivery )?(?:failure|failed|error|notice|could not|not delivered|delayed|status|bounce)"
    r"|could ?n[o']t (?:be )?deliver|(?:can ?not|not|unable to|was not|wasn't) (?:be )?deliver|non.?deliver|failure notice|failed mail|nondeliver|mail system error|delivery\b.*\bfail"
    r"|\bbounced?\b|user unknown|unknown user|no such user|address not found|rejected|returned e?-?mail|delivered: |warning: .*(?:mail|message|delay|unknown)|mail(?:box)? (?:is )?full|"
    r"nicht zugestellt|unzustellbar|zustellung|zur(?:ü|ue)ck an absender|non remis|remise|échec|echec|non consegnat|mancato recapito|no se (?:ha )?(?:podido|pudo)|no entregad"
    r"|não (?:foi )?entregue|falha|onbestelbaar|nie dostarcz|niedostarcz|недостав|не доставл|ошибка|возврат|配信|送信|エラー|宛先|退信|退回|无法投递|未送达|系统|반송|실패|teslim edile|olevereg|ikke lever|kunde inte lever"
)
AUTO_SUBJECT: Final = late(
    r"(?i)^(?:re: ?)?(?:\[?auto(?:matic|mated)?[ -]?(?:re(?:ply|sponse|sponder)|antwort|notify)|auto:|out of (?:the )?office|vacation|away (?:from|until)|on (?:vacation|holiday|leave)|abwesen|automatische antwort"
    r"|absence|réponse automatique|risposta automatica|respuesta automática|resposta automática|automatisch antwoord|автоответ|自動応答|自動返信|自动回复|autosvar|poza biurem)"
)
PERSONAL_SUBJECT: Final = late(r"(?i)^(?:re|fwd?|aw|wg|sv|antw|rif|tr|enc)\s*(?:\[[0-9]{1,3}\])?\s*:")
LIST_SUBJECT: Final = late_phrases(
    r"(?i)^(?:re: ?)?confirm [0-9a-f]{8,}|confirmation is needed to (?:join|leave)|^(?:re: ?)?\s*(?:un)?subscribe\b|^(?:un)?subscribe$|subscription (?:request|confirm)|confirm(?:ation)? (?:of )?(?:your )?(?:un)?subscri"
)
CHALLENGE: Final = late_phrases(
    r"(?i)verification required|requires? (?:that you verify|verification)|verify that you are|has been waitlisted|(?:add yourself|be added) .{0,40}(?:guest|white|approved|safe) ?list|confirm that you sent|not (?:yet )?on (?:the|my|his|her) list of (?:approved |allowed |known )?senders|confirm (?:that )?you(?:r (?:message|e-?mail)| are (?:a person|human|not))|verify (?:that )?you(?:r (?:message|e-?mail)| are)|challenge[-/ ]response|sender (?:verification|authentication|validation|confirm)"
    r"|message (?:is )?(?:held|awaiting|pending) .{0,40}(?:confirm|verif|approv)|anti-?spam .{0,30}(?:confirm|verif|quiz)|to (?:have|get) your (?:message|e-?mail) delivered"
)


def kind_by_actions(actions: Iterable[Action | None]) -> Kind:
    """Return the kind of a report by what became of its recipients."""
    said = set(actions)
    if "failed" in said or None in said or not said:
        return "failure"
    return "delay" if "delayed" in said else "success"


class Marks(Protocol):
    """The fields of a header that tell automatic mail (see readers/envelope)."""

    @property
    def fields(self) -> Mapping[bytes, object]:
        """Which of them are there, by lower-case name."""

    @property
    def return_path(self) -> str | None:
        """The envelope sender: empty for a bounce, None where nobody noted it."""

    def text(self, name: bytes) -> str:
        """Return the value of one, empty where it is missing."""


class Signs:
    """What tells a mail system's notice from a responder's answer and from a person's mail.

    `signed`: the words are those of a vendor's notice; `reported`: there is a delivery-status part, though it names nobody;
    `named`: somebody is named to whom mail did not go.
    """

    def __init__(self, sender: str, subject: str, marks: Marks, *, signed: bool, reported: bool) -> None:
        self.subject = subject
        self.marks = marks
        self.signed = signed
        self.reported = reported
        self.named = True
        self.failed = b"x-failed-recipients" in marks.fields
        self.daemon = bool(DAEMON.search(sender or marks.return_path or ""))
        self.nobody = not sender
        self.about = bool(BOUNCE_SUBJECT.search(subject))
        self.null_path = marks.return_path == ""
        self.submitted = marks.text(b"auto-submitted").lower()
        self.personal = bool(PERSONAL_SUBJECT.match(subject))

    @property
    def machine(self) -> bool:
        """Whether a mail system wrote the message, by the name it gives itself or the empty return path (RFC 5321 section 6.1)."""
        return self.daemon or self.failed or (self.null_path and not self.personal)

    @property
    def open(self) -> bool:
        """Whether it depends on the words for people if the message is a notice: no words make one of a person's or a responder's."""
        if self.responder and not self.daemon:
            return False
        return self.failed or self._weight() + REFUSED >= ENOUGH

    def notice(self, told: "Told") -> bool:
        """Whether a message without a delivery-status part is a notice about mail all the same."""
        if self.failed:
            return True
        weight = self._weight()
        if not (self.named or self.daemon or self.signed):
            weight -= 3
        if weight >= ENOUGH and (self.signed or self.about):
            return self.named or self.signed or self.reported or told.refuses or told.delays
        return weight + REFUSED >= ENOUGH and (told.refuses or told.delays)

    def _weight(self) -> int:
        weight = 3 * self.daemon - self.nobody + 2 * self.null_path + 2 * self.about + 2 * self.signed
        weight += self.submitted.startswith("auto-") + 3 * self.reported
        if self.personal:
            weight -= 4
        if not (self.daemon or self.null_path or self.signed) and (
            b"in-reply-to" in self.marks.fields or b"list-id" in self.marks.fields
        ):
            weight -= 3
        return weight

    @property
    def responder(self) -> bool:
        """Whether a responder wrote the message: RFC 3834 section 5, and the marks from before it."""
        if b"x-autoreply" in self.marks.fields or b"x-autorespond" in self.marks.fields or "vacation" in self.submitted:
            return True
        if self.submitted.startswith("auto-replied") and not (self.daemon or self.about or self.signed):
            return True  # a mail system answers under its own name, or says what it is about
        return bool(AUTO_SUBJECT.search(self.subject)) or self.marks.text(b"precedence").lower() in (
            "auto_reply",
            "auto-reply",
        )


ENOUGH: Final = 5
REFUSED: Final = 3


class Told(Protocol):
    """What a reading of the words for people tells as a whole."""

    @property
    def refuses(self) -> bool:
        """Whether they say that mail was refused."""

    @property
    def delays(self) -> bool:
        """Whether they say that mail is late but not given up."""


def kind_without_status(signs: Signs, told: Told, words: Callable[[], str]) -> Kind:
    """Return the kind of a message that has no delivery-status part."""
    if signs.notice(told) and (signs.daemon or not signs.responder):
        return "delay" if told.delays else "failure"
    return kind_of_other(signs, words)


def kind_of_other(signs: Signs, words: Callable[[], str]) -> Kind:
    """Return the kind of a message that is no notice."""
    if CHALLENGE.search(signs.subject) or CHALLENGE.search(words()):
        return "challenge"
    if signs.responder or AUTO_SUBJECT.search(words()):
        return "auto_reply"
    if LIST_SUBJECT.search(signs.subject):
        return "list_request"
    if signs.null_path and not (signs.daemon or signs.about):
        return "auto_reply"  # RFC 3834 section 3.3: a person writes with a return path
    # A mail system that tells its own people something answers nobody.
    return "auto_reply" if signs.submitted.startswith("auto-replied") and not signs.daemon else "other"
