-- Counts the changes of a class and of its keys: who remembers a class sees by it whether that is
-- still what the database has.
ALTER TABLE classes ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
