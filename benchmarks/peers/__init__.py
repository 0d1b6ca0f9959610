"""The usual ways to close a night, doing the same rules as the Book: a Decimal loop in memory, a Django ORM job."""
