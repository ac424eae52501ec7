"""What a server's file says: how it is installed, configured, started, fed, and when it has nothing more to do.

Subclass `Server`, set the attributes that differ, write `configure` and `start`, and list instances in `SERVERS` of a
module in `servers/`. README.md, "Adding a server", goes through it.
"""

import re
from collections.abc import Mapping, Sequence

from .errors import LabError
from .machine import Machine
from .mails import Mail, Outcome, mail_of
from .replies import reply_to
from .roots import Recipe
from .scenarios import SCENARIOS, Scenario
from .script import Act
from .submission import send

SPOILING = (421, None)  # "I am closing", and what is no reply at all


class Server:
    """One mail server of the lab. The attributes below are its description, the methods its behaviour."""

    name: str
    """What the command calls it; also the folder of its captures."""

    recipe: Recipe
    """What is installed. Several servers may share a recipe, and with it the installed root."""

    version: str = ""
    """A shell command that prints the version; empty: the version of the first package of the recipe."""

    queue: str = ""
    """A shell command that prints how many messages are still queued; empty: only silence tells that it is over."""

    nudge: str = ""
    """A shell command that makes the server try its queue again; run every few seconds while the queue is waited for."""

    shared: bool = True
    """Whether the scenarios of the shared table are run."""

    unfit: Mapping[str, str] = {}
    """Shared scenarios that are left out: a pattern that matches the whole name, and why."""

    scenarios: Sequence[Scenario] = ()
    """Scenarios of this server alone: local users, aliases, pipes. Their names begin with `l-`."""

    contents: Mapping[str, bytes] = {}
    """Messages, with CRLF, of own scenarios that need one which the shared table does not have."""

    connections: int = 8
    """How many SMTP connections send at a time."""

    silence: float = 8.0
    """Seconds without a new message in the sinks after which the run is over though the queue is not empty."""

    limit: float = 120.0
    """Seconds after which a run is over whatever happens; what has come until then is kept."""

    def configure(self, machine: Machine) -> None:
        """Write files, add users, build tables. The root is fresh: no run leaves anything to the next."""
        raise NotImplementedError

    def start(self, machine: Machine) -> None:
        """Start the daemons; return when the server takes mail."""
        raise NotImplementedError

    def deliver(self, machine: Machine, mails: list[Mail]) -> list[Outcome]:
        """Hand the mails to the server."""
        return send(machine, mails, connections=self.connections)

    def afterwards(self, machine: Machine) -> None:
        """Do what else provokes notices: sendmail(1), probes, queue runs."""

    def mails(self, only: str = "") -> list[Mail]:
        """Compose the mails of a run, those whose scenario's name matches.

        Those that make a server think ill of a host come last, or it would not try the host for the others.
        """
        chosen = sorted((one for one in self.all_scenarios() if re.match(only, one.name)), key=_spoils_a_host)
        return [mail_of(one, self.contents.get(one.name)) for one in chosen]

    def all_scenarios(self) -> list[Scenario]:
        """List the shared scenarios that fit, and the own ones."""
        shared = [one for one in SCENARIOS.values() if not self.why_unfit(one.name)] if self.shared else []
        return [*shared, *self.scenarios]

    def why_unfit(self, scenario: str) -> str | None:
        """Say why this scenario of the shared table is left out, if it is."""
        return next((why for pattern, why in self.unfit.items() if re.fullmatch(pattern, scenario)), None)

    def version_on(self, machine: Machine) -> str:
        """Ask for the version that runs there."""
        command = self.version or f"dpkg-query -W -f '${{Version}}' {self.recipe.packages[0]}"
        return machine.sh(command).strip()

    def queued(self, machine: Machine) -> int | None:
        """Ask how many messages wait, if that can be asked."""
        if not self.queue:
            return None
        said = machine.run(self.queue).stdout.decode(errors="replace").split()
        try:
            return int(said[-1])
        except (IndexError, ValueError):
            msg = f"{self.name}: the queue command printed no number: {' '.join(said)[:200]}"
            raise LabError(msg) from None


def _spoils_a_host(scenario: Scenario) -> bool:
    replies = [reply_to(one.address) for one in scenario.recipients]
    return any(reply and (reply.act is not Act.SAY or reply.code in SPOILING) for reply in replies)
