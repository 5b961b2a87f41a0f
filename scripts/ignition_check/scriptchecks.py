"""What scripts say: they compile as 2.7, and all that they call and name exists and fits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from ignition_check import messages, named, navigation, python27, scripts, selfpaths, tags
from ignition_check.findings import Finding, one_of
from ignition_check.library import texts_in, tree_of
from ignition_check.project import Project, Script, View
from ignition_check.tables import CHOOSE_BY_VERSION, SYSTEM_FUNCTIONS
from ignition_check.uses import Use, http_calls, uses_of


def check(project: Project) -> Iterator[Finding]:
    """Give what is wrong in the scripts of a project."""
    found = scripts.of_project(project)
    refused = python27.refusals(tuple(script.text for script in found))
    forwarders = messages.forwarders(project)
    for script, refusal in zip(found, refused, strict=True):
        yield from _form(script)
        tree = tree_of(script.text)
        if isinstance(tree, SyntaxError):
            problem = f"does not parse: {tree.msg}"
            yield _at(script, tree.lineno or 1, problem, "what 2.7 and 3 understand is wanted")
            continue
        if refusal is not None:
            line, problem = refusal
            yield _at(script, line, f"Python 2.7 refuses it: {problem}", "Jython runs 2.7")
        yield from _Check(project, script, tree, forwarders).all()


def _at(script: Script, line: int, problem: str, wanted: str) -> Finding:
    return Finding(script.file, script.line(line), problem, wanted)


def _form(script: Script) -> Iterator[Finding]:
    """The bodies inside JSON are indented with a tab; other files begin with their function."""
    if script.header:
        for number, line in enumerate(script.source.split("\n"), 2):
            if line.strip() and not line.startswith("\t"):
                problem = "a line of a script in a view does not begin with a tab"
                yield _at(script, number, problem, "the Designer indents the whole body by one")
                return
        return
    wanted = scripts.first_line(script.file)
    if wanted is not None and script.source.split("\n", 1)[0].strip() != wanted:
        yield _at(script, 1, "the function is not the one that Ignition calls", f'"{wanted}"')
    if scripts.is_module(script.file):
        yield from _encoding(script)


def _encoding(script: Script) -> Iterator[Finding]:
    """Jython refuses to import what is beyond ASCII unless the file names its encoding."""
    lines = script.source.split("\n")
    beyond = [number for number, text in enumerate(lines, 1) if not text.isascii()]
    if beyond and "coding: utf-8" not in lines[0]:
        wanted = "ASCII, or a first line with its coding, is wanted"
        yield _at(script, beyond[0], "a character beyond ASCII", wanted)


class _Check:
    """The checks of one script."""

    def __init__(
        self, project: Project, script: Script, tree: ast.Module, forwarders: dict[str, int]
    ) -> None:
        self.project = project
        self.script = script
        self.tree = tree
        self.forwarders = forwarders

    def all(self) -> Iterator[Finding]:
        """Give what is wrong with the script."""
        uses = uses_of(self.script.text, self.project.library.packages | {"system"})
        for name, line in uses.unknown:
            yield self._found(line, f"nothing here is called {name}", "see the names it is handed")
        for use in uses.found:
            yield from self._use(use)
        if self.script.owner is not None:
            for line, problem, wanted in selfpaths.refusals(
                self.project, self.script.owner, self.script.text
            ):
                yield self._found(line, problem, wanted)
        for line, text in _tag_paths(self.script.text):
            fault = tags.refusal(self.project, text)
            if fault is not None:
                yield self._found(line, *fault)
        for call in http_calls(self.script.text):
            yield from self._http(call)

    def _found(self, line: int, problem: str, wanted: str) -> Finding:
        return _at(self.script, line, problem, wanted)

    def _use(self, use: Use) -> Iterator[Finding]:
        root = use.dotted.split(".")[0]
        if root == "system":
            yield from self._system(use)
        elif root in self.project.library.packages:
            yield from self._library(use)

    def _library(self, use: Use) -> Iterator[Finding]:
        library = self.project.library
        refusal = library.refusal(use.dotted)
        if refusal is not None:
            wanted = one_of(library.known_beside(use.dotted))
            yield self._found(use.line, f"{use.dotted}: {refusal}", wanted)
            return
        signature = library.signature(use.dotted)
        if use.call is None:
            return
        fault = signature.refuses_call(use.call) if signature is not None else None
        if fault is not None:
            problem = f"{use.dotted} {fault}"
            yield self._found(use.line, problem, f"{use.dotted}{signature} is wanted")
        for problem, wanted in named.of_call(self.project, use.dotted, use.call):
            yield self._found(use.line, problem, wanted)
        if use.dotted in self.forwarders:
            index = self.forwarders[use.dotted]
            yield from self._gateway_message(use, use.call, index, scope="G")

    def _system(self, use: Use) -> Iterator[Finding]:
        unfit = {}
        for version, functions in SYSTEM_FUNCTIONS.items():
            is_namespace = any(name.startswith(f"{use.dotted}.") for name in functions)
            if use.dotted in functions:
                signature = functions[use.dotted]
                fault = signature.refuses_call(use.call) if signature and use.call else None
                if fault is not None:
                    unfit[version] = (fault, f"{use.dotted}{signature} is wanted")
            elif not is_namespace:
                area = use.dotted.rpartition(".")[0]
                known = one_of(name for name in functions if name.startswith(f"{area}."))
                unfit[version] = ("is not in its manual", known)
        if len(unfit) < len(SYSTEM_FUNCTIONS) and self._module() in CHOOSE_BY_VERSION:
            unfit = {}
        for version, (fault, wanted) in unfit.items():
            yield self._found(use.line, f"Ignition {version}: {use.dotted} {fault}", wanted)
            break
        if use.call is not None and not unfit:
            yield from self._meaning(use, use.call)

    def _meaning(self, use: Use, call: ast.Call) -> Iterator[Finding]:
        """Check what a call of the platform names: handlers, views, pages, docks, queries."""
        area, _, name = use.dotted.rpartition(".")
        given = messages.arguments(use.dotted, call)
        if use.dotted in messages.TO_HANDLERS:
            scope = given.get("scope", "G" if name != "sendMessage" else "CGS")
            yield from self._gateway_message(use, call, 1, scope=scope)
        elif use.dotted == "system.perspective.sendMessage":
            fault = messages.view_refusal(
                self.project, given.get("messageType"), given.get("scope", "page")
            )
            if fault is not None:
                yield self._found(use.line, *fault)
        elif area == "system.perspective":
            yield from self._perspective(use.line, name, given, call)
        elif name in ("runNamedQuery", "execQuery", "execScalar", "execUpdate"):
            path = call.args[0] if call.args else None
            text = path.value if isinstance(path, ast.Constant) else None
            if isinstance(text, str) and text not in self.project.queries:
                wanted = one_of(self.project.queries)
                yield self._found(use.line, f"there is no named query {text}", wanted)

    def _perspective(
        self, line: int, name: str, given: dict[str, str], call: ast.Call
    ) -> Iterator[Finding]:
        fault = None
        if name in ("openPopup", "togglePopup", "navigate") and given.get("view"):
            fault = navigation.view_refusal(self.project, given["view"])
            if fault is None:
                yield from self._params(line, self.project.views[given["view"]], call)
        if fault is None and name == "navigate" and given.get("page"):
            fault = navigation.page_refusal(self.project, given["page"])
        if name in ("openDock", "closeDock", "toggleDock", "alterDock"):
            wanted = given.get("id") or given.get("dockId")
            known = navigation.dock_ids(self.project)
            if wanted and wanted not in known:
                fault = (f"there is no dock {wanted}", one_of(known))
        if name == "closePopup" and given.get("id"):
            known = {*navigation.popup_ids(self.project), *messages.popup_ids(self.project)}
            if given["id"] not in known:
                fault = (f"nothing opens a pop-up {given['id']}", one_of(known))
        if fault is not None:
            yield self._found(line, *fault)

    def _params(self, line: int, view: View, call: ast.Call) -> Iterator[Finding]:
        params = next((one.value for one in call.keywords if one.arg == "params"), None)
        if params is None and len(call.args) > 2:
            params = call.args[2]
        for key in params.keys if isinstance(params, ast.Dict) else []:
            if isinstance(key, ast.Constant) and key.value not in view.params:
                problem = f'the view "{view.path}" has no parameter {key.value!s}'
                yield self._found(line, problem, one_of(view.params))

    def _gateway_message(
        self, use: Use, call: ast.Call, index: int, scope: str
    ) -> Iterator[Finding]:
        name = messages.handler_named(self.tree, call, index)
        fault = messages.gateway_refusal(self.project, name, scope) if name is not None else None
        if fault is not None:
            yield self._found(use.line, *fault)

    def _http(self, call: ast.Call) -> Iterator[Finding]:
        name = f"httpClient.{ast.unparse(call.func).rpartition('.')[2]}"
        for version, functions in SYSTEM_FUNCTIONS.items():
            signature = functions.get(name)
            fault = signature.refuses_call(call) if signature is not None else "does not exist"
            if fault is not None:
                wanted = f"{name}{signature or ''} is wanted"
                yield self._found(call.lineno, f"Ignition {version}: {name} {fault}", wanted)
                return

    def _module(self) -> str:
        parts = self.script.file.split("/")
        return ".".join(parts[2:-1]) if scripts.is_module(self.script.file) else ""


@lru_cache(maxsize=2048)
def _tag_paths(source: str) -> tuple[tuple[int, str], ...]:
    return tuple(
        (line, text)
        for line, text in texts_in(source)
        if text.startswith("[") and tags.PATH.fullmatch(text)
    )
