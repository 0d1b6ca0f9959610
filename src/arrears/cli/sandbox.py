"""The command that runs a carrier on this machine: sandbox."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from arrears.cli.outcome import FAILED, say
from arrears.cli.program import app
from arrears.cli.words import put


@app.command()
def sandbox(
    folder: Annotated[Path, typer.Option("--dir", file_okay=False, help="Where it keeps what it takes.")] = Path("sandbox"),
    port_http: Annotated[int, typer.Option("--port-http", min=0, max=65535, help="Short messages and calls; 0: any that is free.")] = 18080,
    port_smtp: Annotated[int, typer.Option("--port-smtp", min=0, max=65535, help="Mail; 0: any that is free.")] = 18025,
    port_page: Annotated[int, typer.Option("--port-page", min=0, max=65535, help="The page and its control; 0: any that is free.")] = 18081,
    callback: Annotated[str, typer.Option("--callback", metavar="URL", help="Where reports go; paths are added to it.")] = "",
    lose: Annotated[float, typer.Option("--lose", min=0, max=1, metavar="P", help="Share that is taken and never arrives.")] = 0.0,
    delay: Annotated[float, typer.Option("--delay", min=0, max=3600, metavar="S", help="Seconds until a report, on average.")] = 0.0,
    repeat: Annotated[float, typer.Option("--repeat", min=0, max=1, metavar="P", help="Share of reports that are told twice.")] = 0.0,
    throttle: Annotated[float, typer.Option("--throttle", min=0, max=1, metavar="P", help="Share refused for now.")] = 0.0,
    nonsense: Annotated[float, typer.Option("--nonsense", min=0, max=1, metavar="P", help="Share answered with nonsense.")] = 0.0,
    cut: Annotated[
        float, typer.Option("--cut", min=0, max=1, metavar="P", help="Share kept, but the line breaks before the answer.")
    ] = 0.0,
    slow: Annotated[float, typer.Option("--slow", min=0, max=3600, metavar="S", help="Seconds until each answer.")] = 0.0,
    down: Annotated[bool, typer.Option("--down", help="Start with both doors shut.")] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Which run of troubles.")] = 0,
) -> None:
    """Run a carrier on this machine: it takes mail, short messages and calls, keeps them, and sends none to anybody.

    Its ports are printed as JSON once it listens. Keys: ARREARS_SANDBOX_KEYS (id=secret, by comma) and
    ARREARS_SANDBOX_CALLBACK_SECRET; without them those of docs/delivery.md. Ends on Ctrl-C.

    \b
    $ arrears sandbox --dir my-sandbox --lose 0.01 --delay 2
    """
    from arrears.desk.clock import now
    from arrears.sandbox.carrier import CALLBACK_SECRET, KEYS, Carrier, Settings
    from arrears.sandbox.record import BrokenRecord
    from arrears.sandbox.weather import Weather

    keys = dict(pair.split("=", 1) for pair in os.environ.get("ARREARS_SANDBOX_KEYS", "").split(",") if "=" in pair) or KEYS
    secret = os.environ.get("ARREARS_SANDBOX_CALLBACK_SECRET") or CALLBACK_SECRET
    told = {"lose": lose, "repeat": repeat, "throttle": throttle, "nonsense": nonsense, "cut": cut, "delay_s": delay, "down": down}
    weather = Weather(seed).changed(told | {"slow": 1.0 if slow else 0.0, "slow_s": slow})
    settings = Settings(folder, port_http, port_smtp, port_page, keys, callback, secret)
    try:
        carrier = Carrier(settings, now, weather)
    except BlockingIOError:
        raise typer.BadParameter(f"another sandbox keeps {folder}; choose another --dir") from None
    except BrokenRecord as error:
        say(f"Not done: {error}. Restore the file, or choose another --dir.")
        raise typer.Exit(FAILED) from None
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    with carrier:
        shown = {"http": carrier.http.port, "smtp": carrier.smtp.port, "page": carrier.page.port, "dir": str(folder), "pid": os.getpid()}
        put(json.dumps(shown))
        say(f"Page: http://127.0.0.1:{carrier.page.port}/")
        stop.wait()
    say("Stopped.")
