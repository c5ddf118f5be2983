-- The characters of players, as the studio says. Times are Unix milliseconds.
CREATE TABLE roles (
    role_id         TEXT NOT NULL PRIMARY KEY,
    user_id         TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    nickname        TEXT NOT NULL,
    display_role_id TEXT,
    level           TEXT,
    profession      TEXT,
    zone            TEXT,
    -- The game server that it lives on.
    server          TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX roles_of_user ON roles (user_id, role_id);

-- Whether TapTap shows a role, and the time stamp of the notice that said so, in seconds.
CREATE TABLE bindings (
    role_id TEXT    NOT NULL PRIMARY KEY,
    bound   INTEGER NOT NULL,
    said_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Codes and tokens of a binding under way, and the address a code was made for: lookups, none of
-- which is of use to whoever reads it.
CREATE TABLE binding_codes (
    code       TEXT    NOT NULL PRIMARY KEY,
    user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    mode       TEXT    NOT NULL,
    redirect   TEXT    NOT NULL,
    made_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX binding_codes_of_user ON binding_codes (user_id, made_at);

CREATE TABLE binding_tokens (
    token      TEXT    NOT NULL PRIMARY KEY,
    -- The code that it was given for: if that comes again, this ends.
    code       TEXT    NOT NULL UNIQUE,
    user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX binding_tokens_of_user ON binding_tokens (user_id);

-- Signed requests that were taken.
CREATE TABLE binding_nonces (
    nonce      TEXT    NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX binding_nonces_end ON binding_nonces (expires_at);
