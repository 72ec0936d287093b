"""When jobs run: the only file that knows APScheduler. It wakes the jobs; what is done stands in the database."""

import logging
import signal
from typing import Any

from apscheduler.schedulers.blocking import BlockingScheduler

from registry import clock
from registry.extensions import keep_statistics
from registry.jobs import digest, mail, packets, tasks
from registry.jobs.runner import Works

NIGHT = 8
"""The hour in UTC at which it is night in the whole of the United States."""
log = logging.getLogger("registry.jobs")


def run_due(works: Works) -> None:
    """Everything that is due now, once."""
    packets.order_for_review_days(works, clock.now())
    tasks.settle_tasks(works, clock.now())
    digest.write_digests(works, clock.now())
    packets.render_waiting(works)
    mail.clear_sent(works)
    mail.send_waiting(works)
    keep_statistics(works.engine)


def run_forever(works: Works) -> None:
    """Wake the jobs until the process is told to stop; a wake-up that is late is not made up for twice."""
    scheduler = BlockingScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(packets.render_waiting, "interval", [works], seconds=1, id="render packets")
    scheduler.add_job(mail.send_waiting, "interval", [works], seconds=20, id="send mail")
    scheduler.add_job(keep_statistics, "cron", [works.engine], hour=NIGHT, id="keep statistics")
    scheduler.add_job(_slots, "interval", [works], minutes=1, id="open the slots of the day")

    def stop(_signal: int, _frame: Any) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    # A wake-up while the job still works is no news.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    mail.clear_sent(works)
    _slots(works)
    scheduler.start()


def _slots(works: Works) -> None:
    packets.order_for_review_days(works, clock.now())
    tasks.settle_tasks(works, clock.now())
    digest.write_digests(works, clock.now())
