-- Tokens and identities are kept sealed under a key outside the database, and found by an HMAC
-- under it. What is there in plain is sealed by the program, in one transaction with the row of
-- `sealing`; until then the columns `..._lookup` and `value` hold plain text and `token_sealed` none.
ALTER TABLE users RENAME COLUMN session_token TO token_lookup;
ALTER TABLE users RENAME COLUMN retired_token TO retired_lookup;
ALTER TABLE users ADD COLUMN token_sealed TEXT NOT NULL DEFAULT '';

CREATE TABLE sealing (
    id      BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    -- A known text sealed under the key of this database: another key does not open it.
    mark    TEXT    NOT NULL,
    -- 0 until the plain text of before was overwritten.
    cleaned BIGINT NOT NULL
);
