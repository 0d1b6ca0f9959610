"""Tests of the wording linter; `lawful.yaml` and `dodges.yaml` hold the tables that people should read and add to."""
