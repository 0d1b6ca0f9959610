"""The same expression with nothing in it that nobody reads: what an engine has to parse and plan grows with every column named.

A rule may say "everything, and this beside it"; wide tables then stand in the text again for each join, and planning them
costs a small close more than its rows. Columns that no later relation reads are left out, and a join whose left side is a
join becomes one join of several tables. The rows are the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir

from arrears.book.close.plain_shape import needs, parents, postorder


def lean(expression: ir.Table, columns: Sequence[str]) -> ir.Table:
    """The expression with these columns, and of the relations below only those that lead to them."""
    root = expression.op()
    order = postorder(root)
    needed = needs(order, columns)
    uses = Counter(parent for relation in order for parent in parents(relation))
    made = _Made(needed, uses)
    for relation in order:
        made.add(relation)
    return _only(made.relations[root], list(columns)).to_expr()


def _only(relation: ops.Relation, names: list[str]) -> ops.Relation:
    """The relation with exactly these columns, in this order."""
    if list(relation.schema.names) == names:
        return relation
    return ops.Project(relation, {name: ops.Field(relation, name) for name in names})


class _Made:
    """Relations as they are now, by what they were.

    Attributes
    ----------
    relations : relation -> the one in its place, which has at least the columns that are needed of it
    """

    def __init__(self, needed: dict[ops.Relation, dict[str, None]], uses: Counter[ops.Relation]) -> None:
        self.relations: dict[ops.Relation, ops.Relation] = {}
        self._needed = needed
        self._uses = uses
        self._fields: dict[ops.Relation, dict[str, ops.Value]] = {}  # a reference that is gone -> what its columns are now
        self._values: dict[Any, Any] = {}

    def add(self, relation: ops.Relation) -> None:
        """Make the relation anew from those that it reads, which have been made."""
        names = list(self._needed[relation])
        if isinstance(relation, ops.UnboundTable):
            new: ops.Relation = relation
        elif isinstance(relation, ops.Project):
            new = ops.Project(self.relations[relation.parent], {name: self._value(relation.values[name]) for name in names})
        elif isinstance(relation, ops.Filter):
            new = ops.Filter(self.relations[relation.parent], self._value(relation.predicates))
        elif isinstance(relation, ops.Aggregate):
            groups = {name: self._value(value) for name, value in relation.groups.items()}
            metrics = {name: self._value(value) for name, value in relation.metrics.items() if name in names}
            new = ops.Aggregate(self.relations[relation.parent], groups, metrics)
        elif isinstance(relation, ops.Union):
            new = ops.Union(*(_only(self.relations[side], names) for side in (relation.left, relation.right)), relation.distinct)
        elif isinstance(relation, ops.Distinct):
            new = ops.Distinct(_only(self.relations[relation.parent], names))
        elif isinstance(relation, ops.JoinChain):
            new = self._join(relation, names)
        else:  # DropColumns: what is dropped is not needed
            new = self.relations[relation.parent]
        self.relations[relation] = new

    def _join(self, join: ops.JoinChain, names: list[str]) -> ops.JoinChain:
        self._values = {}  # another join may call another table by the same reference
        left = self.relations[join.first.parent]
        links: list[ops.JoinLink] = []
        if (
            isinstance(left, ops.JoinChain)
            and self._once(join.first.parent)
            and all(isinstance(v, ops.Field) for v in left.values.values())
        ):
            first, links = left.first, list(left.rest)
            self._fields[join.first] = dict(left.values)
        else:
            first = ops.JoinReference(left, join.first.identifier)
            self.relations[join.first] = first
        taken = {first.identifier, *(link.table.identifier for link in links)}
        for link in join.rest:
            number = link.table.identifier if link.table.identifier not in taken else max(taken) + 1
            taken.add(number)
            table = ops.JoinReference(self.relations[link.table.parent], number)
            self.relations[link.table] = table
            links.append(ops.JoinLink(link.how, table, self._value(link.predicates)))
        return ops.JoinChain(first, links, {name: self._value(join.values[name]) for name in names})

    def _once(self, relation: ops.Relation) -> bool:
        """Does one relation alone read this one, columns dropped on the way included."""
        while isinstance(relation, ops.DropColumns):
            if self._uses[relation] > 1:
                return False
            relation = relation.parent
        return self._uses[relation] == 1

    def _value(self, value: Any) -> Any:
        """A value, or several, with each column read from where it stands now."""
        if isinstance(value, tuple):
            return tuple(self._value(each) for each in value)
        if isinstance(value, ops.Relation):  # whose rows are counted
            return self.relations[value]
        if not isinstance(value, (ops.Value, ops.SortKey)):
            return value
        if value not in self._values:
            self._values[value] = self._made(value)
        return self._values[value]

    def _made(self, value: Any) -> Any:
        if not isinstance(value, ops.Field):
            return type(value)(*(self._value(part) for part in value.__args__))
        if value.rel in self._fields:
            return self._fields[value.rel][value.name]
        return ops.Field(self.relations[value.rel], value.name)
