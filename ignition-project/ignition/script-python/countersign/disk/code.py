"""Disk: what makes a file survive a power failure, on Jython and on CPython alike.

Standard Python has no atomic replace on Windows gateways and Jython no way to sync a folder or to
lock a file; java.nio has them all.
"""

from __future__ import absolute_import, unicode_literals

import io
import os

try:
    from java.io import RandomAccessFile
    from java.lang import Throwable
    from java.nio.channels import FileChannel
    from java.nio.file import Files, Paths, StandardCopyOption, StandardOpenOption

    ON_JAVA = True
except ImportError:
    import fcntl

    Throwable = OSError
    ON_JAVA = False


class FolderBusy(Exception):
    """Another process, or another copy of this package, uses the folder."""


def sync_folder(folder):
    """Make new and renamed names of a folder durable. Windows neither needs nor allows it."""
    if os.name == "nt" or (ON_JAVA and os.sep == "\\"):
        return
    if ON_JAVA:
        channel = FileChannel.open(Paths.get(folder), [StandardOpenOption.READ])
        try:
            channel.force(True)
        finally:
            channel.close()
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_durably(path, content):
    """Put bytes in the place of a file: after a crash it holds the old or the new, whole."""
    part = path + ".part"
    with io.open(part, "wb", buffering=0) as target:
        write_all(target, content)
        os.fsync(target.fileno())
    if ON_JAVA:
        options = [StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING]
        Files.move(Paths.get(part), Paths.get(path), options)
    else:
        os.rename(part, path)
    sync_folder(os.path.dirname(path))


def append_durably(path, content):
    """Add bytes to a file and return when they are on the disk."""
    is_new = not os.path.exists(path)
    with io.open(path, "ab", buffering=0) as target:
        write_all(target, content)
        os.fsync(target.fileno())
    if is_new:
        sync_folder(os.path.dirname(path))


def write_all(target, content):
    """Write all bytes to an unbuffered file, which may take them in parts."""
    while content:
        content = content[target.write(content) :]


class FolderLock(object):
    """Keeps a folder to one user; a killed process leaves no lock behind."""

    def __init__(self, folder):
        """Take the lock, or raise FolderBusy."""
        self._path = os.path.join(folder, "lock")
        if ON_JAVA:
            self._file = RandomAccessFile(self._path, "rw")
            try:
                taken = self._file.getChannel().tryLock()
            except Throwable:
                taken = None
        else:
            self._file = io.open(self._path, "wb")
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                taken = self._file
            except (IOError, OSError):
                taken = None
        if taken is None:
            self._file.close()
            raise FolderBusy("%s is in use by another gateway or project" % folder)

    def release(self):
        """Give the folder free."""
        self._file.close()
