"""One pair: controls, narrower groups, what hides what, power, time, and the evidence item."""

from __future__ import annotations

import math

import numpy as np
import pytest

from corrin.claims.of_reports import evidence_of_reports
from corrin.errors import InputError
from corrin.knowledge.loading import load
from corrin.knowledge.records_of_claims import Certainty, Direction
from corrin.signals.answering import RowKind, answer
from corrin.signals.grouping import events_of, pair_named, products_of
from corrin.signals.reading import read_reports
from corrin.signals.simulating import Design, simulate, write
from corrin.signals.trend import linear_trend
from tests.report_files import faers, table

KNOWLEDGE = load()
COLUMNS = {"report": "report", "product": "product", "event": "event", "date": "received"}
B12, TEA = "Vitamin B12 (made up)", "Tea (made up)"
TWITCHING, CHOKING, BACK = "Muscle twitching", "Choking", "Back pain"


def asked(path, pair="b12:muscle-twitching", **named):
    with read_reports(path, columns={**COLUMNS, **named}) as reports:
        return answer(reports, *pair_named(pair, KNOWLEDGE), KNOWLEDGE)


def made_up(path, *, twitching, choking):
    design = Design(
        reports=6_000,
        products=60,
        events=80,
        named=((B12, TWITCHING, twitching), (B12, CHOKING, choking), (B12, BACK, 1.0)),
    )
    write(simulate(design, seed=3), path)
    return path


@pytest.fixture(scope="module")
def raised(tmp_path_factory):
    path = tmp_path_factory.mktemp("raised") / "reports.csv"
    return asked(made_up(path, twitching=6.0, choking=5.0))


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    path = tmp_path_factory.mktemp("plain") / "reports.csv"
    return asked(made_up(path, twitching=0.3, choking=5.0))


def test_a_raised_rate_is_seen_and_still_of_very_low_certainty(raised):
    assert raised.asked.stands_out
    found = evidence_of_reports(raised, KNOWLEDGE)
    assert found.grade.certainty is Certainty.VERY_LOW
    assert found.item.direction is Direction.AGAINST


def test_a_rate_that_is_not_raised_qualifies_and_never_supports(plain):
    assert not plain.asked.stands_out
    found = evidence_of_reports(plain, KNOWLEDGE)
    assert found.grade.certainty is Certainty.VERY_LOW
    assert found.item.direction is Direction.QUALIFIES
    assert "unseen" in found.item.result


def test_the_positive_control_shows(plain):
    (control,) = plain.of_kind(RowKind.POSITIVE)
    assert control.stands_out


def test_there_is_a_row_of_every_kind(plain):
    assert plain.rows[0].kind is RowKind.ASKED
    assert {row.kind for row in plain.rows} == set(RowKind)
    parts = KNOWLEDGE.product_groups["b12"].parts
    assert len(plain.of_kind(RowKind.NARROWER)) == len(parts)


def test_the_four_cells_are_all_reports(plain):
    for row in plain.rows:
        if row.kind is not RowKind.UNMASKED:
            assert row.a + row.b + row.c + row.d == plain.reading.reports


def test_leaving_out_choking_unhides_the_rest(plain):
    (free,) = plain.of_kind(RowKind.UNMASKED)
    assert free.a + free.b < plain.asked.a + plain.asked.b
    assert free.rr > plain.asked.rr


def test_what_could_have_been_seen_is_said(plain):
    assert plain.asked.needed > plain.asked.expected
    assert plain.asked.smallest_rate > 1


def test_quarters_add_up_to_the_whole(plain):
    assert plain.trend is not None
    assert plain.trend.n.sum() == plain.asked.a
    assert len(plain.trend.quarters) == 12


def test_a_rising_share_has_a_rising_score():
    flat = np.full(8, 5.0)
    assert linear_trend(np.array([5] * 8), flat) == pytest.approx(0)
    assert linear_trend(np.array([1, 1, 2, 4, 6, 8, 9, 9]), flat) > 2
    assert math.isnan(linear_trend(np.array([0] * 8), flat))


def test_faers_tells_outcome_reason_and_delay(tmp_path):
    with read_reports(faers(tmp_path)) as reports:
        found = answer(reports, *pair_named("b12:muscle-twitching", KNOWLEDGE), KNOWLEDGE)
    assert found.asked.a == 1
    assert found.surroundings.outcomes == (("HO", 1),)
    assert found.surroundings.indications == (("TIREDNESS", 1),)
    assert found.surroundings.onset_days == (9, 9, 9)


def test_an_event_that_nobody_reported_gets_an_answer(tmp_path):
    rows = [(f"{n}", "VITAMIN B12" if n < 4 else "TEA", "GRUMPING", "2020-01-01") for n in range(9)]
    path = table(tmp_path / "rows.csv", rows, header="report,product,event,received")
    found = asked(path)
    assert (found.asked.a, found.asked.expected) == (0, 0)
    assert math.isinf(found.asked.smallest_rate)
    assert not found.asked.stands_out


def test_one_report_gets_an_answer(tmp_path):
    path = table(
        tmp_path / "rows.csv",
        [("1", "VITAMIN B12", "MUSCLE TWITCHING", "2020-01-01")],
        header="report,product,event,received",
    )
    found = asked(path)
    assert (found.asked.a, found.asked.b, found.asked.c, found.asked.d) == (1, 0, 0, 0)
    assert not found.asked.stands_out


def test_a_pair_of_unknown_groups_is_refused_with_what_is_known():
    with pytest.raises(InputError, match="Known"):
        pair_named("b12:muscle-twiching", KNOWLEDGE)
    with pytest.raises(InputError, match="PRODUCT:EVENT"):
        pair_named("b12", KNOWLEDGE)


@pytest.mark.parametrize("id_", KNOWLEDGE.product_groups)
def test_the_examples_of_a_product_group_hold_where_reports_are_counted(tmp_path, id_):
    group = KNOWLEDGE.product_groups[id_]
    names = (*group.match, *group.no_match)
    rows = [(n, f'"{name}"', "x") for n, name in enumerate(names)]
    path = table(tmp_path / "rows.csv", rows, header="report,product,event")
    named = {"report": "report", "product": "product", "event": "event"}
    with read_reports(path, columns=named) as reports:
        found = {one.name for one in products_of(reports, group, KNOWLEDGE)}
    assert found == set(group.match)


@pytest.mark.parametrize("id_", KNOWLEDGE.event_groups)
def test_the_examples_of_an_event_group_hold_where_reports_are_counted(tmp_path, id_):
    group = KNOWLEDGE.event_groups[id_]
    rows = [(n, "p", f'"{name}"') for n, name in enumerate((*group.match, *group.no_match))]
    path = table(tmp_path / "rows.csv", rows, header="report,product,event")
    named = {"report": "report", "product": "product", "event": "event"}
    with read_reports(path, columns=named) as reports:
        assert {one.name for one in events_of(reports, group)} == set(group.match)
