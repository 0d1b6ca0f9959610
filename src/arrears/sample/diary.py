"""What happens, written down column by column: a diary of events that becomes one Arrow table with the Book's columns.

An event counts on its value day and is recorded on that day or later; the first close that may see it is that of the later
one. The change it makes to a loan lies on its value day, but for a reversal (the day of its receipt) and the end of a hold (the day after).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.columns import EVENTS
from arrears.kernel.events import KINDS
from arrears.sample.dates import Ints
from arrears.sample.terms import Mask, numbered

_KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}
_TYPES = {"string": pa.string(), "int64": pa.int64(), "int32": pa.int32(), "bool": pa.bool_(), "day": pa.date32()}
SCHEMA = pa.schema([(name, _TYPES[kind]) for name, kind in EVENTS.items()])
NONE = -(2**31)  # no day, no event
# Times of the day at which things are recorded; one of them a row, by its number.
_TIMES = tuple(f"T{hour:02d}:{minute:02d}:00+08:00" for hour in range(8, 22) for minute in (3, 17, 26, 41, 55))
_WORDS = ("subject", "stops", "channel", "payer", "reason", "asker", "approver")
_NUMBERS = ("loan", "kind", "value", "recorded", "effect", "amount", "refers", "until", "count", "first_due", "days")
_DEFAULTS = {"refers": NONE, "until": NONE, "first_due": NONE, "effect": NONE, "recorded": NONE}


@dataclass
class Diary:
    """Events of one part of the sample, as they are written; `serial` is the number of the next one."""

    prefix: str
    serial: int = 0
    words: dict[str, int] = field(default_factory=lambda: {"": 0})
    parts: list[dict[str, Ints]] = field(default_factory=list)

    def write(self, kind: str, loan: Ints, value: Ints, **more: Ints | int | str) -> Ints:
        """Write one event a loan.

        Parameters
        ----------
        kind : a key of KINDS
        loan, value : loan numbers and value days
        more : recorded (day; default the value day), effect (day; default by kind), amount, refers (serial numbers of events),
            until, count, first_due, days; subject, stops, channel, payer, reason, asker, approver as one text or as word codes (`code`);
            lacks_progress (1 where a payment is not progress)

        Returns
        -------
        The serial numbers of the events.
        """
        n = len(loan)
        part = {"loan": loan, "value": value, "kind": np.full(n, _KIND_CODES[kind])}
        for name in (*_NUMBERS[3:], *_WORDS, "lacks_progress"):
            given = more.pop(name, _DEFAULTS.get(name, 0))
            told = self.code(given) if isinstance(given, str) else given
            part[name] = np.broadcast_to(np.asarray(told, dtype=np.int64), (n,))
        if more:
            raise TypeError(f"an event has no {', '.join(more)}")
        part["recorded"] = np.where(part["recorded"] == NONE, value, part["recorded"])
        natural = value + (kind == "hold_ended")
        part["effect"] = np.where(part["effect"] == NONE, natural, part["effect"])
        part["serial"] = np.arange(self.serial, self.serial + n)
        self.serial += n
        self.parts.append(part)
        return part["serial"]

    def code(self, text: str) -> int:
        """The code of a word."""
        return self.words.setdefault(text, len(self.words))

    def codes(self, texts: list[str]) -> Ints:
        """The codes of several words, to pick from."""
        return np.array([self.code(text) for text in texts], dtype=np.int64)

    def table(self, last: int) -> pa.Table:
        """All events that are recorded up to day number `last`, in the order of the close that first sees them."""
        if not self.parts:
            return SCHEMA.empty_table()
        names = self.parts[0]
        columns = {name: np.concatenate([part[name] for part in self.parts]) for name in names}
        close = np.maximum(columns["value"], columns["recorded"])
        # the close of a reversal does not come before that of its receipt, nor the end of a hold before its beginning
        order = np.lexsort((columns["serial"], columns["loan"], close))
        order = order[close[order] <= last]
        return self._arrow({name: column[order] for name, column in columns.items()}, close[order])

    def _arrow(self, told: dict[str, Ints], close: Ints) -> pa.Table:
        loans = numbered("LT", told["loan"])
        sources = pa.array(["office", "bank"]).take(pa.array((told["kind"] == _KIND_CODES["payment_received"]).astype(np.int8)))
        refs = self._refs(told["serial"])
        whose = pa.array(["office", "bank"]).take(pa.array((told["kind"] == _KIND_CODES["payment_reversed"]).astype(np.int8)))
        other = pc.binary_join_element_wise(whose, self._refs(told["refers"]), "/")
        stamp = pc.binary_join_element_wise(
            _days(told["recorded"]).cast(pa.string()), pa.array(_TIMES).take(pa.array(told["serial"] * 7919 % len(_TIMES))), ""
        )
        words = pa.array(list(self.words))
        n = len(close)
        built: dict[str, pa.Array] = {
            "event_id": pc.binary_join_element_wise(sources, refs, "/"),
            "source": sources,
            "source_ref": refs,
            "loan_id": loans,
            "kind": pa.array(list(KINDS)).take(pa.array(told["kind"])),
            "value_on": _days(told["value"]),
            "recorded_at": stamp,
            "close_on": _days(close),
            "effect_on": _days(told["effect"]),
            "amount_fen": pa.array(told["amount"]),
            "interest_fen": pa.nulls(n, pa.int64()),
            "principal_fen": pa.nulls(n, pa.int64()),
            "refers_to": pc.if_else(pa.array(told["refers"] == NONE), "", other),
            "until_on": _days(told["until"]),
            "count": pa.array(told["count"], pa.int32()),
            "step_months": pa.array(np.ones(n), pa.int32()),
            "first_due_on": _days(told["first_due"]),
            "days": pa.array(told["days"], pa.int32()),
            "progress": pa.array(told["lacks_progress"] == 0),
            **{name: words.take(pa.array(told[name])) for name in _WORDS},
        }
        return pa.table([built[name] for name in EVENTS], schema=SCHEMA)

    def _refs(self, serials: Ints) -> pa.Array:
        return numbered(self.prefix, np.maximum(serials, 0), 9)


def _days(numbers: Ints) -> pa.Array:
    """Days as dates; NONE as null."""
    empty: Mask = numbers == NONE
    return pa.array(numbers.astype(np.int32), mask=empty).cast(pa.date32())
