"""The refusals of this room: an ask in words nobody knows, and a file that cannot be judged."""

from __future__ import annotations

from arrears.kernel.problems import Problem, Template, problem, register

register(Template("WORDING_ASK", 260, "{field} is {given}; allowed: {allowed}.", "{field} 为 {given}；允许：{allowed}。", "staff"))
register(
    Template(
        "WORDING_FILE", 261, "{file} cannot be read: {reason}; allowed: {allowed}.", "无法读取 {file}：{reason}；允许：{allowed}。", "staff"
    )
)
register(
    Template(
        "WORDING_LINE", 262, "{file}, line {line}: {what}; allowed: {allowed}.", "{file} 第 {line} 行：{what}；允许：{allowed}。", "staff"
    )
)


def refusal(code: str, **fields: object) -> Problem:
    """Make one refusal of this room; going through here makes sure that its templates are registered.

    Parameters
    ----------
    code, fields : see `arrears.kernel.problems.problem`

    Returns
    -------
    The `Problem`.
    """
    return problem(code, "", "", **fields)
