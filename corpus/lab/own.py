"""Scenarios of one server alone whose truth follows from the shared table: fetchmail, which speaks to the same next hops."""

from .scenarios import Scenario, scenario

KEYS = (
    "unknown gmail-nouser noenh quota552 quotadot spamhaus virus gmail-spam toolarge relaydenied moved551 utf8 lines20"
    " authreq conflict54 bare550"
)

# A message that fetchmail forwards, and the shared scenario that provokes the same.
LIKE: dict[str, str] = {f"f-{key}": f"r-{key}" for key in KEYS.split()} | {
    "f-mail550": "d-mail550",
    "f-small": "d-small",
}


def _fetched(name: str, like: str) -> Scenario:
    kind, _, key = like.partition("-")
    domain = f"{key}.example" if kind == "d" else "dest.example"
    return scenario(name, f"{key}@{domain}", message="attach" if key == "small" else "plain")


SCENARIOS: dict[str, Scenario] = {name: _fetched(name, like) for name, like in LIKE.items()}
