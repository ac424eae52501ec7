"""Signed tokens that a bounce brings back: the proof that it speaks of mail of ours, for this recipient, and when that was sent.

    keys = load_keys("/etc/dsnparse/keys")
    make_return_path(keys, "ines@dest.example", mailbox="bounces@example.com", id="order8812")
    make_message_id(keys, "ines@dest.example", domain="example.com")
    verify(keys, returned, ["ines@dest.example"], at=time.time())

A token is at home in the local part of the return path and in a Message-ID. It is letters and digits only, and their case does not
count, since servers fold it and take other signs for delimiters.
"""

from dsnparse.tokens.code import LIFETIME, Opened, State, open_token
from dsnparse.tokens.keyfile import load_keys
from dsnparse.tokens.keys import Key, Keys, new_key, parse_keys
from dsnparse.tokens.make import make_message_id, make_return_path, make_token
from dsnparse.tokens.verify import Verdict, find_tokens, verify

__all__ = [
    "LIFETIME",
    "Key",
    "Keys",
    "Opened",
    "State",
    "Verdict",
    "find_tokens",
    "load_keys",
    "make_message_id",
    "make_return_path",
    "make_token",
    "new_key",
    "open_token",
    "parse_keys",
    "verify",
]
