-- Since when the operator keeps the user out (Unix milliseconds), and why, for the operator to read.
ALTER TABLE users ADD COLUMN banned_at BIGINT;
ALTER TABLE users ADD COLUMN ban_reason TEXT;
