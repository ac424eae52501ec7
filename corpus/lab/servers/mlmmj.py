"""mlmmj behind Postfix: posts refused, held and moderated, requests, subscriptions to confirm."""

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import scenario

from .front import BehindPostfix, question

# A list, and the switches of its control folder.
LISTS = {
    "sub": ("subonlypost", "subonlydeny"),
    "mod": ("moderated",),
    "closed": ("closedlist", "subonlypost"),
    "size": (),
    "acc": ("access",),
    "toc": ("tocc",),
}
FOLDERS = "incoming queue/discarded archive text subconf unsubconf bounce control moderation subscribers.d digesters.d requeue nomailsubs.d"
MAKE = """
d=/var/spool/mlmmj/{name}
for folder in {folders}; do mkdir -p $d/$folder; done
cp /usr/share/mlmmj/text.skel/en/* $d/text/
cd $d/control
echo {name}@lists.example > listaddress; echo owner@origin.example > owner; echo mod@origin.example > moderators
echo 127.0.0.1 > relayhost; echo + > delimiter; echo 3000 > maxmailsize; echo 2 > bouncelife; touch notifymod {switches}
test ! -e access || echo 'deny ^Subject: .*report' > access
echo ok@dest.example > $d/subscribers.d/o; echo unknown@dest.example > $d/subscribers.d/u
chown -R nobody $d
"""
REQUESTS = [
    "sub+help",
    "sub+subscribe",
    "sub+unsubscribe",
    "sub+faq",
    "sub+list",
    "closed+subscribe",
    "sub+get-99",
    "sub+nosuch",
    "sub+confsub-0123456789abcdef-x=y.example",
    "mod+owner",
    "sub+subscribe-digest",
    "size+unsubscribe",
]
POSTS = tuple(LISTS)
NAMES = {f"l-{address.replace('+', '-')}": f"{address}@lists.example" for address in (*POSTS, *REQUESTS)}
MAINTAIN = 'for list in {lists}; do su -s /bin/bash nobody -c "mlmmj-maintd -F -L /var/spool/mlmmj/$list"; done; true'


class Mlmmj(BehindPostfix):
    """mlmmj of Debian."""

    name = "mlmmj"
    recipe = Recipe("mlmmj", ("mlmmj", "postfix"))
    postfix = (
        "transport_maps = regexp:/etc/postfix/lists\nmlmmj_destination_recipient_limit = 1\nrecipient_delimiter = +\n"
    )
    services = (
        "mlmmj/unix=mlmmj unix - n n - - pipe flags=ORhu user=nobody argv=/usr/bin/mlmmj-receive -F -L /var/spool/mlmmj/${nexthop}",
    )
    scenarios = (
        *(scenario(name, address) for name, address in NAMES.items()),
        scenario("l-size-big", "size@lists.example", message="attach"),
        scenario("l-acc-subject", "acc@lists.example"),
        scenario("l-sub-html", "sub@lists.example", message="html"),
    )
    contents = {name: question(name, address, subject="x") for name, address in NAMES.items()}  # noqa: RUF012

    def prepare(self, machine: Machine) -> None:
        """Make the lists."""
        routes = [rf"/^{name}(\+.*)?@lists\.example$/ mlmmj:{name}" for name in LISTS]
        machine.write("/etc/postfix/lists", "\n".join(routes) + "\n")
        for name, switches in LISTS.items():
            machine.sh(MAKE.format(name=name, folders=FOLDERS, switches=" ".join(switches)))

    def afterwards(self, machine: Machine) -> None:
        """Let its daily work be done."""
        machine.sh("sleep 12; " + MAINTAIN.replace("{lists}", " ".join(LISTS)))


SERVERS = (Mlmmj(),)
