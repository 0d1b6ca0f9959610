"""Jobs of people: what is past its time, and a change of key."""

from __future__ import annotations

from procrastinate.contrib.django import app

from arrears.desk import clock


@app.periodic(cron="20 3 * * *")
@app.task(name="people.retention", queue="night", queueing_lock="people.retention")
def retention(timestamp: int) -> None:
    """Delete what is past its time."""
    from arrears.desk.people import retention as ages

    ages.run(clock.now())


@app.task(name="people.rotate", queue="night", queueing_lock="people.rotate")
def rotate() -> None:
    """Write personal data anew under the key that writes now; stopped, it goes on when it is tried again."""
    from arrears.desk.people import rotation

    rotation.rotate(clock.now())
