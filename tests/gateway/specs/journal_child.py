"""Fills and empties a journal until it is killed: ``jython journal_child.py <folder> <life>``.

Writes ``ack <id>`` when an append has returned and ``out <id>`` when an event was handed over and
before that is acknowledged. With life -1 it only empties the journal and ends.
"""

from __future__ import absolute_import, unicode_literals

import json
import sys
import threading

sys.dont_write_bytecode = True

from gatewaylibrary import module  # noqa: E402

PRODUCERS = 4
SEGMENT_BYTES = 20000
BATCH_SIZE = 25

_out = threading.Lock()


def say(word, key):
    """Write one line at once."""
    with _out:
        sys.stdout.write(str("%s %s\n") % (word, key))
        sys.stdout.flush()


def produce(journal, life, producer):
    """Append events for ever."""
    number = 0
    while True:
        key = "%d-%d-%d" % (life, producer, number)
        journal.append(json.dumps({"id": key, "filling": "x" * 200}))
        say("ack", key)
        number += 1


def hand_over(journal):
    """Hand over one batch; return whether there was one."""
    batch = journal.next_batch(BATCH_SIZE)
    for record in batch.records:
        say("out", json.loads(record.text)["id"])
    if batch.lines:
        journal.acknowledge(batch)
    return bool(batch.lines)


def main():
    """Run one life of the journal."""
    folder, life = sys.argv[1], int(sys.argv[2])
    journal = module("journal").Journal(folder, module("times").now_ms, SEGMENT_BYTES)
    say("ready", journal.depth())
    if life < 0:
        while hand_over(journal):
            pass
        journal.close()
        return
    for producer in range(PRODUCERS):
        thread = threading.Thread(target=produce, args=(journal, life, producer))
        thread.daemon = True
        thread.start()
    while True:
        hand_over(journal)


main()
