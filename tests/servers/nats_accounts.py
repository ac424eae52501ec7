"""An operator, an account and a user of NATS, as its own tools make them: signed claims (JWT) with a file of credentials."""

import json
import os
import time
from base64 import b32encode, urlsafe_b64encode

import nkeys

OPERATOR, ACCOUNT, USER = nkeys.PREFIX_BYTE_OPERATOR, nkeys.PREFIX_BYTE_ACCOUNT, nkeys.PREFIX_BYTE_USER
UNLIMITED = -1


class Accounts:
    """Keys for all three."""

    def __init__(self) -> None:
        self.operator, self.system, self.account, self.user = map(_key, (OPERATOR, ACCOUNT, ACCOUNT, USER))

    def config(self) -> str:
        """Return what a server is told."""
        storage = dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), UNLIMITED)
        limits = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf"), UNLIMITED)
        preload = ", ".join(
            f"{_public(account)}: {_claims(self.operator, account, 'account', {'limits': known})}"
            for account, known in ((self.system, limits), (self.account, limits | storage))
        )
        return (
            f"operator: {_claims(self.operator, self.operator, 'operator', {})}\n"
            "resolver: MEMORY\n"
            f"system_account: {_public(self.system)}\n"
            f"resolver_preload: {{ {preload} }}\n"
        )

    def credentials(self) -> str:
        """Return the file of the user."""
        limits = dict.fromkeys(("subs", "data", "payload"), UNLIMITED)
        claims = _claims(self.account, self.user, "user", limits)
        seed = self.user.seed.decode()
        return (
            f"-----BEGIN NATS USER JWT-----\n{claims}\n------END NATS USER JWT------\n\n"
            f"-----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
        )


def _key(prefix: int) -> nkeys.KeyPair:
    return nkeys.from_seed(nkeys.encode_seed(os.urandom(32), prefix))


def _public(key: nkeys.KeyPair) -> str:
    public: bytes = key.public_key
    return public.decode()


def _claims(issuer: nkeys.KeyPair, subject: nkeys.KeyPair, kind: str, what: dict[str, object]) -> str:
    claims = {
        "jti": b32encode(os.urandom(20)).decode(),
        "iat": int(time.time()),
        "iss": _public(issuer),
        "name": kind,
        "sub": _public(subject),
        "nats": {**what, "type": kind, "version": 2},
    }
    text = b".".join(map(_encoded, ({"typ": "JWT", "alg": "ed25519-nkey"}, claims)))
    return b".".join((text, urlsafe_b64encode(issuer.sign(text)).rstrip(b"="))).decode()


def _encoded(part: dict[str, object]) -> bytes:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
