-- The same as SQLite's.
CREATE TABLE verification_codes (
    contact    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code       TEXT COLLATE "C" NOT NULL,
    attempts   BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX verification_codes_of_user ON verification_codes (user_id);

CREATE TABLE verification_sends (
    contact TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    next_at BIGINT NOT NULL,
    since   BIGINT NOT NULL,
    count   BIGINT NOT NULL
);
