"""Sessions: who is signed in; a signed cookie that names the person and proves nothing else.

Roles are read from the store at every request: taking a role or changing a password works at once.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from hashlib import sha256

from flask import Flask, Request, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from countersign.decide.approvals import Approver
from countersign.decide.policy import DEFAULT_POLICY, Policy, read_policy
from countersign.store import people, policies
from countersign.store.people import Person
from countersign.web.problems import Problem

SESSION_HOURS = 12
ERP_ROLE = "erp"


class ConsoleSessions(SecureCookieSessionInterface):
    """Flask's signed cookies, marked Secure whenever the page itself came over https."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie; a caller with a bearer key sends none, and none is looked for."""
        if app.secret_key and "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Tell whether the cookie may only travel over https."""
        return request.is_secure


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person with what the policy in force allows them."""

    person_id: str
    name: str
    roles: frozenset[str]
    policy: Policy

    @property
    def may_approve(self) -> bool:
        """Tell whether the person may decide about tasks."""
        return self.policy.may(self.roles, "approve")

    @property
    def may_approve_second(self) -> bool:
        """Tell whether the person may be the second pair of eyes."""
        return self.policy.may(self.roles, "second_approve")

    @property
    def may_govern(self) -> bool:
        """Tell whether the person may change the policy and clear alarms."""
        return self.policy.may(self.roles, "change_policy")

    @property
    def may_mend(self) -> bool:
        """Tell whether the person belongs to the ERP team and may change postings."""
        return ERP_ROLE in self.roles

    @property
    def approver(self) -> Approver:
        """Return the person as the rules of approvals want it."""
        return Approver(self.person_id, self.roles)

    @property
    def actor(self) -> str:
        """Return the name for the audit."""
        return f"person:{self.person_id}"


def require_secret() -> None:
    """Refuse to work without a secret: cookies could be forged."""
    if not current_app.config["SECRET_KEY"]:
        raise Problem(
            503,
            "console-not-set-up",
            "The console is not set up",
            "Nobody can sign in before COUNTERSIGN_SESSION_SECRET_FILE names a file with a long "
            "random text.",
        )


def form_token() -> str:
    """Return the token that every form of this session carries."""
    if "form_token" not in session:
        session["form_token"] = secrets.token_urlsafe(24)
    token: str = session["form_token"]
    return token


def start(person: Person) -> None:
    """Sign a person in; whatever the cookie held before is gone."""
    session.clear()
    session.permanent = True
    session["person"] = person.person_id
    session["proof"] = _proof(person)
    session["since"] = int(time.time())


def read_visitor() -> Visitor | None:
    """Return who is signed in, ``None`` where nobody is (any more)."""
    person_id = session.get("person")
    if not person_id or time.time() - session.get("since", 0) > SESSION_HOURS * 3600:
        return None
    with g.services.database.read() as connection:
        person = people.read(connection, person_id)
        current = policies.read_current(connection) or (0, DEFAULT_POLICY)
    if person is None or not person.is_active or session.get("proof") != _proof(person):
        return None
    return Visitor(person.person_id, person.name, person.roles, read_policy(*current))


def _proof(person: Person) -> str:
    """Return what changes with the password, so that old sessions end with it."""
    return sha256((person.password_hash or "").encode()).hexdigest()[:16]
