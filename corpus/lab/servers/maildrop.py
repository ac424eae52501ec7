"""maildrop and mailbot behind Postfix: exit codes of filters, quota, automatic replies in several forms."""

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import scenario

from .common import local
from .front import BehindPostfix


def _mailbot(user: str, options: str) -> str:
    robot = f'mailbot {options} -t $HOME/reply.txt -A "From: {user}@lab.example" /usr/sbin/sendmail -t -f ""'
    return f"`cat > /tmp/{user}.$$; {robot} < /tmp/{user}.$$`\n"


FILTERS = {
    f"mex{code}": f'echo "Mail refused by filter rule {code}"\nEXITCODE={code}\nexit\n' for code in (65, 67, 69, 75, 77)
} | {
    "mbot": _mailbot("mbot", '-s "Auto: re"') + 'to "Maildir"\n',
    "mmdn": _mailbot("mmdn", '-M "mmdn@lab.example" -T replydsn'),
    "mfb": _mailbot("mfb", "-T feedback -R abuse"),
    "mfbl": _mailbot("mfbl", "-T replyfeedback -R fraud"),
    "mbad": "this is ( not maildrop syntax\n",
    "mto": 'to "!unknown@dest.example"\n',
    "mquota": "",
}
MAILDIRS = r"""
for user in {users}; do su $user -c 'maildirmake.maildrop ~/Maildir'; echo 'Your message was read by a robot.' > /home/$user/reply.txt; done
su mquota -c 'maildirmake.maildrop -q 1000S ~/Maildir; head -c 990 /dev/zero | tr "\0" x > ~/Maildir/new/1.x,S=990'
"""


class Maildrop(BehindPostfix):
    """maildrop of Debian."""

    name = "maildrop"
    recipe = Recipe("maildrop", ("maildrop", "postfix"))
    postfix = "mailbox_command = /usr/bin/maildrop -d ${USER}\n"
    dotfile = ".mailfilter"
    people = FILTERS
    scenarios = (
        *(local(user) for user in FILTERS if user != "mmdn"),
        scenario("l-mmdn", "mmdn@lab.example", message="mdnreq"),
        *(scenario(f"l-{user}-html", f"{user}@lab.example", message="html") for user in ("mmdn", "mfb", "mfbl")),
    )

    def prepare(self, machine: Machine) -> None:
        """Make the Maildirs, one of them nearly full."""
        machine.sh(MAILDIRS.replace("{users}", " ".join(FILTERS)))


SERVERS = (Maildrop(),)
