-- Of an entry that joins accounts (`_weixin_unionid`): the user's platform that it came with, and
-- with which it goes.
ALTER TABLE identities ADD COLUMN brought_by TEXT;

-- What ends the platform's own grant when the account is deleted.
ALTER TABLE identities ADD COLUMN revocable TEXT;

-- Grants of accounts that are gone, until their platform has heard so. Times are Unix milliseconds.
CREATE TABLE revocations (
    id        TEXT    NOT NULL PRIMARY KEY,
    platform  TEXT    NOT NULL,
    revocable TEXT    NOT NULL,
    due_at    INTEGER NOT NULL,
    tries     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX revocations_due ON revocations (due_at);
