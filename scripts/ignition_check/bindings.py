"""Bindings: what they read exists, what they call fits, what they poll is not asked too often."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ignition_check import references, tags
from ignition_check.expressions import (
    Call,
    ExpressionError,
    Literal,
    Operation,
    Reference,
    parse,
    walk,
)
from ignition_check.findings import Finding, escaped, one_of
from ignition_check.project import Owner, Project
from ignition_check.tables import EXPRESSION_FUNCTIONS

SHORTEST_POLL_MS = 5000
BINDING_TYPES = frozenset({"property", "expr", "expr-struct", "tag", "query", "tag-history"})
TRANSFORM_TYPES = frozenset({"script", "map", "expression", "format"})


def check(project: Project) -> Iterator[Finding]:
    """Give what is wrong with the bindings of all views and of the session."""
    for owner in project.owners:
        for key, config in owner.node.get("propConfig", {}).items():
            at = f"{owner.pointer}/propConfig/{escaped(key)}"
            if "binding" in config:
                yield from _Binding(project, owner, f"{at}/binding", config["binding"]).check()
                yield from _kept(owner.file, at, key, config)


def _kept(file: str, at: str, key: str, config: dict[str, Any]) -> Iterator[Finding]:
    """Rows that come from a function or a query do not belong into the view's file."""
    binding = config["binding"]
    expression = str(binding.get("config", {}).get("expression", ""))
    reads_rows = binding.get("type") == "query" or "runScript" in expression
    if key.startswith("custom.") and reads_rows and config.get("persistent") is not False:
        yield Finding(file, at, "keeps data in the view's file", '"persistent": false is wanted')


class _Binding:
    """One binding with the place where it stands."""

    def __init__(self, project: Project, owner: Owner, at: str, node: dict[str, Any]) -> None:
        self.project = project
        self.owner = owner
        self.at = at
        self.node = node
        self.config: dict[str, Any] = node.get("config", {})

    def check(self) -> Iterator[Finding]:
        """Give what is wrong with it."""
        kind = self.node.get("type")
        config = f"{self.at}/config"
        if kind == "property":
            yield from self._reference(f"{config}/path", str(self.config.get("path", "")))
        elif kind == "expr":
            yield from self.expression(f"{config}/expression", self.config.get("expression"))
        elif kind == "expr-struct":
            for name, text in self.config.get("struct", {}).items():
                yield from self.expression(f"{config}/struct/{escaped(name)}", text)
        elif kind == "tag":
            yield from self._tag(config)
        elif kind == "query":
            yield from self._query(config)
        elif kind not in BINDING_TYPES:
            wanted = one_of(BINDING_TYPES)
            yield self._found(f"{self.at}/type", f"there is no binding type {kind}", wanted)
        for index, transform in enumerate(self.node.get("transforms", [])):
            yield from self._transform(f"{self.at}/transforms/{index}", transform)

    def _found(self, at: str, problem: str, wanted: str) -> Finding:
        return Finding(self.owner.file, at, problem, wanted)

    def _reference(self, at: str, path: str, *, in_transform: bool = False) -> Iterator[Finding]:
        if path.startswith("["):
            yield from self._tag_path(at, path)
            return
        fault = references.refusal(self.project, self.owner, path, in_transform=in_transform)
        if fault is not None:
            yield self._found(at, *fault)

    def _tag_path(self, at: str, path: str) -> Iterator[Finding]:
        fault = tags.refusal(self.project, path)
        if fault is not None:
            yield self._found(at, *fault)

    def expression(self, at: str, text: object, *, in_transform: bool = False) -> Iterator[Finding]:
        """Give what is wrong with an expression."""
        try:
            tree = parse(str(text or ""))
        except ExpressionError as problem:
            yield self._found(at, f"the expression cannot be read: {problem}", "see its end")
            return
        for node in walk(tree):
            if isinstance(node, Reference):
                yield from self._reference(at, node.path, in_transform=in_transform)
            elif isinstance(node, Call):
                yield from self._call(at, node)

    def _call(self, at: str, call: Call) -> Iterator[Finding]:
        signature = EXPRESSION_FUNCTIONS.get(call.name)
        if signature is None:
            problem = f"there is no expression function {call.name}"
            yield self._found(at, problem, one_of(EXPRESSION_FUNCTIONS, 40))
            return
        fault = signature.refuses(len(call.arguments), [], open_ended=False)
        if fault is not None:
            yield self._found(at, f"{call.name} {fault}", f"{call.name}{signature} is wanted")
        first = call.arguments[0] if call.arguments else None
        if call.name == "runScript" and isinstance(first, Literal):
            yield from self._run_script(at, str(first.value), call)
        elif call.name == "now":
            yield from self._poll(at, "now", first)
        elif call.name == "tag" and isinstance(first, Literal):
            yield from self._tag_path(at, str(first.value))

    def _run_script(self, at: str, function: str, call: Call) -> Iterator[Finding]:
        if "(" in function:
            yield self._found(at, f"runScript gets a call: {function}", "its bare name is wanted")
            return
        library = self.project.library
        fault = library.refusal(function)
        if fault is not None:
            known = library.known_beside(function)
            yield self._found(at, f"runScript of {function}: {fault}", one_of(known))
            return
        signature = library.signature(function)
        refused = signature and signature.refuses(
            max(len(call.arguments) - 2, 0), [], open_ended=False
        )
        if refused:
            wanted = f"{function}{signature} is wanted"
            yield self._found(at, f"runScript of {function}: it {refused}", wanted)
        rate = call.arguments[1] if len(call.arguments) > 1 else None
        yield from self._poll(at, f"runScript of {function}", rate or Literal(0))

    def _poll(self, at: str, what: str, rate: object) -> Iterator[Finding]:
        """A poll rate of 0 asks once and when a reference changes; none at all asks each second."""
        milliseconds = 1000 if rate is None else None
        if isinstance(rate, Literal) and isinstance(rate.value, int | float):
            milliseconds = int(rate.value)
        if isinstance(rate, Operation):
            milliseconds = -1
        if milliseconds is not None and milliseconds != 0 and milliseconds < SHORTEST_POLL_MS:
            problem = f"{what} is asked every {milliseconds} ms"
            yield self._found(at, problem, f"0 or at least {SHORTEST_POLL_MS} is wanted")

    def _tag(self, config: str) -> Iterator[Finding]:
        path = str(self.config.get("tagPath", ""))
        mode = self.config.get("mode", "direct")
        if mode == "expression":
            yield from self.expression(f"{config}/tagPath", path)
            return
        given = self.config.get("references", {})
        for name, reference in given.items():
            at = f"{config}/references/{escaped(name)}"
            yield from self._reference(at, str(reference).strip("{}"))
        if mode == "indirect":
            for name in tags.placeholders(path):
                if name not in given:
                    problem = f"{{{name}}} in the tag path has no reference"
                    yield self._found(f"{config}/tagPath", problem, one_of(given))
        yield from self._tag_path(f"{config}/tagPath", path)

    def _query(self, config: str) -> Iterator[Finding]:
        path = str(self.config.get("queryPath", ""))
        parameters = self.config.get("parameters", {})
        if path not in self.project.queries:
            problem = f"there is no named query {path}"
            yield self._found(f"{config}/queryPath", problem, one_of(self.project.queries))
        else:
            known = self.project.queries[path]
            for name in sorted(set(parameters) ^ known):
                problem = f"parameter {name} is {'not set' if name in known else 'unknown'}"
                yield self._found(f"{config}/parameters", problem, one_of(known))
        for name, text in parameters.items():
            at = f"{config}/parameters/{escaped(name)}"
            if isinstance(text, str) and text.startswith("{"):
                yield from self.expression(at, text)
        polling = self.config.get("polling", {})
        if polling.get("enabled"):
            rate = int(float(polling.get("rate") or 0) * 1000)
            yield from self._poll(f"{config}/polling/rate", f"the query {path}", Literal(rate))

    def _transform(self, at: str, transform: dict[str, Any]) -> Iterator[Finding]:
        kind = transform.get("type")
        if kind not in TRANSFORM_TYPES:
            wanted = one_of(TRANSFORM_TYPES)
            yield self._found(f"{at}/type", f"there is no transform type {kind}", wanted)
        elif kind == "expression":
            text = transform.get("expression")
            yield from self.expression(f"{at}/expression", text, in_transform=True)
        elif kind == "map":
            outputs = [(f"{at}/fallback", transform.get("fallback"))]
            for index, one in enumerate(transform.get("mappings", [])):
                outputs.append((f"{at}/mappings/{index}/output", one.get("output")))
                if transform.get("inputType") == "expression":
                    place = f"{at}/mappings/{index}/input"
                    yield from self.expression(place, one.get("input"), in_transform=True)
            if transform.get("outputType") == "expression":
                for place, output in outputs:
                    if output is not None:
                        yield from self.expression(place, output, in_transform=True)
