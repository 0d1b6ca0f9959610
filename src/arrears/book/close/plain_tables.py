"""The text of a stage: loops over tuples in place of the relations of an Ibis expression.

A relation that one other reads is a loop inside that one's loop; the right side of a join is an index; a relation that
several read, a group, a union or the rows of a window is a list first. Each value is worked out once a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ibis.expr.operations as ops

from arrears.book.close.plain_shape import inside, needs, parents, plain, postorder
from arrears.book.close.plain_values import UnknownOperation, tuple_of, written

# Python takes no more than 20 blocks inside one another
_DEEPEST = 14


_MATCHING, _LONELY = ("semi", "anti"), ("inner", "cross")


@dataclass(frozen=True)
class _Side:
    """The right side of a join as it stands ready.

    Attributes
    ----------
    variable : an index by `keys`, or a list where there are none
    places : where its columns stand in a row of `width`
    keys : columns of the left that are looked up
    conditions : what else must hold
    """

    variable: str
    places: dict[str, int]
    width: int
    keys: tuple[ops.Field, ...]
    conditions: tuple[ops.Value, ...]


class Writer:
    """Writes the function of one expression; `text` is the result."""

    def __init__(self, root: ops.Relation, columns: Sequence[str]) -> None:
        self._lines: list[str] = []
        self._depth = 1
        self._names = 0
        self._tables: dict[str, str] = {}  # table -> variable
        self._lists: dict[ops.Relation, tuple[str, dict[str, int]]] = {}  # kept relation -> variable, places of its columns
        self._groups: dict[ops.Relation, tuple[str, dict[Any, str]]] = {}  # group -> variable, reduction -> where it stands
        self._ranked: dict[ops.Relation, tuple[str, dict[str, int], dict[Any, str]]] = {}  # with windows -> list, places, windows
        self._sides: dict[ops.JoinLink, _Side] = {}
        self._indexes: dict[tuple[str, tuple[int, ...]], str] = {}
        self._known: dict[Any, str] = {}  # a value of the row at hand -> its text
        self._rows: dict[Any, tuple[str, dict[str, int]]] = {}  # relation or reference -> variable of its row, places
        self._sure: set[str] = set()  # variables that are never null
        order = postorder(root)
        self._uses = Counter(parent for relation in order for parent in parents(relation))
        self._needed = needs(order, columns)
        out, _ = self._keep(root, list(columns))
        head = [f"    {variable} = tables[{table!r}]" for table, variable in self._tables.items()]
        self.text = "\n".join(["def stage(tables):", *head, *self._lines, f"    return {out}"]) + "\n"

    def _line(self, text: str) -> None:
        self._lines.append("    " * self._depth + text)

    def _name(self, letter: str) -> str:
        self._names += 1
        return f"{letter}{self._names}"

    def _table(self, name: str) -> str:
        return self._tables.setdefault(name, f"T_{name}")

    # -- what must stand ready before a loop over a relation opens ------------------------------------------------------

    def _ready(self, relation: ops.Relation) -> None:
        if relation in self._lists:
            return
        shared = self._uses[relation] > 1 and plain(relation) is None
        if shared or isinstance(relation, (ops.Union, ops.Distinct)):
            self._keep(relation, list(self._needed[relation]))
        else:
            self._set_up(relation)

    def _set_up(self, relation: ops.Relation) -> None:
        if isinstance(relation, ops.JoinChain):
            self._set_up_join(relation)
        elif isinstance(relation, ops.Aggregate):
            self._set_up_group(relation)
        elif isinstance(relation, ops.Project) and self._windows(relation):
            self._set_up_windows(relation)
        else:
            for parent in parents(relation):
                self._ready(parent)

    def _keep(self, relation: ops.Relation, names: list[str]) -> tuple[str, dict[str, int]]:
        """Write the making of a list of a relation's rows."""
        out = self._name("L")
        parts = self._parts(relation)
        for part in parts:
            self._set_up(part) if part is relation else self._ready(part)
        self._line(f"{out} = []")
        for part in parts:
            with self._loop(part):
                self._line(f"{out}.append({tuple_of([self._field(part, name) for name in names])})")
        if isinstance(relation, ops.Distinct):
            self._line(f"{out} = list(dict.fromkeys({out}))")
        self._lists[relation] = out, {name: place for place, name in enumerate(names)}
        return self._lists[relation]

    def _parts(self, relation: ops.Relation) -> list[ops.Relation]:
        """What is put below one another to make a list of the relation."""
        if isinstance(relation, ops.Distinct):
            return [relation.parent]
        if not isinstance(relation, ops.Union):
            return [relation]
        if relation.distinct:
            raise UnknownOperation("Union of distinct rows")
        sides = ((side, isinstance(side, ops.Union) and self._uses[side] == 1) for side in (relation.left, relation.right))
        return [part for side, nested in sides for part in (self._parts(side) if nested else [side])]

    def _set_up_join(self, join: ops.JoinChain) -> None:
        first = join.first.parent
        if self._loops(first) + len(join.rest) > _DEEPEST and first not in self._lists:
            self._keep(first, list(self._needed[first]))
        self._ready(first)
        for link in join.rest:
            self._sides[link] = self._side(link)

    def _loops(self, relation: ops.Relation) -> int:
        """Loops inside one another that a relation opens."""
        if relation in self._lists or isinstance(relation, (ops.UnboundTable, ops.Union, ops.Distinct, ops.Aggregate)):
            return 1
        more = len(relation.rest) if isinstance(relation, ops.JoinChain) else 0
        return more + self._loops(parents(relation)[0])

    def _side(self, link: ops.JoinLink) -> _Side:
        parent = link.table.parent
        lefts, rights, conditions = [], [], []
        for each in link.predicates:
            if isinstance(each, ops.Equals) and isinstance(each.left, ops.Field) and isinstance(each.right, ops.Field):
                turned = each.left.rel == link.table
                lefts.append(each.right if turned else each.left)
                rights.append(each.left.name if turned else each.right.name)
            else:
                conditions.append(each)
        if (
            link.how not in (*_MATCHING, *_LONELY, "left")
            or (not lefts and link.how not in _LONELY)
            or (conditions and link.how not in _LONELY)
        ):
            raise UnknownOperation(f"{link.how} join on {[type(each).__name__ for each in link.predicates]}")
        table = None if parent in self._lists else plain(parent)
        if table is None:
            source, places = self._lists.get(parent) or self._keep(parent, list(self._needed[parent]))
        else:
            source, places = self._table(table[0]), table[1]
        at = tuple(places[name] for name in rights)
        variable = self._index(source, at, table is not None) if at else source + (".rows" if table else "")
        return _Side(variable, places, max(places.values(), default=-1) + 1, tuple(lefts), tuple(conditions))

    def _index(self, source: str, places: tuple[int, ...], kept: bool) -> str:
        """The variable of an index; that of a whole table is kept with the table."""
        if (source, places) not in self._indexes:
            self._indexes[source, places] = self._name("X")
            call = f"{source}.index({tuple_of([str(place) for place in places])})"
            told = call if kept else f"index({source}, {tuple_of([str(place) for place in places])})"
            self._line(f"{self._indexes[source, places]} = {told}")
        return self._indexes[source, places]

    def _set_up_group(self, group: ops.Aggregate) -> None:
        self._ready(group.parent)
        wanted = tuple(group.metrics[name] for name in self._needed[group] if name in group.metrics)
        reductions = inside(wanted, ops.Reduction)
        out, row = self._name("G"), self._name("g")
        if not group.groups:
            raise UnknownOperation("Aggregate of a whole table")
        self._line(f"{out} = {{}}")
        with self._loop(group.parent):
            keys = [self.value(value) for value in group.groups.values()]
            key = keys[0] if len(keys) == 1 else tuple_of(keys)
            values = [None if isinstance(each, ops.CountStar) else self.value(each.arg) for each in reductions]
            start = ["0" if value is None else "None" for value in values]
            self._line(f"{row} = {out}.get({key})")
            self._line(f"if {row} is None:")
            self._line(f"    {row} = {out}[{key}] = [{', '.join(start)}]")
            for place, (each, value) in enumerate(zip(reductions, values, strict=True)):
                self._reduce(each, f"{row}[{place}]", value or "None")
        self._groups[group] = out, {each: str(place) for place, each in enumerate(reductions)}

    def _reduce(self, reduction: ops.Reduction, at: str, value: str) -> None:
        """Take the value of the row at hand into what a group has so far."""
        if getattr(reduction, "where", None) is not None:
            raise UnknownOperation(f"{type(reduction).__name__} of chosen rows")
        if isinstance(reduction, ops.CountStar):
            self._line(f"{at} += 1")
            return
        signs = {ops.Sum: None, ops.Max: ">", ops.Min: "<"}
        if type(reduction) not in signs:
            raise UnknownOperation(type(reduction).__name__)
        if value == "None":
            return
        sign = signs[type(reduction)]
        if sign is None:
            then = f"{at} = {value} if {at} is None else {at} + {value}"
        else:
            then = f"if {at} is None or {value} {sign} {at}: {at} = {value}"
        if self.is_sure(value):
            self._line(then)
        else:
            self._line(f"if {value} is not None:")
            self._line(f"    {then}")

    def _windows(self, relation: ops.Project) -> list[ops.WindowFunction]:
        return inside(tuple(relation.values[name] for name in self._needed[relation]), ops.WindowFunction)

    def _set_up_windows(self, relation: ops.Project) -> None:
        """Write the rows below a relation with windows as a list, and each window as a list beside it."""
        parent = relation.parent
        self._ready(parent)
        out = self._name("L")
        self._line(f"{out} = []")
        windows = self._windows(relation)
        with self._loop(parent):
            parts = [self._field(parent, name) for name in self._needed[parent]]
            places = {name: place for place, name in enumerate(self._needed[parent])}
            calls = []
            for each in windows:
                told = [self.value(value) for value in each.group_by], [self.value(key.arg) for key in each.order_by]
                at = [] if isinstance(each.func, ops.RowNumber) else [self.value(each.func.arg)]
                first = len(parts)
                parts += [*told[0], *told[1], *at]
                by = tuple(str(first + n) for n in range(len(told[0])))
                rises = [f"({first + len(by) + n}, {bool(key.ascending)})" for n, key in enumerate(each.order_by)]
                calls.append((each, by, rises, len(parts) - 1))
            self._line(f"{out}.append({tuple_of(parts)})")
        found = {}
        for each, by, rises, place in calls:
            found[each] = self._name("W")
            told_args = f"{type(each.func).__name__!r}, {tuple_of(by)}, {tuple_of(rises)}, {place}, {self._before(each)}"
            self._line(f"{found[each]} = window({out}, {told_args})")
        self._ranked[relation] = out, places, found

    @staticmethod
    def _before(each: ops.WindowFunction) -> int | None:
        """Where the frame of a window ends, rows before the row; None: with its partition."""
        kind = type(each.func)
        fits = kind in (ops.Sum, ops.Min, ops.Max, ops.RowNumber) and getattr(each.func, "where", None) is None
        if not fits or each.how != "rows" or each.start is not None or any(key.nulls_first for key in each.order_by):
            raise UnknownOperation(f"window of {kind.__name__}")
        if each.end is None:
            return None
        if not each.end.preceding or not isinstance(each.end.value, ops.Literal):
            raise UnknownOperation("window that ends after its row")
        return int(each.end.value.value)

    # -- loops -------------------------------------------------------------------------------------------------------------

    @contextmanager
    def _loop(self, relation: ops.Relation) -> Iterator[None]:
        """Write a loop over the rows of a relation that stands ready; what is written inside is its body."""
        before = self._depth, self._known, self._rows
        self._known, self._rows = {}, {}
        self._open(relation)
        yield
        self._depth, self._known, self._rows = before

    def _open(self, relation: ops.Relation) -> None:
        if relation in self._lists:
            variable, places = self._lists[relation]
            self._each(relation, variable, places)
        elif isinstance(relation, ops.UnboundTable):
            self._each(relation, f"{self._table(relation.name)}.rows", {name: n for n, name in enumerate(relation.schema.names)})
        elif isinstance(relation, ops.JoinChain):
            self._open_join(relation)
        elif isinstance(relation, ops.Aggregate):
            key, row = self._name("k"), self._name("g")
            self._line(f"for {key}, {row} in {self._groups[relation][0]}.items():")
            self._depth += 1
            names = list(relation.groups)
            for place, name in enumerate(names):
                self._known[relation, name] = key if len(names) == 1 else f"{key}[{place}]"
            for each, at in self._groups[relation][1].items():
                self._known[each] = f"{row}[{at}]"
        elif relation in self._ranked:
            variable, places, windows = self._ranked[relation]
            row, each_window = self._name("r"), {each: self._name("w") for each in windows}
            self._line(f"for {', '.join([row, *each_window.values()])} in zip({', '.join([variable, *windows.values()])}):")
            self._depth += 1
            self._rows[relation.parent] = row, places
            self._known |= each_window
        else:
            self._open(parents(relation)[0])
            for each in relation.predicates if isinstance(relation, ops.Filter) else ():
                self._line(f"if not {self.value(each)}: continue")

    def _each(self, relation: Any, variable: str, places: dict[str, int]) -> None:
        row = self._name("r")
        self._line(f"for {row} in {variable}:")
        self._depth += 1
        self._rows[relation] = row, places

    def _open_join(self, join: ops.JoinChain) -> None:
        self._open(join.first.parent)
        for link in join.rest:
            side = self._sides[link]
            keys = [self.value(field) for field in side.keys]
            key = keys[0] if len(keys) == 1 else tuple_of(keys)
            if link.how in _MATCHING:
                self._line(f"if {key} {'not in' if link.how == 'semi' else 'in'} {side.variable}: continue")
                continue
            if not keys:
                source = side.variable
            elif link.how == "left":
                source = f"{side.variable}.get({key}, {tuple_of([tuple_of(['None'] * side.width)])})"
            else:
                source = f"{side.variable}.get({key}, ())"
            self._each(link.table, source, side.places)
            for each in side.conditions:
                self._line(f"if not {self.value(each)}: continue")

    # -- values of the row at hand -----------------------------------------------------------------------------------------

    def _field(self, relation: Any, name: str) -> str:
        """The text of a column of a relation."""
        if (relation, name) in self._known:
            return self._known[relation, name]
        if relation in self._rows:
            row, places = self._rows[relation]
            out = self.keep(f"{row}[{places[name]}]", sure=False)
        elif isinstance(relation, ops.JoinReference):
            out = self._field(relation.parent, name)
        elif isinstance(relation, (ops.Project, ops.JoinChain)):
            out = self.value(relation.values[name])
        elif isinstance(relation, ops.Aggregate):
            out = self.value(relation.metrics[name])
        else:
            out = self._field(relation.parent, name)
        self._known[relation, name] = out
        return out

    def value(self, value: ops.Value) -> str:
        """The text of a value: a variable, written where it is first wanted, or a literal."""
        if isinstance(value, ops.Field):
            return self._field(value.rel, value.name)
        if value not in self._known:
            text, sure = written(self, value)
            stands = isinstance(value, ops.Literal) or text in self._sure
            self._known[value] = text if stands else self.keep(text, sure)
        return self._known[value]

    def keep(self, text: str, sure: bool) -> str:
        """Write an expression down as the next line; returns its variable."""
        out = self._name("v")
        self._line(f"{out} = {text}")
        if sure:
            self._sure.add(out)
        return out

    def is_sure(self, text: str) -> bool:
        """Can the value of this text not be null."""
        return text in self._sure or not (text == "None" or text[0] in "vwkgr")
