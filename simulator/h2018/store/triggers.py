"""The database triggers that keep the journal append-only, in each database's SQL.

A line is never changed.  It is deleted only together with all others of its tenant, while that is being emptied.
"""

from __future__ import annotations

from collections.abc import Mapping

_SQLITE = (
    """
    CREATE TRIGGER journal_never_changes BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER journal_never_shrinks BEFORE DELETE ON journal
    WHEN (SELECT emptying FROM worlds WHERE id = OLD.world) IS NOT 1
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
)

_POSTGRESQL = (
    """
    CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' AND (SELECT emptying FROM worlds WHERE id = OLD.world) = 1 THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'the journal is append-only'; END $$
    """,
    """
    CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()
    """,
    """
    CREATE TRIGGER journal_not_truncated BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
    """,
)

#: Statements by the name of SQLAlchemy's dialect.
APPEND_ONLY: Mapping[str, tuple[str, ...]] = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}

#: The same for the large bodies that lines of the journal have elsewhere.
BODIES_APPEND_ONLY: Mapping[str, tuple[str, ...]] = {
    "sqlite": (
        """
    CREATE TRIGGER bodies_never_change BEFORE UPDATE ON bodies
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
        """
    CREATE TRIGGER bodies_never_shrink BEFORE DELETE ON bodies
    WHEN (SELECT emptying FROM worlds WHERE id = OLD.world) IS NOT 1
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    ),
    "postgresql": (
        """
    CREATE TRIGGER bodies_append_only BEFORE UPDATE OR DELETE ON bodies
    FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()
    """,
        """
    CREATE TRIGGER bodies_not_truncated BEFORE TRUNCATE ON bodies
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
    """,
    ),
}
