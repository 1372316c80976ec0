"""Access tokens: JWTs that a gateway verifies by itself, with the published keys. docs/accounts.md has the claims."""

import time
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import OKPKey

from chassis.ids import new_id

# RFC 9864's name for EdDSA over this one curve.
ALGORITHM = "Ed25519"
ISSUER = "tasksync"
AUDIENCE = "tasksync-api"
LIFE_SECONDS = 600
# How far the clock of a gateway may be behind: what was issued in its future it refuses.
SKEW_SECONDS = 60


def issue(key: OKPKey, account_id: UUID, session_id: UUID) -> str:
    now = int(time.time())
    header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": key.kid}
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(account_id),
        "sid": str(session_id),
        "jti": str(new_id()),
        "iat": now - SKEW_SECONDS,
        "exp": now + LIFE_SECONDS,
    }
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])
