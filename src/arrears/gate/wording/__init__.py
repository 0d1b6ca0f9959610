"""What a message or a script may say, must say and may never say, by purpose and by whom it reaches.

`packs/` holds the words as dated data: classes that may not be said, parts that must be, words of distress in what people write
to us, and how letters are read. `load` reads them (`read`, `forms`), `lint` judges one text, `distress` looks at what came in,
`report` does a whole file. Offsets always refer to the text as it was given. Imports kernel, law and the vocabulary of
`gate.facts`; no clock, and no file after loading. Next: `docs/wording.md`, then `lint.py`.
"""
