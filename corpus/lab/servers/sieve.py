"""Sieve scripts (RFC 5228) that answer senders, for the servers that know Sieve, and the mails that provoke the answers."""

from corpus.lab.scenarios import Scenario, scenario, to

from .common import local
from .front import question

ALTERNATIVE = """\
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=foo

--foo
Content-Type: text/plain

I am away.

--foo
Content-Type: text/html; charset=utf-8

<p>I am away <b>für</b> a week.</p>

--foo--
"""
SCRIPTS = {
    "rej": 'require "reject"; reject "I do not take mail from you. Please use the form at https://lab.example/contact";',
    "rejutf": 'require "reject"; reject text:\nIch nehme keine Nachrichten an – bitte später versuchen.\nZweite Zeile.\n.\n;',
    "erej": 'require "ereject"; ereject "Not interested (ereject)";',
    "vac": 'require "vacation"; vacation :days 1 :subject "Out of office" "I am away until Monday, contact bob@lab.example.";',
    "vacmime": f'require "vacation"; vacation :mime text:\n{ALTERNATIVE}.\n;',
    "vacnosubj": 'require "vacation"; vacation "Je suis absent jusqu’au 3 mars. Merci.";',
    "redirbad": 'redirect "unknown@dest.example";',
    "redirloop": 'redirect "redirloop@lab.example";',
    "discard": "discard;",
    "fileinto": 'require ["fileinto"]; fileinto "No.Such.Box";',
}
ASKED = ("vac", "vacmime", "vacnosubj")
QUESTIONS = {f"l-{user}-to": question(f"l-{user}-to", f"{user}@lab.example") for user in ASKED}


def scenarios_of(users: list[str]) -> list[Scenario]:
    """List the mails to those users, and those that look at the answers more closely."""
    return [
        *(local(user) for user in users),
        *(scenario(name, f"{name.removeprefix('l-').removesuffix('-to')}@lab.example") for name in QUESTIONS),
        *(scenario(f"l-{user}-html", f"{user}@lab.example", message="html") for user in ("rej", "erej")),
        *(scenario(f"l-{user}-8bit", f"{user}@lab.example", message="8bit") for user in ("rej", "vac")),
        scenario("l-mixed", *(f"{user}@lab.example" for user in ("rej", "full", "nosuchuser", "erej", "alice"))),
        scenario("l-rej-mdnreq", "rej@lab.example", message="mdnreq"),
        scenario(
            "l-redirbad-dsn",
            to("redirbad@lab.example", "SUCCESS,FAILURE", "rfc822;redirbad@lab.example"),
            parameters="ENVID=sieve1",
        ),
    ]
