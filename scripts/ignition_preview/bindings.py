"""Bindings and their transforms: from the files' configuration to a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ignition_preview.evaluation import Surroundings, evaluate
from ignition_preview.problems import PreviewProblem

_CONFIG_KEYS = {
    "property": {"path", "bidirectional"},
    "expr": {"expression"},
    "expr-struct": {"struct", "waitOnAll"},
    "tag": {"bidirectional", "fallbackDelay", "mode", "references", "tagPath"},
}
_TRANSFORM_KEYS = {
    "script": {"code"},
    "expression": {"expression"},
    "map": {"fallback", "inputType", "mappings", "outputType"},
    "format": {"formatType", "formatValue"},
}


class Owner(Protocol):
    """What has bindings: it knows what a reference in them means."""

    def resolve(self, path: str) -> Any:
        """Return the value of a reference. Raises PreviewProblem."""
        ...


@dataclass(frozen=True)
class Binder:
    """Evaluates bindings; ``tags`` are the values of the page's tags by their paths."""

    surroundings: Surroundings
    tags: Mapping[str, Any]

    def evaluate(self, owner: Owner, binding: dict[str, Any]) -> Any:
        """Return the value of a binding after its transforms. Raises PreviewProblem."""
        _check(binding, {"config", "transforms", "type"}, "a binding")
        kind, config = binding["type"], binding["config"]
        if kind not in _CONFIG_KEYS:
            raise PreviewProblem(f'the preview does not know the binding type "{kind}"')
        _check(config, _CONFIG_KEYS[kind], f"a binding of type {kind}")
        read: dict[str, Callable[[Owner, dict[str, Any]], Any]] = {
            "property": lambda owner, config: owner.resolve(config["path"]),
            "expr": lambda owner, config: self._expression(config["expression"], owner.resolve),
            "expr-struct": lambda owner, config: self._struct(owner, config["struct"]),
            "tag": self._tag,
        }
        value = read[kind](owner, config)
        for transform in binding.get("transforms", []):
            value = self._transformed(owner, transform, value)
        return value

    def _expression(self, text: str, resolve: Callable[[str], Any]) -> Any:
        def with_tags(path: str) -> Any:
            return self._tag_value(path) if path.startswith("[") else resolve(path)

        return evaluate(text, with_tags, self.surroundings)

    def _struct(self, owner: Owner, struct: Any) -> Any:
        if isinstance(struct, dict):
            return {key: self._struct(owner, value) for key, value in struct.items()}
        if isinstance(struct, list):
            return [self._struct(owner, value) for value in struct]
        return self._expression(struct, owner.resolve) if isinstance(struct, str) else struct

    def _tag(self, owner: Owner, config: dict[str, Any]) -> Any:
        path, mode = config["tagPath"], config.get("mode", "direct")
        if mode == "indirect":
            for name, reference in config["references"].items():
                value = self._expression(reference, owner.resolve)
                path = path.replace("{" + name + "}", str(value))
        elif mode == "expression":
            path = self._expression(path, owner.resolve)
        elif mode != "direct":
            raise PreviewProblem(f'the preview does not know the tag binding mode "{mode}"')
        return self._tag_value(path)

    def _tag_value(self, path: str) -> Any:
        if path not in self.tags:
            raise PreviewProblem(f"there is no sample for the tag {path}")
        return self.tags[path]

    def _transformed(self, owner: Owner, transform: dict[str, Any], value: Any) -> Any:
        kind = transform["type"]
        if kind not in _TRANSFORM_KEYS:
            raise PreviewProblem(f'the preview does not know the transform "{kind}"')
        _check(transform, _TRANSFORM_KEYS[kind] | {"type"}, f"a transform of type {kind}")
        if kind == "script":
            return self.surroundings.scripts.transform(transform["code"], value)
        if kind == "expression":
            return self._with_value(transform["expression"], owner, value)
        if kind == "map":
            return self._mapped(transform, owner, value)
        return self._formatted(transform, value)

    def _with_value(self, expression: str, owner: Owner, value: Any) -> Any:
        def resolve(path: str) -> Any:
            return value if path == "value" else owner.resolve(path)

        return self._expression(expression, resolve)

    def _mapped(self, transform: dict[str, Any], owner: Owner, value: Any) -> Any:
        kinds = transform["inputType"], transform["outputType"]
        if kinds[0] not in ("scalar", "expression"):
            raise PreviewProblem(f'the preview does not know the map input "{kinds[0]}"')
        if kinds[1] not in ("scalar", "color", "style-list", "expression"):
            raise PreviewProblem(f'the preview does not know the map output "{kinds[1]}"')
        result = transform["fallback"]
        for mapping in transform["mappings"]:
            candidate = mapping["input"]
            if kinds[0] == "expression":
                candidate = self._with_value(candidate, owner, value)
            if candidate == value and isinstance(candidate, bool) == isinstance(value, bool):
                result = mapping["output"]
                break
        return self._with_value(result, owner, value) if kinds[1] == "expression" else result

    def _formatted(self, transform: dict[str, Any], value: Any) -> Any:
        kind, pattern = transform["formatType"], transform["formatValue"]
        if isinstance(pattern, str) and kind == "numeric" and ("0" in pattern or "#" in pattern):
            scripts, locale = self.surroundings.scripts, self.surroundings.locale
            return scripts.format_number(value, pattern, locale)
        if isinstance(pattern, str) and kind == "datetime":
            return self.surroundings.scripts.format_date(value, pattern)
        raise PreviewProblem(f"the preview does not know the format {kind} {pattern!r}")


def _check(entry: dict[str, Any], known: set[str], what: str) -> None:
    unknown = sorted(set(entry) - known)
    if unknown:
        raise PreviewProblem(f"{what} has {', '.join(unknown)}, which the preview does not know")
