# -*- coding: utf-8 -*-
"""``system.db``: the databases of a gateway over JDBC, with transactions.

As on a gateway, each call outside of a transaction commits by itself, and what the driver refuses
comes through as an exception of Java.
"""

from __future__ import absolute_import

import threading
import uuid

from java.lang import IllegalArgumentException
from java.sql import DriverManager, Types
from java.util import Properties


class SystemDb(object):
    """The functions of system.db that the project uses, with Ignition's argument names."""

    def __init__(self, databases):
        """Take the settings by connection name: ``url`` and, if wanted, ``user``, ``password``."""
        self.__databases = databases
        self.__transactions = {}
        self.__lock = threading.RLock()

    def runPrepQuery(self, query, args, database="", tx=None):
        """Return the rows of a SELECT; a question mark stands for each argument."""
        return self.__with(database, tx, lambda connection: _query(connection, query, args))

    def runScalarPrepQuery(self, query, args, database="", tx=None):
        """Return the first value of the first row, None without rows."""
        rows = self.runPrepQuery(query, args, database, tx)
        return rows[0][0] if len(rows) else None

    def runPrepUpdate(self, query, args, database="", tx=None, getKey=False, skipAudit=False):
        """Carry out a change and return how many rows it touched."""
        return self.__with(database, tx, lambda connection: _update(connection, query, args))

    def beginTransaction(self, database="", isolationLevel=None, timeout=None):
        """Open a transaction and return its name."""
        connection = self.__open(database)
        connection.setAutoCommit(False)
        name = unicode(uuid.uuid4())
        with self.__lock:
            self.__transactions[name] = connection
        return name

    def commitTransaction(self, tx):
        """Make the changes of a transaction last."""
        self.__transactions[tx].commit()

    def rollbackTransaction(self, tx):
        """Undo the changes of a transaction."""
        self.__transactions[tx].rollback()

    def closeTransaction(self, tx):
        """Give the connection of a transaction back."""
        with self.__lock:
            connection = self.__transactions.pop(tx)
        connection.close()

    def __with(self, database, tx, work):
        if tx is not None:
            return work(self.__transactions[tx])
        connection = self.__open(database)
        try:
            return work(connection)
        finally:
            connection.close()

    def __open(self, database):
        if database not in self.__databases:
            raise IllegalArgumentException('Datasource "%s" does not exist' % database)
        settings = self.__databases[database]
        properties = Properties()
        for name in ("user", "password"):
            if settings.get(name):
                properties.setProperty(name, settings[name])
        return DriverManager.getConnection(settings["url"], properties)


class DataSet(object):
    """Rows with named columns, as a script of a gateway sees them."""

    def __init__(self, names, rows):
        self.columnNames = names
        self._rows = rows

    def __len__(self):
        return len(self._rows)

    def __iter__(self):
        return iter(self._rows)

    def __getitem__(self, number):
        return self._rows[number]


class Row(object):
    """One row: its values by number or by name of the column, in any case."""

    def __init__(self, names, values):
        self._numbers = {name.lower(): number for number, name in enumerate(names)}
        self._values = values

    def __len__(self):
        return len(self._values)

    def __iter__(self):
        return iter(self._values)

    def __getitem__(self, column):
        if isinstance(column, basestring):
            column = self._numbers[column.lower()]
        return self._values[column]


def _query(connection, query, args):
    statement = _prepared(connection, query, args)
    try:
        result = statement.executeQuery()
        described = result.getMetaData()
        count = described.getColumnCount()
        names = [described.getColumnLabel(number + 1) for number in range(count)]
        rows = []
        while result.next():
            rows.append(Row(names, [result.getObject(number + 1) for number in range(count)]))
        return DataSet(names, rows)
    finally:
        statement.close()


def _update(connection, query, args):
    statement = _prepared(connection, query, args)
    try:
        return statement.executeUpdate()
    finally:
        statement.close()


def _prepared(connection, query, args):
    statement = connection.prepareStatement(query)
    for place, value in enumerate(args or ()):
        if value is None:
            statement.setNull(place + 1, Types.NULL)
        else:
            statement.setObject(place + 1, value)
    return statement
