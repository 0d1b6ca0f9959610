"""The invented lender 兰汀消费金融 (Lanting Consumer Finance). Everybody and everything in it is made up.

`story.py` is its ten borrowers whose every number is told (`demo-story.json`). The others come from a seed: `invent` puts together
`terms` (loans), `collateral`, and `months`, in which `moods` and `choice` say who pays, `paying`, `acts` and `happenings` what is
written into the `diary`; `rates` holds the published roll rates, `people` and `names` the people files, `lender` the Book on disk.
Only `cli` and tests import this room. Look next at `invent.py`, then at docs/sample.md.
"""
