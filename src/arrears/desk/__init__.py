"""The Desk: the pages and jobs of the people who work, on Django and PostgreSQL. It holds no loan arithmetic.

`settings`, `urls`, `wsgi` wire rooms together and decide nothing. `supervisor` starts and stops the parts, `database` the embedded
PostgreSQL, `schedule` says what runs when. `permissions` is the one table of who may open what; `clock.now()` is the one place that
reads the clock. Then one folder a feature: `people` (accounts, teams), `journal` (append-only events, audit leaves), `contacts` (the way
to reach a person). Imports point down: settings, urls > management > features > contacts > journal > people.
Only `cli` may import this room. Start with docs/desk.md.
"""
