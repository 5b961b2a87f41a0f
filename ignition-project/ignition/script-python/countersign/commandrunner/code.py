"""Command runner: carries out on the gateway what people at screens command.

Each command is sent under its own id until the service has answered or a minute is over. An answer
that got lost is never taken for a refusal: a decision that is found made by the same person when
it is sent again was made by the first attempt.
"""

from __future__ import absolute_import, unicode_literals

import json
import threading
from collections import deque

import countersign.commands as commands
import countersign.entry as entries
import countersign.http as http
import countersign.jobs as jobs

PATIENCE_SECONDS = 60
RETRY_SECONDS = 2
STATES_KEPT = 2000
CONFLICT = 409
TOO_MANY_REQUESTS = 429

APPROVAL_PATH = "/v1/approvals/%s"
POSTING_PATH = "/v1/postings/%s"
CAUSES_PATH = "/v1/postings/causes"
ON_POSTINGS = ("retry", "reverse")
RETRY_CAUSE = "retry_cause"
DECIDED = {
    "approve": ("approved", "awaiting_second"),
    "correct": ("corrected", "awaiting_second"),
    "reject": ("rejected",),
    "hold": ("held",),
}
"""In which states an approval is after each decision."""


class CommandRunner(jobs.Job):
    """Takes commands from screens and carries them out; one run at a time."""

    def __init__(self, states, service, entry, board, roles_of, clock_seconds):
        """Take the shared table of states, the parts to act on and what roles of Ignition mean."""
        jobs.Job.__init__(self)
        self._states = states
        self._service = service
        self._entry = entry
        self._board = board
        self._roles_of = roles_of
        self._clock_seconds = clock_seconds
        self._waiting = deque()
        self._order = deque()
        self._lock = threading.Lock()

    def take(self, request):
        """Check a command (a dictionary as commands.submit makes it), queue it, return its state.

        The same command again is answered with the state it has. A report is on the disk when
        this returns; everything else is queued.
        """
        command_id = request["command_id"]
        with self._lock:
            if command_id in self._states:
                return self._states[command_id]
            self._note(command_id, commands.state_of(commands.QUEUED))
        refusal = self._refusal_of(request)
        if refusal is not None:
            self._states[command_id] = refusal
        elif request["command"] in entries.EVENT_TYPES:
            self._states[command_id] = self._entry.report(request)
        else:
            self._waiting.append(_Command(request, self._clock_seconds()))
        return self._states[command_id]

    def work(self):
        """Carry out what waits and is due, those of one approval or posting in their order."""
        behind = set()
        for command in list(self._waiting):
            if self.is_stopping:
                return
            if command.target not in behind and self._is_settled(command):
                self._waiting.remove(command)
            else:
                behind.add(command.target)

    def stop(self):
        """Let the request under way end; what still waits is answered as not sent."""
        jobs.Job.stop(self)
        for command in self._waiting:
            text = "the gateway was restarted before the service had answered: try again"
            self._settle(command, commands.UNREACHABLE, text, code="restarted")

    def _note(self, command_id, state):
        self._states[command_id] = state
        self._order.append(command_id)
        while len(self._order) > STATES_KEPT:
            self._states.pop(self._order.popleft(), None)

    def _refusal_of(self, request):
        command = request["command"]
        if command not in commands.ROLES:
            text = "%s is no command; known are %s" % (command, ", ".join(sorted(commands.ROLES)))
            return commands.state_of(commands.REFUSED, text, code="unknown_command")
        if not request["user"]:
            return commands.state_of(commands.REFUSED, "nobody is signed in", code="signed_out")
        has = self._roles_of(request["roles"])
        if not has & set(commands.ROLES[command]):
            text = "%s needs one of the roles %s" % (command, ", ".join(commands.ROLES[command]))
            return commands.state_of(commands.REFUSED, text, code="role_missing")
        wanted = _id_name(command)
        if wanted is not None and not request["body"].get(wanted):
            text = "%s: %s is missing" % (command, wanted)
            return commands.state_of(commands.REFUSED, text, code="incomplete")
        return None

    def _is_settled(self, command):
        """Send a command when its time has come; tell whether nothing is left to do for it."""
        if command.next_at > self._clock_seconds():
            return False
        command.attempts += 1
        self._states[command.command_id] = commands.state_of(commands.SENT)
        try:
            return self._carry_out(command)
        except http.Unreachable as problem:
            return self._put_off(command, "the service cannot be reached: %s" % problem)

    def _carry_out(self, command):
        answer = self._send(command)
        if answer is None:
            return True
        if answer.is_server_error() or answer.status == TOO_MANY_REQUESTS:
            return self._put_off(command, "the service is in trouble: %s" % answer.summary())
        if answer.is_good() and answer.json() is not None:
            self._settle(command, commands.DONE, "", answer.json())
        elif answer.status == CONFLICT and command.attempts > 1 and self._was_done(command):
            pass
        elif answer.problem() is not None:
            content = answer.problem()
            reasons = "; ".join(http.reasons_of(content))
            self._settle(command, commands.REFUSED, reasons, content, http.kind_of(content))
        else:
            return self._put_off(command, "unexpected answer: %s" % answer.summary())
        return True

    def _send(self, command):
        """Send the request of a command; None when its badge is nobody's."""
        if command.badge is not None and command.person_id is None:
            answer = self._service.person_of_badge(command.badge)
            person = answer.json() if answer.is_good() else None
            if not isinstance(person, dict) or not person.get("person_id"):
                if answer.status != http.NOT_FOUND:
                    return answer
                text = "nobody has this badge"
                self._settle(command, commands.REFUSED, text, code="unknown_badge")
                return None
            command.person_id = person["person_id"]
        return self._service.post(command.path, json.dumps(command.body()), command.command_id)

    def _was_done(self, command):
        """Settle a decision that an attempt whose answer was lost has made; tell whether so."""
        answer = self._service.get(command.target, {})
        found = answer.json() if answer.is_good() else None
        if not isinstance(found, dict) or command.name not in DECIDED:
            return False
        people = (found.get("decided_by"), found.get("first_approved_by"))
        if found.get("state") in DECIDED[command.name] and command.person_id in people:
            self._settle(command, commands.DONE, "", found)
            return True
        return False

    def _put_off(self, command, text):
        if self._clock_seconds() - command.since > PATIENCE_SECONDS:
            text = "%s; given up, see whether it was done" % text
            self._settle(command, commands.UNREACHABLE, text, code="given_up")
            return True
        state = commands.state_of(commands.UNREACHABLE, text, code="trying_again")
        self._states[command.command_id] = state
        command.next_at = self._clock_seconds() + RETRY_SECONDS
        return False

    def _settle(self, command, state, text, result=None, code=None):
        self._states[command.command_id] = commands.state_of(state, text, result, code)
        self._board.expire()


class _Command(object):
    """A command on its way to the service."""

    def __init__(self, request, now_seconds):
        self.command_id = request["command_id"]
        self.name = request["command"]
        self.since = now_seconds
        self.next_at = now_seconds
        self.attempts = 0
        self._body = dict(request["body"])
        self.target = self._target()
        self.path = self.target + "/" + ("retry" if self.name == RETRY_CAUSE else self.name)
        self.badge = self._body.pop("badge", None)
        self.person_id = request["user"] if self.badge is None else None

    def body(self):
        """Return the body of the request; what is empty is left out."""
        body = {name: value for name, value in self._body.items() if value not in (None, "")}
        body["acting_user"] = self.person_id
        return body

    def _target(self):
        if self.name == RETRY_CAUSE:
            return CAUSES_PATH
        base = POSTING_PATH if self.name in ON_POSTINGS else APPROVAL_PATH
        return base % http.quoted(self._body.pop(_id_name(self.name)))


def _id_name(command):
    if command == RETRY_CAUSE or command in entries.EVENT_TYPES:
        return None
    return "posting_id" if command in ON_POSTINGS else "approval_id"
