"""The commands of the Desk that Django runs; `arrears desk` is what people type."""
