-- A password as Argon2 makes it (PHC string). An address is unique as `email_key`, however its
-- letters are written, and given back as it was sent.
ALTER TABLE users ADD COLUMN password_hash TEXT;
ALTER TABLE users ADD COLUMN email TEXT;
ALTER TABLE users ADD COLUMN email_key TEXT;
ALTER TABLE users ADD COLUMN mobile_phone_number TEXT;

CREATE UNIQUE INDEX users_by_email ON users (email_key);
CREATE UNIQUE INDEX users_by_mobile_phone_number ON users (mobile_phone_number);

-- Wrong passwords of the last minutes, also for names that nobody has. The name is hashed: people
-- type passwords into the wrong field.
CREATE TABLE login_failures (
    name         TEXT    NOT NULL PRIMARY KEY,
    -- A JSON list of Unix milliseconds, of this window.
    times        TEXT    NOT NULL,
    locked_until INTEGER NOT NULL,
    last         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX login_failures_by_age ON login_failures (last);
