-- Players who are on their way to agree in a browser. Times are Unix milliseconds.
CREATE TABLE weblink_visits (
    -- A lookup, as is the browser's.
    visit      TEXT NOT NULL PRIMARY KEY,
    browser    TEXT NOT NULL,
    -- `login`, while the player is at TapTap, or `consent`, when it has been there.
    stage      TEXT NOT NULL,
    user_id    TEXT REFERENCES users (id) ON DELETE CASCADE,
    -- Sealed.
    redirect   TEXT NOT NULL,
    language   TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX weblink_visits_end ON weblink_visits (expires_at);
CREATE INDEX weblink_visits_of_user ON weblink_visits (user_id);
