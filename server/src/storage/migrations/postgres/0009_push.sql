-- The same as SQLite's.
CREATE TABLE push_outbox (
    role_id   TEXT COLLATE "C" NOT NULL,
    kind      TEXT COLLATE "C" NOT NULL,
    type      TEXT COLLATE "C" NOT NULL,
    test_mode BIGINT NOT NULL,
    item      TEXT COLLATE "C" NOT NULL,
    payload   TEXT COLLATE "C" NOT NULL,
    priority  BIGINT NOT NULL,
    due_at    BIGINT NOT NULL,
    tries     BIGINT NOT NULL,
    changed   BIGINT NOT NULL,
    lease     TEXT COLLATE "C",
    part      TEXT COLLATE "C",
    parked_at BIGINT,
    reason    TEXT COLLATE "C",
    PRIMARY KEY (role_id, kind, type, test_mode, item)
);

CREATE INDEX push_outbox_due ON push_outbox (priority, due_at, role_id) WHERE parked_at IS NULL;
CREATE INDEX push_outbox_lease ON push_outbox (lease) WHERE lease IS NOT NULL;

CREATE TABLE push_state (
    id           BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    free_at      BIGINT NOT NULL,
    paused_until BIGINT NOT NULL,
    failures     BIGINT NOT NULL,
    reason       TEXT COLLATE "C",
    daily_at     BIGINT NOT NULL,
    daily_after  TEXT COLLATE "C"
);

INSERT INTO push_state (id, free_at, paused_until, failures, reason, daily_at, daily_after)
VALUES (1, 0, 0, 0, NULL, 0, NULL);
