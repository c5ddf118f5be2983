-- The same as SQLite's.
CREATE TABLE weblink_visits (
    visit      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    browser    TEXT COLLATE "C" NOT NULL,
    stage      TEXT COLLATE "C" NOT NULL,
    user_id    TEXT COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
    redirect   TEXT COLLATE "C" NOT NULL,
    language   TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX weblink_visits_end ON weblink_visits (expires_at);
CREATE INDEX weblink_visits_of_user ON weblink_visits (user_id);
