"""People: accounts, roles and teams of those who work. Everything of the Desk may import it; it imports nothing of the Desk but its ground.

`models` accounts and teams; `sign_in` what the sign-in library asks of us; `services` making and changing an account.
"""
