"""manage.py play_quarter [--seed N] [--areas FILE] [--quarter 2026Q1] [--feedback half_yearly]."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.play.checks import checked
from config.play.city import build_city
from config.play.days import Days
from config.play.quarter import Player
from config.play.sink import Sink
from config.play.tally import debts_of, faults, tally_of
from members.queries.feedback import CYCLES
from partybuild.areas.models import Area
from partybuild.audit.furniture import let_app_move_clock
from partybuild.calendar import SHANGHAI, Period
from partybuild.calendar.clock import set_play_clock
from partybuild.obligations.registry import duty_of


class Command(BaseCommand):
    """Play one street through a quarter and print what happened."""

    help = "Take a street through a quarter under a simulated clock, in an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        """Seed, register, quarter and how often feedback is given."""
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--areas", type=Path, help="an area register (.xls) to take a street of"
        )
        parser.add_argument("--quarter", default="2026Q1")
        parser.add_argument(
            "--feedback",
            default="",
            choices=("", *CYCLES),
            help="how often the street gives feedback (yearly where nothing is said)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Build the street, play, compare, print."""
        if Area.objects.exists():
            raise CommandError("This database is in use; the quarter is played in an empty one.")
        register = options["areas"]
        if register is not None and not register.is_file():
            raise CommandError(f"There is no file {register}.")
        period = Period.parse(options["quarter"])
        rng = random.Random(options["seed"])
        let_app_move_clock()
        first = period.start
        set_play_clock(datetime(first.year, first.month, first.day, 8, tzinfo=SHANGHAI))
        started = time.monotonic()
        city = build_city(rng, today=first, register=register)
        self.stdout.write(
            f"{city.street.name}：{len(city.communities)}个社区，{len(city.units)}家单位，"
            f"{sum(len(unit.members) for unit in city.units)}名党员"
            f"（{time.monotonic() - started:.0f}秒）"
        )
        with Sink() as sink:
            days = Days(period, rng, sink, options["seed"])
            Player(city, days, options["feedback"]).play()
            tally = tally_of(sink.mailbox, period)
            wrong = faults(tally, sink.mailbox)
        members = checked(city, days)
        self._report(days, time.monotonic() - started)
        for sentence in wrong + members.faults:
            self.stderr.write(sentence)
        self.stdout.write(json.dumps(members.figures))
        self.stdout.write(json.dumps(tally.as_dict()))
        if wrong:
            raise CommandError("Ledger and mailbox do not agree.")
        if members.faults:
            raise CommandError("What members did is not as it must be.")

    def _report(self, days: Days, seconds: float) -> None:
        for what, count in sorted(days.done.items()):
            self.stdout.write(f"  {what}: {count}")
        table: dict[str, Counter[str]] = {}
        for debt in debts_of(days.period).order_by("duty"):
            state = "late" if debt.is_late and debt.state == "filed" else str(debt.state)
            table.setdefault(debt.duty, Counter())[state] += 1
        for duty, states in sorted(table.items()):
            words = "，".join(f"{state} {count}" for state, count in sorted(states.items()))
            self.stdout.write(f"{duty_of(duty).name}：{sum(states.values())}项（{words}）")
        self.stdout.write(f"{days.period.label}，{seconds:.0f}秒")
