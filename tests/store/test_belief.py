from pathlib import Path
from typing import Any

import pytest

from dsnparse.errors import RuleError, SourceError, TokenError, UsageError
from dsnparse.policy import Policy
from dsnparse.store import believe
from dsnparse.tokens import new_key
from dsnparse.trust import TrustRules


def test_without_settings_nothing_can_be_proven() -> None:
    assert believe({}, {}, {}) == (TrustRules(), Policy(unproven="slowly"))


def test_who_can_prove_acts_on_nothing_else(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(new_key())
    keys.chmod(0o600)
    rules, policy = believe({"keys_file": str(keys), "domains": ["Example.com"]}, {"active": 7}, {})
    assert (rules.prove, rules.domains, policy) == (True, {"example.com"}, Policy(unproven="never", active=7))
    assert believe({}, {}, {"DSNPARSE_KEYS": new_key()})[1].unproven == "never"
    assert believe({}, {}, {"DSNPARSE_KEYS_FILE": str(keys)})[1].unproven == "never"
    assert believe({"keys_file": str(keys)}, {"unproven": "slowly"}, {})[1].unproven == "slowly"
    log = tmp_path / "sent.csv"
    log.write_text("message_id,recipient\nm1,ines@dest.example\n")
    rules, policy = believe({"sent_log": str(log)}, {}, {})
    assert rules.was_sent is not None
    assert (rules.was_sent("m1", "ines@dest.example", 0), policy.unproven) == (True, "never")


@pytest.mark.parametrize(
    ("trust", "policy", "kind", "said"),
    [
        ({"keyfile": "x"}, {}, UsageError, r"\[trust\]: Object contains unknown field `keyfile`"),
        ({"domains": "example.com"}, {}, UsageError, r"\[trust\]: Expected `array`, got `str` - at `\$.domains`"),
        ({}, {"treshold": 3}, UsageError, r"\[policy\]: Object contains unknown field `treshold`"),
        ({}, {"threshold": "3"}, UsageError, r"\[policy\]: Expected `float`, got `str`"),
        ({}, {"categories": {"policy": "hard"}}, RuleError, "policy says nothing about the address"),
        ({"keys_file": "/none"}, {}, TokenError, "/none: no such file"),
        ({"sent_log": "/none"}, {}, SourceError, "/none: the sent log cannot be read"),
    ],
)
def test_what_is_wrong(trust: dict[str, Any], policy: dict[str, Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        believe(trust, policy, {})
