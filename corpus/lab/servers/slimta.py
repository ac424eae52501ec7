"""slimta, a mail server as a Python library: twenty lines make a relay of it."""

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.server import Server

# It wants versions that go together, and an event loop built on this machine.
INSTALL = """
python3 -m venv /opt/slimta
/opt/slimta/bin/pip install --quiet python-slimta==5.0.5 'pycares<5' 'zope.interface==6.4' 'zope.event==5.0' 'setuptools<81'
"""
PROGRAM = """
from gevent import monkey
monkey.patch_all()
import gevent
from slimta.edge.smtp import SmtpEdge
from slimta.policy.headers import AddDateHeader, AddMessageIdHeader, AddReceivedHeader
from slimta.queue import Queue
from slimta.queue.dict import DictStorage
from slimta.relay.smtp.mx import MxSmtpRelay

relay = MxSmtpRelay(connect_timeout=3, command_timeout=3, data_timeout=5, idle_timeout=1, ehlo_as="mail.lab.example")
queue = Queue(DictStorage({}, {}), relay, backoff=lambda envelope, attempts: 3 if attempts <= 3 else None)
queue.start()
for policy in (AddReceivedHeader(), AddDateHeader(), AddMessageIdHeader()):
    queue.add_policy(policy)
edge = SmtpEdge(("127.0.0.1", 25), queue, hostname="mail.lab.example")
edge.start()
gevent.wait()
"""


class Slimta(Server):
    """python-slimta from PyPI."""

    name = "slimta"
    recipe = Recipe("slimta", ("python3-venv", "python3-dev", "gcc", "libc6-dev"), INSTALL)
    version = "/opt/slimta/bin/pip show python-slimta | sed -n 's/^Version: //p'"
    connections = 4
    silence = 20
    limit = 100
    unfit = {  # noqa: RUF012 (the base class says that it is not changed)
        "d-loop": "it counts no hops",
        "b-huge": "a notice like that of the others, only long",
    }

    def configure(self, machine: Machine) -> None:
        """Write the program."""
        machine.write("/opt/slimta/relay.py", PROGRAM)

    def start(self, machine: Machine) -> None:
        """Start it."""
        machine.spawn("/opt/slimta/bin/python /opt/slimta/relay.py")
        machine.wait_greeting(25)


SERVERS = (Slimta(),)
