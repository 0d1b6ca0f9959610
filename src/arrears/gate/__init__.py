"""May we contact this person, this way, now? Pure: facts and law in, an Answer out; no clock, no files, no database.

`facts.py` is what the gate is told, `decide.py` runs the checks (one file a question), `answer.py` is what it says,
`wording/` judges what would be said. Anybody above may import `decide`, `facts` and `answer`; the gate itself imports
law and kernel only. What each check decides stands in docs/gate.md.
"""
