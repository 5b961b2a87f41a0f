"""Runtime: the parts of this package put together, once per gateway.

It lives in the gateway's globals, because the modules of a project are loaded anew whenever the
project is saved: the first event after a save closes the parts of the old modules and opens new
ones.
"""

from __future__ import absolute_import, unicode_literals

import json
import random
import threading

import countersign.alarms as alarms
import countersign.board as boards
import countersign.capture as capture
import countersign.clockwatch as clockwatch
import countersign.commandrunner as commandrunner
import countersign.commands as commands
import countersign.configuration as configurations
import countersign.contact as contact
import countersign.context as contexts
import countersign.database as databases
import countersign.deadletters as deadletters
import countersign.entry as entry
import countersign.feed as feed
import countersign.forward as forward
import countersign.http as http
import countersign.journal as journals
import countersign.masterdata as masterdata
import countersign.outbox as outboxes
import countersign.outcomes as outcomes
import countersign.recent as recents
import countersign.refresh as refresh
import countersign.shared as shared
import countersign.tags as tags
import countersign.times as times
import countersign.versions as versions

CONFIGURATION_TAG = "[default]Countersign/ConfigurationFile"
GLOBAL_NAME = "countersign.runtime"
LOCK_NAME = "countersign.runtime.lock"

_LOADED = object()
"""Tells the modules that are loaded now from those before the last save of the project."""


class NotConfigured(Exception):
    """The package cannot work yet; the text says what is missing."""


class Runtime(object):
    """All parts, working on one journal."""

    def __init__(self, configuration, logger):
        """Open the journal and connect the parts. Raises JournalUnavailable."""
        self.loaded = _LOADED
        self.configuration = configuration
        self.tags = tags.GatewayTags()
        self.alarms = alarms.Alarms(logger)
        self._clock = clockwatch.ClockWatch(times.now_ms, times.monotonic_seconds)
        self.service = http.Service(configuration, http.client(configuration), self._key)
        self.journal = journals.Journal(
            configuration.journal_folder, times.now_ms, configuration.segment_bytes
        )
        self.dead_letters = deadletters.DeadLetters(configuration.journal_folder, times.now_ms)
        recent = recents.RecentEvents()
        for text in self.journal.recent():
            recent.add(json.loads(text))
        self.contexts = contexts.Contexts(
            configuration, self.tags, versions, times.now_ms, self.alarms
        )
        self.capture = capture.Capture(
            configuration,
            self.journal,
            recent,
            self.dead_letters,
            self.tags,
            self.alarms,
            self.contexts,
        )
        self.master_data = masterdata.MasterData(
            configuration.journal_folder, self.service, times.now_ms
        )
        self.outbox = self._outbox(configuration)
        self.feed = feed.Feed(self.journal, self.outbox, self.alarms) if self.outbox else None
        self.forwarder = forward.Forwarder(
            self.outbox or self.journal,
            self.dead_letters,
            self.service,
            contact.Contact("events", times.monotonic_seconds, random.random, logger),
            self.alarms,
            configuration.batch_size,
        )
        self.outcomes = outcomes.OutcomeReader(
            configuration,
            self.service,
            self.tags,
            recent,
            contact.Contact("outcomes", times.monotonic_seconds, random.random, logger),
        )
        board = boards.Board(shared.table(boards.TABLE), times.monotonic_seconds)
        self.refresher = refresh.Refresher(
            board, self.service, self.health, times.now_ms, self.master_data
        )
        self.commands = commandrunner.CommandRunner(
            shared.table(commands.TABLE),
            self.service,
            entry.Entry(configuration, self.capture, times.now_ms, self.master_data),
            board,
            configuration.roles_of,
            times.monotonic_seconds,
        )

    def forward(self):
        """Hand events over to the service; of a redundant pair only the active gateway does."""
        if self.outbox is None or self.tags.is_active_gateway():
            self.forwarder.run()

    def move_to_outbox(self):
        """Move events from the journal to the outbox of a redundant pair."""
        if self.feed is not None:
            self.feed.run()

    def health(self):
        """Return the state of this package, by the names of the tags that show it."""
        dead_letters = self.dead_letters.count()
        depth, age = self._waiting()
        self._check("age", age > self.configuration.journal_age_alarm_seconds, _age_text(age))
        self._check("damaged", self.journal.damaged, "the journal has damaged lines (damaged.bin)")
        clock_problem = self._clock.problem()
        self._check("clock", clock_problem is not None, clock_problem)
        if not dead_letters:
            self.alarms.clear("dead letters")
        reachable = self.forwarder.contact.is_good() or self.outcomes.contact.is_good()
        return {
            "Alarm": self.alarms.text(),
            "JournalDepth": depth,
            "JournalAgeSeconds": age,
            "ServiceReachable": reachable,
            "DeadLetters": dead_letters,
        }

    def publish_health(self):
        """Show the state of this package on its tags."""
        self.capture.store_waiting()
        path_of = self.configuration.status_tag
        self.tags.write({path_of(name): value for name, value in self.health().items()})

    def close(self):
        """Stop everything that talks to the service and close the journal."""
        self.commands.stop()
        self.refresher.stop()
        self.forwarder.stop()
        self.outcomes.stop()
        if self.feed is not None:
            self.feed.stop()
        self.journal.close()

    def _key(self):
        """Return the key for the service, from the file or from the gateway's secrets."""
        named = self.configuration.api_key_secret
        if not named:
            return self.configuration.api_key()
        provider, _, name = named.partition("/")
        return versions.secret(provider, name)

    def _outbox(self, configuration):
        if not configuration.outbox_database:
            return None
        database = databases.GatewayDatabase(configuration.outbox_database)
        return outboxes.Outbox(database, configuration.outbox_table, times.now_ms)

    def _waiting(self):
        """Return how many events wait, and the oldest for how long, here and in the outbox."""
        depth, age = self.journal.depth(), self.journal.age_seconds()
        if self.outbox is not None:
            try:
                return depth + self.outbox.depth(), max(age, self.outbox.age_seconds())
            except databases.DatabaseUnavailable as problem:
                self.alarms.set("outbox", "the outbox cannot be reached: %s" % problem)
        return depth, age

    def _check(self, name, stands, text):
        if stands:
            self.alarms.set(name, text)
        else:
            self.alarms.clear(name)


def current():
    """Return the runtime, opening it when needed. Raises NotConfigured or JournalUnavailable."""
    known = system.util.getGlobals()
    with known.setdefault(LOCK_NAME, threading.RLock()):
        runtime = known.get(GLOBAL_NAME)
        if runtime is not None and runtime.loaded is _LOADED:
            return runtime
        if runtime is not None:
            known[GLOBAL_NAME] = None
            runtime.close()
        runtime = Runtime(_configuration(), system.util.getLogger("countersign"))
        shared.remember_project()
        known[GLOBAL_NAME] = runtime
        return runtime


def opened():
    """Return the runtime of the modules that are loaded now, None when there is none."""
    runtime = system.util.getGlobals().get(GLOBAL_NAME)
    return runtime if runtime is not None and runtime.loaded is _LOADED else None


def close():
    """Close the runtime when there is one."""
    known = system.util.getGlobals()
    with known.setdefault(LOCK_NAME, threading.RLock()):
        runtime = known.get(GLOBAL_NAME)
        known[GLOBAL_NAME] = None
        if runtime is not None:
            runtime.close()


def _configuration():
    named = tags.GatewayTags().read([CONFIGURATION_TAG])[0]
    if not named.is_good or not named.value:
        raise NotConfigured("the tag %s names no configuration file" % CONFIGURATION_TAG)
    try:
        return configurations.read(named.value)
    except configurations.ConfigurationError as problem:
        raise NotConfigured("%s" % problem)


def _age_text(age_seconds):
    return "the oldest event has waited %d minutes for the service" % (age_seconds // 60)
