"""Law and the lender's own policy as dated, cited data.

What lives here: the packs (`packs/<country>/` law, `packs/house/` the lender), how they are read (`files`,
`read`, `units`, `entry`), what is refused (`check`, `coherence`, `refusals`), what the rooms ask (`values`: `load`,
`Law.at`, `Law.series`), and what a person is shown (`show`). May be imported by everyone above; imports only `arrears.kernel`.
Next: `docs/law.md`.
"""
