"""People files: who the borrowers are, who stands beside them, what they agreed to, who works here. Taken in once, however often they are
given.

`tables` which fields there are; `mapping` which column of a file is which field; `read` CSV, XLSX and Parquet to text; `rows` each cell
checked; `borrowers`, `others` rows to the tables of people; `take` the whole, in one transaction. A row either comes in or leaves with
row, field, reason, allowed.
"""
