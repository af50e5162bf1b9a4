"""Made-up reports: repeatable, with invented names, and with the truth they were drawn from."""

from __future__ import annotations

import numpy as np
import pytest

from corrin.signals.counting import count
from corrin.signals.reading import read_reports
from corrin.signals.simulating import Design, Mess, invented, simulate, write

DESIGN = Design(reports=4_000, products=40, events=30)
NAMED = {"report": "report", "product": "product", "event": "event", "stratum": "sex"}


def test_one_seed_gives_one_data_set():
    one, two, other = simulate(DESIGN, seed=1), simulate(DESIGN, seed=1), simulate(DESIGN, seed=2)
    assert (one.event == two.event).all()
    assert one.event.size != other.event.size or (one.event != other.event).any()


def test_invented_names_differ():
    names = [invented(n, "ol") for n in range(5_000)]
    assert len(set(names)) == len(names)


def test_events_follow_the_rates_of_their_product():
    plain = Design(reports=40_000, products=6, events=5, beside=0, named=(("a", "x", 4.0),))
    made = simulate(plain, seed=5)
    common = 1 / np.arange(1, 6)
    for product in range(6):
        weight = made.rates[product] * common
        mine = made.event[made.product == product]
        share = np.bincount(mine, minlength=5) / mine.size
        assert share == pytest.approx(weight / weight.sum(), abs=0.02)
    assert made.rates[0, 0] == 4.0


def test_the_mess_is_made_and_cleared_away(tmp_path):
    made = simulate(DESIGN, seed=1)
    clean, messy = tmp_path / "clean.csv", tmp_path / "messy.csv.gz"
    write(made, clean)
    rows = write(
        made, messy, mess=Mess(repeated=0.2, no_report=0.02, no_product=0.02, no_event=0.02)
    )
    with read_reports(messy, columns=NAMED) as reports:
        reading = reports.reading
        assert reading.rows == rows
        assert min(reading.no_report, reading.no_product, reading.no_event) > 0
        assert reading.repeated > 0
        left = reading.no_report + reading.no_product + reading.no_event + reading.repeated
        listed = reports.connection.execute("select count(*) from listed").fetchone()
        assert listed == (rows - left,)
    with read_reports(clean, columns=NAMED) as reports:
        whole = count(reports)
    assert whole.all_reports == np.unique(made.report).size
    assert len(whole.reports) == 2


def test_repeated_rows_alone_change_no_count(tmp_path):
    made = simulate(DESIGN, seed=1)
    found = []
    for name, mess in (("a.csv", Mess()), ("b.csv", Mess(repeated=0.5))):
        write(made, tmp_path / name, mess=mess)
        with read_reports(tmp_path / name, columns=NAMED) as reports:
            found.append(count(reports))
    assert (found[0].n == found[1].n).all()
    assert (found[0].product_reports == found[1].product_reports).all()
