-- The same as SQLite's.
CREATE TABLE roles (
    role_id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id         TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    nickname        TEXT COLLATE "C" NOT NULL,
    display_role_id TEXT COLLATE "C",
    level           TEXT COLLATE "C",
    profession      TEXT COLLATE "C",
    zone            TEXT COLLATE "C",
    server          TEXT COLLATE "C"
);

CREATE INDEX roles_of_user ON roles (user_id, role_id);

CREATE TABLE bindings (
    role_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    bound   BIGINT NOT NULL,
    said_at BIGINT NOT NULL
);

CREATE TABLE binding_codes (
    code       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    mode       TEXT COLLATE "C" NOT NULL,
    redirect   TEXT COLLATE "C" NOT NULL,
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX binding_codes_of_user ON binding_codes (user_id, made_at);

CREATE TABLE binding_tokens (
    token      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    code       TEXT COLLATE "C" NOT NULL UNIQUE,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);

CREATE INDEX binding_tokens_of_user ON binding_tokens (user_id);

CREATE TABLE binding_nonces (
    nonce      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX binding_nonces_end ON binding_nonces (expires_at);
