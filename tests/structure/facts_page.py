"""The table of everything the gate is told, from the model itself."""

from __future__ import annotations

from typing import Any

from arrears.gate.facts import Facts


def facts_page() -> str:
    """Every model of `arrears.gate.facts` with its fields: what each may hold, what it means, whether it must be given."""
    schema = Facts.model_json_schema()
    models = {"Facts": schema, **dict(sorted(schema["$defs"].items()))}
    lines = [
        "# Facts",
        "",
        "<!-- Written by `make docs` from src/arrears/gate/facts.py: change it there. -->",
        "",
        "What the gate is told, one JSON object a case; `arrears gate schema` prints the same for programs. *null* means not known,",
        "and what is not known counts against contact; an empty list means known to be none. Times carry their offset. A field that",
        "is not in these tables is refused. What each check makes of them: gate.md.",
    ]
    for name, model in models.items():
        lines += ["", f"## {name}", "", model["description"].split("\n\n")[0], "", "| field | holds | meaning |", "|---|---|---|"]
        needed = set(model.get("required", ()))
        lines += [_row(field, told, field in needed) for field, told in model["properties"].items()]
    return "\n".join(lines) + "\n"


def _row(field: str, told: dict[str, Any], needed: bool) -> str:
    default = "must be given" if needed else f"otherwise {_plain(told.get('default'))}"
    meaning = "; ".join(part for part in (told.get("description", ""), default) if part)
    return f"| `{field}` | {_holds(told)} | {meaning} |"


def _plain(value: Any) -> str:
    words = {"None": "null", "[]": "empty", "()": "empty", "": "empty text", "{}": "empty", "True": "true", "False": "false"}
    return words.get(str(value), str(value))


def _holds(told: dict[str, Any]) -> str:
    if "anyOf" in told:
        return " or ".join(_holds(each) for each in told["anyOf"] if each.get("type") != "null")
    if "$ref" in told:
        name = told["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "enum" in told:
        return ", ".join(f"`{each}`" for each in told["enum"])
    if "const" in told:
        return f"`{told['const']}`"
    if told.get("type") == "array":
        return f"list of {_holds(told.get('items', {}))}"
    return {"date-time": "time", "date": "day"}.get(told.get("format", ""), str(told.get("type", "object")))
