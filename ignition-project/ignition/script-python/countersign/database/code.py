"""Database: a database connection of the gateway; the only module that touches ``system.db``.

Nothing of it is called by a trigger: a database may be away or slow.
"""

from __future__ import absolute_import, unicode_literals

try:
    from java.lang import Long, Throwable
except ImportError:
    Throwable = OSError
    Long = int


class DatabaseUnavailable(Exception):
    """The database did not do it; the text is its own."""


class GatewayDatabase(object):
    """One connection of the gateway by its name."""

    def __init__(self, name):
        self.name = name

    def query(self, statement, values=()):
        """Return the rows of a SELECT as tuples. Raises DatabaseUnavailable."""
        found = self._run(lambda: system.db.runPrepQuery(statement, _written(values), self.name))
        return [tuple(row) for row in found]

    def change(self, statements):
        """Carry out (statement, values) pairs in one transaction. Raises DatabaseUnavailable."""
        self._run(lambda: self._change(statements))

    def _change(self, statements):
        transaction = system.db.beginTransaction(self.name)
        try:
            for statement, values in statements:
                system.db.runPrepUpdate(statement, _written(values), self.name, transaction)
            system.db.commitTransaction(transaction)
        except (Exception, Throwable):
            system.db.rollbackTransaction(transaction)
            raise
        finally:
            system.db.closeTransaction(transaction)

    def _run(self, work):
        try:
            return work()
        except (Exception, Throwable) as problem:
            raise DatabaseUnavailable("database %s: %s" % (self.name, problem))


def _written(values):
    """Return values as a driver takes them: a long of Python would become a BigInteger."""
    return [Long(value) if type(value).__name__ == "long" else value for value in values]
