"""What a service has loaded before its first request."""

import subprocess
import sys
from pathlib import Path

import pytest

import dsnparse
from dsnparse.web.warm import MESSAGES

LOADED = """
import sys
from pathlib import Path
import dsnparse
from dsnparse.web.settings import Settings
from dsnparse.web.warm import warm_up
warm_up(Settings())
before = set(sys.modules)
for path in sorted(Path("corpus").glob("*/*.eml"))[::10]:
    dsnparse.to_json(dsnparse.parse(path.read_bytes()))
    dsnparse.explain(path.read_bytes())
print(*(name for name in set(sys.modules) - before if name.startswith(("dsnparse.", "flanker"))))
"""


def test_no_request_waits_for_a_module_of_ours() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=root, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"dsnparse.wire.html"}  # where a notice is in HTML alone


@pytest.mark.parametrize("raw", MESSAGES)
def test_the_messages_are_read_to_their_end(raw: bytes) -> None:
    report = dsnparse.parse(raw)
    assert (report.kind, len(report.recipients), report.complete) == ("failure", 1, True)
