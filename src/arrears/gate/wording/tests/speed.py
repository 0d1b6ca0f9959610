"""How long loading and one message take; run as a program. Nothing is asserted: the machine is whatever it is."""

from __future__ import annotations

import sys
import time

from arrears.gate.wording.phrases import load
from arrears.gate.wording.tests.asking import ask, shipped


def main() -> None:
    begun = time.process_time()
    load()
    loaded = time.process_time()
    message = "兰汀消费金融：应还3,260.00元，10月14日到期，还款方式见app。如有困难请联系我们。投诉400-000-0002。退订回复T。您好，"
    text = (message * 5)[:300]
    shipped()
    ask(text)
    begun_asking = time.process_time()
    for _ in range(1000):
        ask(text)
    asked = time.process_time()
    big = (message * 20_000)[:350_000]
    ask(big)
    done = time.process_time()
    sys.stdout.write(
        f"load {loaded - begun:.2f} s; 300 characters {asked - begun_asking:.3f} ms; 1 MB {done - asked:.2f} s (processor time)\n"
    )


if __name__ == "__main__":
    main()
