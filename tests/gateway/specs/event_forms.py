"""Runs gateway events under Jython in the forms of 8.1 and 8.3 and tells which calls they make.

Reads {"8.1": {name: [kind, script]}, "8.3": ...} as JSON, writes {"8.1": {name: calls}, ...}.
"""

import json
import sys

ARGUMENTS = {
    "startup": [],
    "shutdown": [],
    "update": ["actor", "resources"],
    "timer": [],
    "scheduled": [],
    "tag-change": ["initialChange", "newValue", "previousValue", "event", "executionCount"],
    "message": ["payload"],
}
MISSING_IN_81 = ("actor", "resources", "previousValue")


class Value:
    """Stands for what the gateway hands in; knows its name and those of its parts."""

    def __init__(self, name):
        self.name = name

    def __getattr__(self, part):
        return Value("%s.%s" % (self.name, part))


class Library(Value):
    """Stands for the project library; a call is noted and answered."""

    calls = ()

    def __getattr__(self, part):
        return Library("%s.%s" % (self.name, part))

    def __call__(self, *arguments):
        Library.calls += ([self.name, [each.name for each in arguments]],)
        return "answer of %s" % self.name


def execute(script, scope):
    """Execute lines of a module; Jython wants such a function to hold nothing else."""
    exec(script, scope)


def run_81(kind, script, scope):
    """Run a script as 8.1 does: lines of a module, but for scheduled scripts and messages."""
    if kind == "message":
        execute(script, scope)
        return scope["handleMessage"](Value("payload"))
    if kind == "scheduled":
        execute("def scheduled():\n" + script, scope)
        return scope["scheduled"]()
    given = [name for name in ARGUMENTS[kind] if name not in MISSING_IN_81]
    scope.update((name, Value(name)) for name in given)
    execute(script, scope)
    return None


def run_83(kind, script, scope):
    """Run a script as 8.3 does: a function with the arguments of its kind."""
    execute(script, scope)
    name = script.split("(")[0][len("def ") :]
    return scope[name](*[Value(each) for each in ARGUMENTS[kind]])


def told(run, kind, script):
    """Return the calls of a script, and what it answers."""
    Library.calls = ()
    answer = run(kind, script, {"countersign": Library("countersign")})
    return [Library.calls, answer]


def main():
    """Run all scripts of both forms."""
    given = json.load(sys.stdin)
    answers = {}
    for form, run in (("8.1", run_81), ("8.3", run_83)):
        scripts = given[form].items()
        answers[form] = {name: told(run, kind, script) for name, (kind, script) in scripts}
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
