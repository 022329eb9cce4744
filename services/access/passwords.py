"""Password and a code from the telephone: both, or neither."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from hmac import compare_digest

import pyotp
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine
from sqlmodel import Session

from models.database import id_of, reading, writing
from models.queries.people import access as queries
from models.queries.people import proofs as proof_queries
from models.tables.access import Credential
from models.tables.people import Person
from rules.access import PasswordProblem, password_problem
from rules.office import Office
from services import log
from services.access.sessions import SignedInPerson, enter, held, revoke_others
from services.access.throttle import Caller, count_try, succeeded
from services.errors import Refused
from services.seals import decrypt, encrypt

STEP = 30  # seconds a code lasts
ENROL_WITHIN = 30 * 60  # seconds a form may lie open
KIND = "password"


class WrongProof(Refused):
    """Address, password or code; which one is not said."""

    def __init__(self) -> None:
        super().__init__("Địa chỉ, mật khẩu hoặc mã không đúng. / Wrong address, password or code.")


class WeakPassword(Refused):
    def __init__(self, problem: PasswordProblem) -> None:
        self.problem = problem
        super().__init__(f"Mật khẩu chưa đạt: {problem}. / The password will not do: {problem}.")


class WrongCode(Refused):
    """The code does not fit the secret just shown."""


# --- coming in ------------------------------------------------------------------------------------------------------


def sign_in(engine: Engine, office: Office, email: str, password: str, code: str, caller: Caller, now: datetime) -> str:
    """The token of a new session. Raises TooSoon, WrongProof. No transaction is open while the hash is computed."""
    counted = count_try(engine, KIND, email, caller, now)
    with reading(engine) as session:
        person = queries.person_by_email(session, email.strip())
        credential = session.get(Credential, person.id) if person else None
    fits = _fits(password, credential)
    counter = counter_of(decrypt(office.key, credential.totp) if credential else None, code, now)
    with writing(engine) as session:
        if person is None or credential is None or not fits or counter is None:
            _log_refusal(session, person, caller, now)
        # a code read over somebody's shoulder comes too late
        elif proof_queries.use_code(session, id_of(person), counter) and held(session, id_of(person), now):
            succeeded(session, counted)
            return enter(session, person, KIND, caller, now)
    raise WrongProof


def _fits(password: str, credential: Credential | None) -> bool:
    """Takes as long for an address nobody has."""
    return _hasher().verify(password, credential.password if credential else _nobodys()) and credential is not None


def _log_refusal(session: Session, person: Person | None, caller: Caller, now: datetime) -> None:
    if person is not None:
        log.append(session, now, "kyhan", "access.refuse", f"person:{person.id}", {"network": caller.network})


def counter_of(secret: str | None, code: str, now: datetime) -> int | None:
    """The thirty seconds this code belongs to: these, the ones before or the next; None when it fits none."""
    if secret is None:
        return None
    digits = "".join(code.split()).encode()
    present = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    steps = (present, present - 1, present + 1)
    return next((step for step in steps if compare_digest(totp.generate_otp(step).encode(), digits)), None)


# --- setting it up --------------------------------------------------------------------------------------------------


def offered_secret(office: Office) -> tuple[str, str]:
    """A new shared secret, and the same sealed, to come back with the form; nothing is stored before the code fits."""
    secret = pyotp.random_base32()
    return secret, encrypt(office.key, secret)


def offered_again(office: Office, sealed: str) -> str | None:
    return decrypt(office.key, sealed, ENROL_WITHIN)


def otpauth(office: Office, secret: str, email: str) -> str:
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=office.system_name)


def set_password(
    session: Session, office: Office, known: SignedInPerson, password: str, sealed: str, code: str, now: datetime
) -> None:
    """Raises WeakPassword, WrongCode. Every other session of the person ends."""
    if problem := password_problem(password, (known.email, office.system_name)):
        raise WeakPassword(problem)
    secret = offered_again(office, sealed)
    counter = counter_of(secret, code, now)
    if secret is None or counter is None:
        raise WrongCode
    proof = {"password": _hasher().hash(password), "totp": encrypt(office.key, secret)}
    session.merge(Credential(person_id=known.person_id, **proof, last_counter=counter, set_at=now))
    log.append(session, now, known.name, "access.password", f"person:{known.person_id}", {})
    revoke_others(session, known, now)


def has_password(session: Session, person_id: int) -> bool:
    return session.get(Credential, person_id) is not None


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))  # argon2id with the library's present defaults


@cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this one")
