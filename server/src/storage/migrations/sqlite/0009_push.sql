-- What TapTap is to be told of roles (role-binding.md 2.5): one row for each role and each of its
-- data. Times are Unix milliseconds.
CREATE TABLE push_outbox (
    role_id   TEXT NOT NULL,
    -- profile, board, list or clear.
    kind      TEXT NOT NULL,
    -- As the page builder calls it; empty for a profile and for clear.
    type      TEXT NOT NULL,
    test_mode INTEGER NOT NULL,
    -- The id within a list; otherwise empty.
    item      TEXT NOT NULL,
    -- JSON; empty for a profile, which is read when it is sent.
    payload   TEXT NOT NULL,
    -- The smaller the sooner.
    priority  INTEGER NOT NULL,
    -- While the row is leased: when that ends.
    due_at    INTEGER NOT NULL,
    tries     INTEGER NOT NULL,
    -- Whether there is newer data than what the lease was taken for.
    changed   INTEGER NOT NULL,
    -- Who is sending it.
    lease     TEXT,
    -- The part of a refused batch that it is tried with.
    part      TEXT,
    -- Refused for good, until its data changes.
    parked_at INTEGER,
    reason    TEXT,
    PRIMARY KEY (role_id, kind, type, test_mode, item)
) STRICT, WITHOUT ROWID;

CREATE INDEX push_outbox_due ON push_outbox (priority, due_at, role_id) WHERE parked_at IS NULL;
CREATE INDEX push_outbox_lease ON push_outbox (lease) WHERE lease IS NOT NULL;

-- What all servers share: when the next request may be sent, since when TapTap has not answered
-- well, and the daily push, which goes through the bound roles in the order of their ids.
CREATE TABLE push_state (
    id           INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    free_at      INTEGER NOT NULL,
    paused_until INTEGER NOT NULL,
    failures     INTEGER NOT NULL,
    reason       TEXT,
    daily_at     INTEGER NOT NULL,
    daily_after  TEXT
) STRICT;

INSERT INTO push_state (id, free_at, paused_until, failures, reason, daily_at, daily_after)
VALUES (1, 0, 0, 0, NULL, 0, NULL);
