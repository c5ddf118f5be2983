-- The same tables as SQLite's. Times are Unix milliseconds. Texts compare by their bytes, so that
-- ids sort as they were made, whatever the language of the database.
CREATE TABLE users (
    id                    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    created_at            BIGINT  NOT NULL,
    updated_at            BIGINT  NOT NULL,
    username              TEXT COLLATE "C" NOT NULL UNIQUE,
    email_verified        BOOLEAN NOT NULL DEFAULT FALSE,
    mobile_phone_verified BOOLEAN NOT NULL DEFAULT FALSE,
    session_token         TEXT COLLATE "C" NOT NULL UNIQUE,
    -- The token before the last refresh and when it ended.
    retired_token         TEXT COLLATE "C",
    retired_at            BIGINT,
    -- A JSON object: every field without a column of its own. As text: jsonb would change numbers.
    fields                TEXT    NOT NULL DEFAULT '{}'
);

-- Who a user is on each platform. The primary key is the promise that one identity never has
-- two accounts.
CREATE TABLE identities (
    platform TEXT COLLATE "C" NOT NULL,
    value    TEXT COLLATE "C" NOT NULL,
    user_id  TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- A JSON object: the platform's map as it was sent last.
    data     TEXT NOT NULL,
    PRIMARY KEY (platform, value)
);

CREATE UNIQUE INDEX identities_of_user ON identities (user_id, platform);
