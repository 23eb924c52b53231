"""Additions of other packages to monitor.toml: sections, and kinds of target."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import MISSING, dataclass, field, fields
from functools import cached_property
from typing import Any

from jsonschema_rs import Draft202012Validator, meta

import schemas
from monitor.config.model import Config, Target
from monitor.config.problems import InvalidConfig, Problem


@dataclass(frozen=True, slots=True)
class Section:
    """A table ``[name]`` of monitor.toml.

    The table is parsed into *type*, a dataclass whose fields all have defaults; `Config.section` returns the result.
    *schema* is the JSON Schema of the table. Unknown keys are an error unless it allows them. It may refer to definitions of
    config.v1, such as ``{"$ref": "#/$defs/duration"}``.
    """

    name: str
    type: type
    schema: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Raise ValueError if *type* has a field without a default, or *schema* is no JSON Schema."""
        if required := [each.name for each in fields(self.type) if each.default is MISSING and each.default_factory is MISSING]:
            raise ValueError(f"section [{self.name}]: {', '.join(required)} of {self.type.__name__} has no default")
        if not meta.is_valid(dict(self.schema)):
            raise ValueError(f"section [{self.name}]: its schema is no JSON Schema")


@dataclass(frozen=True, slots=True)
class TargetKind:
    """A way to deliver alerts. A table of ``[[targets]]`` selects it with the key *name*, such as ``webhook`` or ``log``.

    *schema* is the JSON Schema of the value of that key. *options* has the schemas of further keys that the table may have.
    Those in *instead* may stand in place of *name*.
    """

    name: str
    schema: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    instead: tuple[str, ...] = ()

    def selecting_key(self, target: Mapping[str, Any]) -> str | None:
        """Return the key of the table *target* that selects this kind; None if it has none."""
        return next((key for key in (self.name, *self.instead) if key in target), None)


@dataclass(frozen=True)
class Extensions:
    """The additions of all installed packages. No slots, because *schema* and *validator* are cached properties."""

    sections: tuple[Section, ...] = ()
    target_kinds: tuple[TargetKind, ...] = ()

    @cached_property
    def schema(self) -> dict[str, Any]:
        """Return config.v1 combined with the additions. Raises InvalidConfig if a name is used twice."""
        if conflicts := list(self._conflicts()):
            raise InvalidConfig([Problem(0, message) for message in conflicts])
        combined = deepcopy(schemas.load("config.v1"))
        for section in self.sections:
            combined["properties"][section.name] = {"type": "object", "additionalProperties": False, **section.schema}
        target = combined["$defs"]["target"]
        for kind in self.target_kinds:
            target["properties"] |= {kind.name: kind.schema, **kind.options}
            target["oneOf"] += [{"required": [key]} for key in (kind.name, *kind.instead)]
        return combined

    @cached_property
    def validator(self) -> Draft202012Validator:
        """Return the validator of *schema*."""
        return Draft202012Validator(self.schema, validate_formats=True)

    def options_of(self, target: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """Return the name of the kind of the table *target*, and its options by key. None if no extension adds the kind."""
        for kind in self.target_kinds:
            if kind.selecting_key(target):
                return kind.name, {key: target[key] for key in (kind.name, *kind.options) if key in target}
        return None

    def misplaced_options(self, target: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield each key of the table *target* that is only allowed for other kinds, and the names of these kinds."""
        given = {key for kind in self.target_kinds if kind.selecting_key(target) for key in kind.options}
        for key in target:
            names = [kind.name for kind in self.target_kinds if key in kind.options]
            if names and key not in given:
                yield key, " or ".join(names)

    def _conflicts(self) -> Iterator[str]:
        taken = {*schemas.load("config.v1")["properties"], *(each.name for each in fields(Config))}
        for section in self.sections:
            if section.name in taken:
                yield f"an installed package adds the section [{section.name}], whose name is taken: uninstall it"
            taken.add(section.name)
        target = schemas.load("config.v1")["$defs"]["target"]["properties"]
        names = {*target, *(each.name for each in fields(Target)), "kind"}
        options: dict[str, Any] = {}
        for kind in self.target_kinds:
            for key in (kind.name, *kind.options):
                if key in names or (key in options and options[key] != kind.options.get(key)):
                    yield f"an installed package adds the target key {key!r}, whose name is taken: uninstall it"
            names.add(kind.name)
            options |= kind.options


NO_EXTENSIONS = Extensions()
"""The extensions if no installed package adds any."""
