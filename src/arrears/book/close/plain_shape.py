"""What an expression reads: its relations in order, the columns of each that somebody wants, plain views of tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis.expr.operations as ops

from arrears.book.close.plain_values import UnknownOperation


def parents(relation: ops.Relation) -> list[ops.Relation]:
    """Relations that a relation reads."""
    if isinstance(relation, ops.UnboundTable):
        return []
    if isinstance(relation, ops.JoinChain):
        return [relation.first.parent, *(link.table.parent for link in relation.rest)]
    if isinstance(relation, ops.Union):
        return [relation.left, relation.right]
    if isinstance(relation, (ops.Project, ops.Filter, ops.DropColumns, ops.Aggregate, ops.Distinct)):
        return [relation.parent]
    raise UnknownOperation(type(relation).__name__)


def inside(value: Any, kind: type) -> list[Any]:
    """Nodes of a kind inside a value, each once, not looking into relations or below such a node."""
    found: dict[Any, None] = {}
    seen: set[Any] = set()

    def visit(part: Any) -> None:
        if isinstance(part, tuple):
            for each in part:
                visit(each)
        elif isinstance(part, kind):
            found[part] = None
        elif isinstance(part, (ops.Value, ops.SortKey)) and part not in seen:
            seen.add(part)
            for each in part.__args__:
                visit(each)

    visit(value)
    return list(found)


def _reads(relation: ops.Relation, names: Sequence[str]) -> list[ops.Field]:
    """Columns that a relation's own expressions read where these columns of it are wanted."""
    parts: list[Any] = []
    if isinstance(relation, (ops.Project, ops.JoinChain)):
        parts += [relation.values[name] for name in names]
    if isinstance(relation, ops.JoinChain):
        parts += [link.predicates for link in relation.rest]
    if isinstance(relation, ops.Filter):
        parts.append(relation.predicates)
    if isinstance(relation, ops.Aggregate):
        parts += [*relation.groups.values(), *(relation.metrics[name] for name in names if name in relation.metrics)]
    return inside(tuple(parts), ops.Field)


def postorder(root: ops.Relation) -> list[ops.Relation]:
    """Relations, each after those that it reads."""
    out: dict[ops.Relation, None] = {}

    def visit(relation: ops.Relation) -> None:
        if relation not in out:
            for parent in parents(relation):
                visit(parent)
            out[relation] = None

    visit(root)
    return list(out)


def needs(order: list[ops.Relation], columns: Sequence[str]) -> dict[ops.Relation, dict[str, None]]:
    """Columns of each relation that somebody reads; the last one gives `columns`."""
    needed: dict[ops.Relation, dict[str, None]] = {relation: {} for relation in order}
    needed[order[-1]] = dict.fromkeys(columns)
    for relation in reversed(order):
        if isinstance(relation, ops.Distinct):
            needed[relation] = dict.fromkeys(relation.schema.names)
        names = list(needed[relation])
        if isinstance(relation, (ops.Filter, ops.DropColumns, ops.Distinct, ops.Union)):
            for parent in parents(relation):
                needed[parent] |= dict.fromkeys(names)
        for field in _reads(relation, names):
            needed[_source(field.rel)][field.name] = None
    return needed


def _source(relation: ops.Relation) -> ops.Relation:
    return relation.parent if isinstance(relation, ops.JoinReference) else relation


def plain(relation: ops.Relation) -> tuple[str, dict[str, int]] | None:
    """The table behind a relation that only chooses and renames columns of it, and where each column stands there."""
    if isinstance(relation, ops.UnboundTable):
        return relation.name, {name: place for place, name in enumerate(relation.schema.names)}
    if not isinstance(relation, (ops.Project, ops.DropColumns)):
        return None
    behind = plain(relation.parent)
    if behind is None or isinstance(relation, ops.DropColumns):
        return behind
    if not all(isinstance(value, ops.Field) for value in relation.values.values()):
        return None
    return behind[0], {name: behind[1][value.name] for name, value in relation.values.items()}
