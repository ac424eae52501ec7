"""Mailman 3 core behind Postfix by LMTP: posts refused and held, commands, automatic answers, bounces of members."""

import time

from corpus.lab.machine import Machine
from corpus.lab.mails import mail_of
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import Scenario, scenario
from corpus.lab.submission import send

from .front import BehindPostfix, question

# An attribute of the list, and its value as Python.
LISTS = {
    "rej": "default_nonmember_action=Action.reject, nonmember_rejection_notice='Only members may post to rej@lists.example.'",
    "hold": "default_nonmember_action=Action.hold, respond_to_post_requests=True",
    "disc": "default_nonmember_action=Action.discard",
    "big": "default_nonmember_action=Action.accept, max_message_size=1",
    "mime": (
        "default_nonmember_action=Action.accept, filter_content=True, filter_action=FilterAction.reject, "
        "filter_types=['text/html', 'application/pdf', 'text/plain']"
    ),
    "closed": "default_nonmember_action=Action.accept, emergency=True",
    "ok": "default_nonmember_action=Action.accept",
    "bnc": (
        "default_nonmember_action=Action.accept, process_bounces=True, bounce_score_threshold=0, "
        "bounce_notify_owner_on_disable=True, bounce_notify_owner_on_removal=True, "
        "bounce_you_are_disabled_warnings=1, send_goodbye_message=True, bounce_notify_owner_on_bounce_increment=True"
    ),
    "ack": (
        "default_nonmember_action=Action.accept, autorespond_postings=ResponseAction.respond_and_continue, "
        "autoresponse_postings_text='We got your post to $listname.', "
        "autorespond_owner=ResponseAction.respond_and_continue, autoresponse_owner_text='The owner is away.', "
        "autorespond_requests=ResponseAction.respond_and_discard, autoresponse_request_text='Robot is off.'"
    ),
    "de": "default_nonmember_action=Action.reject, preferred_language='de'",
    "fr": "default_nonmember_action=Action.reject, preferred_language='fr'",
    "ja": "default_nonmember_action=Action.reject, preferred_language='ja'",
}
SETUP = """
def setup():
    from mailman.app.lifecycle import create_list
    from mailman.config import config
    from mailman.interfaces.action import Action, FilterAction
    from mailman.interfaces.autorespond import ResponseAction
    from mailman.interfaces.domain import IDomainManager
    from mailman.interfaces.usermanager import IUserManager
    from mailman.utilities.datetime import now
    from zope.component import getUtility
    getUtility(IDomainManager).add('lists.example', 'Lab lists')
    users = getUtility(IUserManager)
    def make(name, **settings):
        new = create_list(name + '@lists.example', ['owner@origin.example'])
        new.display_name = name.capitalize() + ' list'
        new.send_welcome_message = False
        for attribute, value in settings.items():
            setattr(new, attribute, value)
        for member in ('ok@dest.example', 'unknown@dest.example'):
            address = users.get_address(member) or users.create_address(member, member)
            address.verified_on = now()
            new.subscribe(address)
{lists}
    config.db.commit()
""".replace("{lists}", "\n".join(f"    make('{name}', {settings})" for name, settings in LISTS.items()))
MAILMAN = "mailman -C /etc/mailman3/mailman.cfg"
CONFIGURE = r"""
cd /etc/mailman3
sed -i 's/^site_owner:.*/site_owner: siteowner@origin.example/; s/^noreply_address:.*/noreply_address: noreply/
  s/^incoming:.*/incoming: mailman.mta.null.NullMTA/; s/^smtp_host:.*/smtp_host: 127.0.0.1/' mailman.cfg
printf '\n[language.de]\nenabled: yes\n[language.fr]\nenabled: yes\n[language.ja]\nenabled: yes\n' >> mailman.cfg
cd /var/lib/mailman3; mkdir -p data lists queue locks messages archives cache templates /run/mailman3 /var/log/mailman3
chown -R list:list /var/lib/mailman3 /run/mailman3 /var/log/mailman3; chgrp -R list /etc/mailman3; chmod 640 /etc/mailman3/*.cfg
"""
REQUEST = b"From: <l-okrequest@origin.example>\r\nTo: ok-request@lists.example\r\nSubject: help\r\nMessage-ID: <h1@origin.example>\r\n\r\nbogus command\r\nmore nonsense\r\n"
ADDRESSES = {
    "l-nolist": "nosuchlist",
    "l-owner": "ack-owner",
    "l-request": "ack-request",
    "l-okrequest": "ok-request",
    "l-join": "ok-join",
    "l-leave": "ok-leave",
    "l-confirmbad": "ok-confirm+0123456789abcdef",
    "l-nosubaddress": "ok-nosuch",
    "l-question": "rej",
}
LATER = 25.0


def _post(name: str, to: str, message: str = "plain") -> Scenario:
    return scenario(name, f"{to}@lists.example", message=message)


class Mailman3(BehindPostfix):
    """mailman3 of Debian."""

    name = "mailman3"
    recipe = Recipe("mailman3", ("mailman3", "postfix"))
    postfix = "transport_maps = regexp:/etc/postfix/lists\n"
    silence = 22
    limit = 150
    scenarios = (
        *(_post(f"l-{name}", name) for name in LISTS),
        *(_post(name, to) for name, to in ADDRESSES.items()),
        _post("l-rej-html", "rej", "html"),
        _post("l-de-8bit", "de", "8bit"),
        _post("l-big-attach", "big", "attach"),
        _post("l-mime-exe", "mime", "exe"),
        _post("l-rej-noheaders", "rej", "noheaders"),
    )
    contents = {"l-okrequest": REQUEST, "l-question": question("l-question", "rej@lists.example")}  # noqa: RUF012

    def prepare(self, machine: Machine) -> None:
        """Configure it, and write what makes the lists."""
        names = "|".join(LISTS)
        route = rf"/^({names})(-[a-z]+([+=].*)?)?@lists\.example$/ lmtp:inet:127.0.0.1:8024"
        machine.write("/etc/postfix/lists", f"{route}\n")
        machine.write("/var/lib/lab/lab_lists.py", SETUP)
        machine.sh(CONFIGURE)

    def start_behind(self, machine: Machine) -> None:
        """Start its runners, which takes a minute, and make the lists."""
        machine.sh(f"su -s /bin/bash list -c '{MAILMAN} start'")
        machine.wait_greeting(8024, limit=150)
        machine.sh(
            f"cd /var/lib/lab && su -s /bin/bash list -c 'PYTHONPATH=/var/lib/lab {MAILMAN} withlist -r lab_lists.setup'"
        )

    def afterwards(self, machine: Machine) -> None:
        """Post again to the list whose member bounces, so that his score goes over its threshold."""
        time.sleep(LATER)
        again = [mail_of(_post(f"l-bnc-{number}", "bnc")) for number in (2, 3)]
        send(machine, again, connections=1)


SERVERS = (Mailman3(),)
