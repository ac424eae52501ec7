"""chasquid: no open relay, so the recipients of each scenario become an alias; it gives up after 20 hours, compiled in."""

from dataclasses import replace

from corpus.lab.machine import Machine
from corpus.lab.roots import Recipe
from corpus.lab.scenarios import Recipient, Scenario
from corpus.lab.server import Server

from .common import local

CONFIGURATION = """\
hostname: "mail.lab.example"
max_data_size_mb: 6
smtp_address: "127.0.0.1:25"
submission_address: "127.0.0.1:587"
mail_delivery_agent_bin: "/usr/local/bin/mda"
mail_delivery_agent_args: "%to_user%"
data_dir: "/var/lib/chasquid"
mail_log_path: "<syslog>"
"""
DELIVERY = """#!/bin/sh
cat > /dev/null
case $1 in fail*) echo "mda: $1: simulated problem"; exit ${1#fail};; esac
"""
CODES = (65, 67, 75, 77, 1)
NO_ALIAS = frozenset('"% [')
USERS = "; ".join(
    f"chasquid-util user-add {name}@lab.example --password=x" for name in ("alice", *(f"fail{code}" for code in CODES))
)
# It takes no mail without a certificate.
CERTIFICATE = """
mkdir -p /etc/chasquid/certs/mail.lab.example; cd /etc/chasquid/certs/mail.lab.example
openssl req -x509 -newkey rsa:2048 -nodes -keyout privkey.pem -out fullchain.pem -days 30 -subj /CN=mail.lab.example 2>&1
mkdir -p /var/lib/chasquid; chown -R chasquid: /var/lib/chasquid /etc/chasquid
"""
DAEMON = "chasquid -v=2 --config_dir=/etc/chasquid"
# The queue is files of text; created_at_ts is what its age is counted from.
AGE = r"""
pkill chasquid; while pgrep -x chasquid > /dev/null; do sleep 0.2; done
cd /var/lib/chasquid/queue && ls | while IFS= read -r file; do
  sed -i -E '/created_at_ts/,/}/ s/(seconds: *)[0-9]+/\11700000000/; s/(created_at_ts[^}]*seconds: *)[0-9]+/\11700000000/' "$file"
done
true
"""
SETTLE = 10.0


class Chasquid(Server):
    """chasquid of Debian."""

    name = "chasquid"
    recipe = Recipe("chasquid", ("chasquid",))
    queue = "find /var/lib/chasquid/queue -type f | wc -l"
    silence = 14
    unfit = {"b-huge|m-samedomain50": "a notice like that of the others, only long"}  # noqa: RUF012
    scenarios = (*(local(f"ex{code}") for code in CODES), local("pipe", "lpipe@lab.example"))

    def all_scenarios(self) -> list[Scenario]:
        """List what an alias can stand for, each sent to its alias."""
        return [_to_alias(one) for one in super().all_scenarios() if _fits(one)]

    def configure(self, machine: Machine) -> None:
        """Write aliases, users and the delivery program."""
        aliases = [
            f"x-{one.name}: {', '.join(recipient.address for recipient in one.recipients)}"
            for one in super().all_scenarios()
            if _fits(one) and one.name not in {own.name for own in self.scenarios}
        ]
        aliases += [f"ex{code}: fail{code}@lab.example" for code in CODES]
        aliases.append("lpipe: | /usr/local/bin/mda fail69")
        machine.write("/etc/chasquid/chasquid.conf", CONFIGURATION)
        machine.write("/etc/chasquid/domains/lab.example/aliases", "\n".join(aliases) + "\n")
        machine.write("/usr/local/bin/mda", DELIVERY, mode=0o755)
        machine.sh(USERS + CERTIFICATE)

    def start(self, machine: Machine) -> None:
        """Start the daemon."""
        machine.spawn(DAEMON)
        machine.wait_greeting(25)

    def afterwards(self, machine: Machine) -> None:
        """Make what waits older than it may get, and start anew."""
        machine.sh(f"sleep {SETTLE}")
        machine.sh(AGE)
        self.start(machine)


def _fits(one: Scenario) -> bool:
    return not any(NO_ALIAS & set(recipient.address) for recipient in one.recipients)


def _to_alias(one: Scenario) -> Scenario:
    if one.name.startswith("l-"):
        return one
    return replace(one, recipients=(Recipient(f"x-{one.name}@lab.example"),))


SERVERS = (Chasquid(),)
