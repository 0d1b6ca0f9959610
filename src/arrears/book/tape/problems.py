"""What makes the Book refuse a whole file or a mapping; a single bad row is a reject, never a refusal."""

from __future__ import annotations

from arrears.kernel.problems import Refused, Template, problem, register

register(Template("TAPE_FILE", 210, "{file} cannot be read: {fact}.", "无法读取 {file}：{fact}。", "operator"))
register(
    Template(
        "TAPE_COLUMNS", 211, "{file} does not fit the mapping {mapping}: {fact}.", "{file} 与映射 {mapping} 不符：{fact}。", "operator"
    )
)
register(Template("TAPE_MAPPING", 212, "The mapping {mapping} cannot be used: {fact}.", "映射 {mapping} 无法使用：{fact}。", "operator"))


def refuse_file(file: str, fact: str) -> Refused:
    """Refuse a file that is damaged, missing or not text; the caller raises it."""
    return Refused(problem("TAPE_FILE", file=file, fact=fact.rstrip(".")))


def refuse_columns(file: str, mapping: str, fact: str) -> Refused:
    """Refuse a file whose columns do not fit; the caller raises it."""
    return Refused(problem("TAPE_COLUMNS", file=file, mapping=mapping, fact=fact.rstrip(".")))


def refuse_mapping(mapping: str, fact: str) -> Refused:
    """Refuse a mapping that says something unknown; the caller raises it."""
    return Refused(problem("TAPE_MAPPING", mapping=mapping, fact=fact.rstrip(".")))
