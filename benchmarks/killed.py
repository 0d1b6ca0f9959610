"""5,000 messages, workers killed with -9 in the middle of them, a carrier with troubles; how each message ended.

python benchmarks/killed.py --messages 5000 --kills 8
"""

from __future__ import annotations

from arrears.desk.contacts.tests.killing import main

if __name__ == "__main__":
    main()
