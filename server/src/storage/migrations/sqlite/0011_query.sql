-- Indexes that the operator had made: the database knows them as class_index_<id>.
CREATE TABLE class_indexes (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    class INTEGER NOT NULL REFERENCES classes (id) ON DELETE CASCADE,
    key   TEXT    NOT NULL,
    UNIQUE (class, key)
) STRICT;

-- The newest or the oldest of a class, as most lists want them.
CREATE INDEX objects_by_created_at ON objects (class, created_at, object_id);
