"""Haraka: a relay by a plugin of five lines; its bounces as plain text, and with the HTML template that it ships."""

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.server import Server

from .common import npm_version

HOME = "/opt/haraka/node_modules/Haraka"
VERSION = "3.1.7"
PACKAGE = (
    f'{{"dependencies": {{"Haraka": "{VERSION}"}}, "overrides": {{"encoding-japanese": "2.2.0", "libqp": "2.1.1"}}}}'
)
INSTALL = f"""
mkdir -p /opt/haraka; cd /opt/haraka
echo '{PACKAGE}' > package.json
npm install --silent --omit=optional --no-audit --no-fund
"""
PLUGIN = """
exports.register = function () {
  this.register_hook('connect', 'relay'); this.register_hook('mail', 'accept'); this.register_hook('rcpt', 'accept');
};
exports.relay = function (next, connection) { connection.relaying = true; next(); };
exports.accept = function (next) { next(OK); };
"""
SETTINGS = {
    "me": "mail.lab.example\n",
    "host_list": "",
    "plugins": "accept_all\n",
    "loglevel": "INFO\n",
    "smtp.ini": "listen=127.0.0.1:25\nnodes=0\nsmtputf8=true\n",
    "databytes": "10000000\n",
    # Less than five seconds is refused, and silently becomes 64.
    "outbound.ini": (
        "temp_fail_intervals=5s,5s\nlocal_mx_ok=true\nconnect_timeout=2\npool_timeout=3\nenable_tls=true\n"
        "maxTempFailures=3\nalways_split=false\ninet_prefer=v4\n"
    ),
}
HTML = ("outbound.bounce_message_html", "outbound.bounce_message_image")


class Haraka(Server):
    """Haraka from npm."""

    name = "haraka"
    recipe = Recipe("haraka", ("nodejs", "npm"), INSTALL)
    version = npm_version(HOME)
    silence = 20
    templates: tuple[str, ...] = ()
    """Templates of the bounce beside that in plain text."""

    def configure(self, machine: Machine) -> None:
        """Copy its whole configuration, since it does not start with less, and change what differs."""
        machine.sh(f"mkdir -p /srv/haraka/plugins /srv/haraka/queue; cp -r {HOME}/config /srv/haraka/")
        for name, text in SETTINGS.items():
            machine.write(f"/srv/haraka/config/{name}", text)
        machine.write("/srv/haraka/plugins/accept_all.js", PLUGIN)
        machine.sh("sed -i 's/^; *smtputf8=.*/smtputf8=true/' /srv/haraka/config/connection.ini")
        unwanted = [name for name in HTML if name not in self.templates]
        machine.sh(f"cd /srv/haraka/config; rm -f {' '.join(unwanted)}")

    def start(self, machine: Machine) -> None:
        """Start it."""
        machine.spawn(f"node {HOME}/bin/haraka -c /srv/haraka")
        machine.wait_greeting(25)


class HarakaHtml(Haraka):
    """The same with the notice in HTML and a picture."""

    name = "haraka-html"
    templates = HTML
    unfit = {"b-huge": "a notice like that of the others, only long"}  # noqa: RUF012


SERVERS = (Haraka(), HarakaHtml())
