"""Small rules computed from the law's values: days in, days out; fen in, fen out.

What lives here: deadlines of complaints (`complaint`), the credit record (`credit`), how long records stay (`retention`), limitation
(`limitation`), money from the security (`collateral`), who else owes (`liability`), days of the courts (`procedure`). Each function is
pure: the law and the day are arguments, a number of law never stands in the code. What runs over a whole book every night (penalty,
cap, waterfall, classes, credit codes) is column code in `arrears.book.rules`. Next: `docs/law.md`, "Where each rule is computed".
"""
