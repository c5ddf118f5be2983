-- Times are Unix milliseconds. Tokens are kept as they are and not as a hash, because each
-- sign-in has to give the same one; the file is readable by the service's own user alone.
CREATE TABLE users (
    id                    TEXT    NOT NULL PRIMARY KEY,
    created_at            INTEGER NOT NULL,
    updated_at            INTEGER NOT NULL,
    username              TEXT    NOT NULL UNIQUE,
    email_verified        INTEGER NOT NULL DEFAULT 0,
    mobile_phone_verified INTEGER NOT NULL DEFAULT 0,
    session_token         TEXT    NOT NULL UNIQUE,
    -- The token before the last refresh and when it ended.
    retired_token         TEXT,
    retired_at            INTEGER,
    -- A JSON object: every field without a column of its own.
    fields                TEXT    NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;

-- Who a user is on each platform. The primary key is the promise that one identity never has
-- two accounts.
CREATE TABLE identities (
    platform TEXT NOT NULL,
    value    TEXT NOT NULL,
    user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- A JSON object: the platform's map as it was sent last.
    data     TEXT NOT NULL,
    PRIMARY KEY (platform, value)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX identities_of_user ON identities (user_id, platform);
