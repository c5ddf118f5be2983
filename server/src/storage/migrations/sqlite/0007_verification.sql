-- Verification codes under way, one for each telephone or UID. Keys and codes are lookups, times Unix
-- milliseconds.
CREATE TABLE verification_codes (
    contact    TEXT NOT NULL PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code       TEXT NOT NULL,
    attempts   INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX verification_codes_of_user ON verification_codes (user_id);

-- When a code may be sent there next, and how many were within the day that began then. The row
-- of the empty key counts all there are.
CREATE TABLE verification_sends (
    contact TEXT NOT NULL PRIMARY KEY,
    next_at INTEGER NOT NULL,
    since   INTEGER NOT NULL,
    count   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
