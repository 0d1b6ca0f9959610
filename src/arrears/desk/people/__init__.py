"""People: who works here and whom we work for. Everything of the Desk may import it; it imports the ground and the journal, nothing else
of the Desk.

`models` the tables; `services` all writes; `reach` who may see whom; `sign_in` what the sign-in library asks of us. Personal data: `keys`
and `cipher` (encryption at rest, blind indexes), `secret` the field, `normal` and `names` what is compared and how it is masked,
`rotation` writing anew under another key, `retention` deleting what is past its time. `files` people files taken in; `documents`
encrypted files. The page is `docs/people.md`.
"""
