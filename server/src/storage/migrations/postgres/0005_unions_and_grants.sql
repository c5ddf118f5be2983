-- The same as SQLite's.
ALTER TABLE identities ADD COLUMN brought_by TEXT COLLATE "C";
ALTER TABLE identities ADD COLUMN revocable TEXT;

CREATE TABLE revocations (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    platform  TEXT COLLATE "C" NOT NULL,
    revocable TEXT   NOT NULL,
    due_at    BIGINT NOT NULL,
    tries     BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX revocations_due ON revocations (due_at);
