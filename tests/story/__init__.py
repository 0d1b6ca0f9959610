"""The ten-borrower story through the Book, number for number. The Book is built and closed once for all of these tests."""
