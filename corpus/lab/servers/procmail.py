"""procmail, formail and vacation(1) behind Postfix: what a bounce says is what procmail printed."""

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import scenario

from .common import FAILING_PROGRAM, add_failing_program, local
from .front import BehindPostfix, question

SEARCH = "PATH=/usr/bin:/bin:/usr/sbin\nVERBOSE=no\n"
RULES = {
    f"pex{code}": f':0\n{{\n EXITCODE={code}\n LOG="rejected by rule {code}\n"\n HOST\n}}\n'
    for code in (65, 67, 69, 73, 75, 77)
} | {
    "pexq": f":0 W\n| {FAILING_PROGRAM} 69\n",
    "preply": (
        ':0\n* !^X-Loop: me\n| (formail -rt -A"X-Loop: me" -A"Precedence: junk"; '
        'echo "Automatic reply: this mailbox is not read.") | /usr/sbin/sendmail -t -oi\n'
    ),
    "preplyk": ':0\n* !^FROM_DAEMON\n| (formail -rk -A"X-Loop: me") | /usr/sbin/sendmail -t -oi\n',
    "pfwd": ":0\n! unknown@dest.example\n",
    "pbadrc": ":0\n/no/such/dir/mbox\n",
    "pbounce": ':0\n{\n EXITCODE=77\n :0\n | (echo "Your mail was not accepted"; cat) >&2; exit 77\n}\n',
}
AWAY = {
    "vac": (
        "Subject: away from my mail (was: $SUBJECT)\n\nI will not be reading my mail for a while.\n",
        '\\vac, "|/usr/bin/vacation vac"\n',
    ),
    "vacr": (
        "Subject: absent\nFrom: Vac R <vacr@lab.example>\nContent-Type: text/plain; charset=utf-8\n\nJe suis en congé.\n",
        '"|/usr/bin/vacation -a alias vacr"\n',
    ),
}
ASKED = ("vac", "vacr", "preply", "preplyk")


class Procmail(BehindPostfix):
    """procmail and vacation of Debian."""

    name = "procmail"
    recipe = Recipe("procmail", ("procmail", "vacation", "postfix"))
    postfix = 'mailbox_command = /usr/bin/procmail -a "$EXTENSION"\n'
    dotfile = ".procmailrc"
    people = {user: SEARCH + rule for user, rule in RULES.items()} | dict.fromkeys(AWAY, "")
    scenarios = (
        *(local(user) for user in (*RULES, *AWAY)),
        *(scenario(f"l-{user}-to", f"{user}@lab.example") for user in ASKED),
        scenario("l-vac-bulk", "vac@lab.example", message="html"),
        scenario("l-mixed", "pex67@lab.example", "pex77@lab.example", "vac@lab.example"),
    )
    contents = {f"l-{user}-to": question(f"l-{user}-to", f"{user}@lab.example") for user in ASKED}  # noqa: RUF012

    def prepare(self, machine: Machine) -> None:
        """Set up those who are away."""
        add_failing_program(machine)
        for user, (message, forward) in AWAY.items():
            machine.write(f"/home/{user}/.vacation.msg", message)
            machine.write(f"/home/{user}/.forward", forward)
            machine.sh(f"chown -R {user}: /home/{user}; su {user} -c 'vacation -i'")


SERVERS = (Procmail(),)
