"""Contacts: the one way to reach a person. Imports journal, people, the gate and the door of the Book."""
