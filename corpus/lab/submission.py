"""The two ways of handing mails to a server: over SMTP, and by its sendmail(1)."""

import base64
import json
import shlex
import subprocess
import sys
from pathlib import Path

from .errors import LabError
from .machine import Machine
from .mails import Mail, Outcome, to_json

LIMIT = 240.0
# Run one script of /root/mails on the message of the same number, and write its number, status and output on one line.
RUN_ONE = """
n=${1%.sh}
sh $1 < $n.eml > $n.out 2>&1
echo "$n $? $(base64 -w 0 $n.out)" > $n.result
"""
HERE = Path(__file__).parents[2]


def module(name: str, *arguments: str) -> list[str]:
    """Make the command that runs a module of the lab with this interpreter, from whatever folder."""
    start = f"import sys, runpy; sys.path.insert(0, {str(HERE)!r}); runpy.run_module({name!r}, run_name='__main__')"
    return [sys.executable, "-c", start, *arguments]


def send(
    machine: Machine, mails: list[Mail], *, host: str = "127.0.0.1", port: int = 25, connections: int = 8
) -> list[Outcome]:
    """Send over SMTP from inside the machine."""
    command = module("corpus.lab.client", host, str(port), str(connections))
    client = machine.spawn_outside(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        printed, _ = client.communicate(to_json(mails), timeout=LIMIT)
    except subprocess.TimeoutExpired:
        client.kill()
        msg = f"sending took more than {LIMIT:.0f} s"
        raise LabError(msg) from None
    if client.returncode:
        msg = f"the client failed: {machine.log[-1500:]}"
        raise LabError(msg)
    return [Outcome(**json.loads(line)) for line in printed.splitlines()]


def inject(machine: Machine, mails: list[Mail], command: str, *, at_once: int = 4) -> list[Outcome]:
    """Run a command like sendmail(1) for each mail, with LF line ends on its standard input.

    `{sender}` and `{recipients}` in the command stand for the envelope, quoted for the shell.
    """
    files: dict[str, bytes] = {}
    for number, mail in enumerate(mails):
        files |= _files(number, mail, command)
    machine.unpack("/root/mails", files)
    machine.sh(f"cd /root/mails; ls *.sh | xargs -P {at_once} -n 1 sh -c {shlex.quote(RUN_ONE)} run")
    said = [line.split(b" ") for line in machine.run("cat /root/mails/*.result").stdout.splitlines()]
    results = {
        int(number): (status == b"0", base64.b64decode(output).decode(errors="replace"))
        for number, status, output in said
    }
    return [Outcome(mail.name, *results[number]) for number, mail in enumerate(mails)]


def _files(number: int, mail: Mail, command: str) -> dict[str, bytes]:
    recipients = " ".join(shlex.quote(address) for address, _ in mail.recipients)
    call = command.format(sender=shlex.quote(mail.sender), recipients=recipients)
    return {f"{number}.eml": mail.content.replace(b"\r\n", b"\n"), f"{number}.sh": call.encode() + b"\n"}
