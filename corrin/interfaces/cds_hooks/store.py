"""What became of the cards, and which tokens were used: counts and codes, no words unless asked.

SQLite in one file, or PostgreSQL by its URL.  An outcome is told to the client as kept
only when it is on disk; the same outcome sent again is kept once.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command as alembic
from alembic.config import Config
from msgspec import UNSET
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from corrin.errors import CorrinError, InputError, Problem, needing
from corrin.interfaces.cds_hooks.calls import Outcome
from corrin.interfaces.cds_hooks.card_parts import OVERRIDE_REASONS, Shown

MIGRATIONS = Path(__file__).parent / "migrations"
_OTHER = "other"
_OFFERED = frozenset((one["system"], one["code"]) for one in OVERRIDE_REASONS)
_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
_OWNER_ALONE = 0o700  # not clinical: rights of a folder
_WAIT_MS = 5_000  # not clinical: milliseconds
_CONNECT_SECONDS = 5  # not clinical: seconds
#: PostgreSQL: held while the tables are brought up to date, so that two servers do not at once.
_LOCK = 0xC0881  # not clinical: any number that nobody else uses

TABLES = sa.MetaData()
SHOWN = sa.Table(
    "card_shown",
    TABLES,
    sa.Column("card", sa.String(36), primary_key=True),  # not clinical: characters
    sa.Column("service", sa.String(64), nullable=False),  # not clinical: characters
    sa.Column("kind", sa.String(64), nullable=False),  # not clinical: characters
    sa.Column("suggestions", sa.Text, nullable=False),
    sa.Column("knowledge_version", sa.String(64), nullable=False),  # not clinical: characters
    sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
)
OUTCOMES = sa.Table(
    "card_outcome",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("card", sa.String(36), nullable=False, index=True),  # not clinical: characters
    sa.Column("service", sa.String(64), nullable=False),  # not clinical: characters
    sa.Column("outcome", sa.String(16), nullable=False),  # not clinical: characters
    sa.Column("accepted", sa.Text, nullable=False),
    sa.Column("reason", sa.String(64), nullable=False),  # not clinical: characters
    sa.Column("comment", sa.Text),
    sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("card", "outcome", "accepted", "outcome_at", name="one_outcome"),
)
#: Tokens that were used, by the fingerprint of their issuer and id; here, and not in the memory
#: of one process, so that none is good again in another process or after a restart.
SEEN = sa.Table(
    "token_seen",
    TABLES,
    sa.Column("mark", sa.String(64), primary_key=True),  # not clinical: characters
    sa.Column("until", sa.Float, nullable=False, index=True),
)


class StoreError(CorrinError):
    """The database did not keep or give what was asked; holds no value and no address."""


class Store:
    """Keeps outcomes; safe to use from several threads."""

    def __init__(self, url: str, *, keep_comments: bool = False) -> None:
        self._engine = _engine(url)
        self._keep_comments = keep_comments

    def prepare(self) -> None:
        """Bring the tables up to date.  Raises :class:`InputError` when it cannot be reached."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        try:
            with self._engine.begin() as connection:
                if self._engine.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
                config.attributes["connection"] = connection
                alembic.upgrade(config, "head")
        except (SQLAlchemyError, OSError):
            raise _wrong("cannot be reached or written to.") from None

    def shown(self, service: str, cards: Sequence[Shown], knowledge_version: str) -> None:
        """Remember which cards were shown, so that outcomes can be counted by kind."""
        rows = [
            {
                "card": one.uuid,
                "service": service,
                "kind": one.card,
                "suggestions": json.dumps(one.suggestions),
                "knowledge_version": knowledge_version,
                "shown_at": dt.datetime.now(dt.UTC),
            }
            for one in cards
        ]
        with self._writing() as connection:
            connection.execute(sa.insert(SHOWN), rows)

    def keep(self, service: str, outcomes: Sequence[Outcome]) -> int:
        """Keep outcomes, all or none, and return how many were new; on disk on return."""
        now = dt.datetime.now(dt.UTC)
        rows = [self._row(service, one, now) for one in outcomes]
        insert = self._insert(OUTCOMES).returning(OUTCOMES.c.id)
        with self._writing() as connection:
            return sum(len(connection.execute(insert, row).all()) for row in rows)

    def once(self, mark: str, *, until: float, now: float) -> bool:
        """Return whether a token is used for the first time; it is on disk on return.

        ``mark`` is its fingerprint, ``until`` the time (seconds since 1970) from which it is
        forgotten, because it has expired.
        """
        past = sa.select(SEEN.c.mark).where(SEEN.c.until <= now)
        # What another server is removing is left to it: two would wait for each other.
        forget = sa.delete(SEEN).where(SEEN.c.mark.in_(past.with_for_update(skip_locked=True)))
        insert = self._insert(SEEN).returning(SEEN.c.mark)
        with self._writing() as connection:
            connection.execute(forget)
            return connection.execute(insert, {"mark": mark, "until": until}).first() is not None

    def _insert(self, table: sa.Table) -> Any:
        """Return an insert that passes over what is there already."""
        dialect: Any = {"postgresql": postgresql, "sqlite": sqlite}[self._engine.dialect.name]
        return dialect.insert(table).on_conflict_do_nothing()

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many cards had each outcome, by kind of card; ``shown`` is one of them.

        A card of which two outcomes were reported counts in both.
        """
        cards = sa.func.count(sa.distinct(OUTCOMES.c.card))
        kind = sa.func.coalesce(SHOWN.c.kind, "unknown")
        joined = OUTCOMES.outerjoin(SHOWN, OUTCOMES.c.card == SHOWN.c.card)
        outcomes = (
            sa.select(kind, OUTCOMES.c.outcome, cards)
            .select_from(joined)
            .group_by(kind, OUTCOMES.c.outcome)
        )
        shown = sa.select(SHOWN.c.kind, sa.func.count()).group_by(SHOWN.c.kind)
        try:
            with self._engine.connect() as connection:
                found = {(k, "shown"): n for k, n in connection.execute(shown)}
                found |= {(k, o): n for k, o, n in connection.execute(outcomes)}
        except SQLAlchemyError:
            raise StoreError("the database cannot be read.") from None
        return found

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _row(self, service: str, one: Outcome, now: dt.datetime) -> dict[str, Any]:
        suggestions = [] if one.accepted_suggestions is UNSET else one.accepted_suggestions
        given = one.override_reason
        reason, comment = "", None
        if given is not UNSET:
            if given.reason is not UNSET:
                # A code that is not ours could be anything, a person's words too.
                known = (given.reason.system, given.reason.code) in _OFFERED
                reason = given.reason.code if known else _OTHER
            if self._keep_comments and given.user_comment is not UNSET:
                comment = given.user_comment
        return {
            "card": str(one.card),
            "service": service,
            "outcome": one.outcome,
            "accepted": " ".join(sorted(str(each.id) for each in suggestions)),
            "reason": reason,
            "comment": comment,
            "outcome_at": one.at.astimezone(dt.UTC),
            "received_at": now,
        }

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError:
            raise StoreError("the database did not keep it.") from None


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        raise _wrong("is not a database URL.") from None
    name = parsed.drivername.partition("+")[0]
    if name == "postgres":
        name = "postgresql"
    if name not in _DRIVERS:
        raise _wrong("is of a kind that is not known here.")
    arguments: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS}
    if name == "sqlite":
        arguments = {"timeout": _WAIT_MS / 1000}  # not clinical: seconds
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(
                parents=True, exist_ok=True, mode=_OWNER_ALONE
            )  # not clinical: rights
    with needing("cds", "this database"):
        engine = sa.create_engine(
            parsed.set(drivername=_DRIVERS[name]),
            connect_args=arguments,
            pool_pre_ping=True,
            hide_parameters=True,
        )
    if name == "sqlite":
        sa.event.listen(engine, "connect", _safe_sqlite)
    return engine


def _safe_sqlite(connection: Any, _: object) -> None:
    """Every commit reaches the disk before it is told, and readers do not wait for writers."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={_WAIT_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _wrong(what: str) -> InputError:
    do = "Give sqlite:///PATH or postgresql://USER@HOST/NAME."
    return InputError([Problem("--feedback-db", "cannot-use", what, do)])
