-- Classes of objects. The two that the service has rules of its own for are there from the start.
CREATE TABLE classes (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT    NOT NULL UNIQUE,
    -- A JSON object: who may do what, where it is not what the policy says.
    permissions TEXT    NOT NULL DEFAULT '{}',
    created_at  INTEGER NOT NULL
) STRICT;

INSERT INTO classes (id, name, created_at) VALUES (1, '_User', 0), (2, '_Role', 0);

-- Types of keys, fixed by their first values and never changed.
CREATE TABLE class_keys (
    class  INTEGER NOT NULL REFERENCES classes (id) ON DELETE CASCADE,
    key    TEXT    NOT NULL,
    type   TEXT    NOT NULL,
    -- The class that pointers and relations are to.
    target TEXT,
    PRIMARY KEY (class, key)
) STRICT, WITHOUT ROWID;

INSERT INTO class_keys (class, key, type, target) VALUES
    (2, 'name', 'String', NULL),
    (2, 'roles', 'Relation', '_Role'),
    (2, 'users', 'Relation', '_User');

-- All objects but users. With row ids: rows are too long for a table without. Times are Unix
-- milliseconds.
CREATE TABLE objects (
    class       INTEGER NOT NULL,
    object_id   TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    -- A JSON object; none: everybody may read and write.
    acl         TEXT,
    -- Whether everybody may read it.
    public_read INTEGER NOT NULL,
    -- A JSON object, its keys sorted, without what has a column of its own.
    data        TEXT    NOT NULL,
    PRIMARY KEY (class, object_id)
) STRICT;

CREATE UNIQUE INDEX objects_role_name ON objects (json_extract(data, '$.name')) WHERE class = 2;

-- What is in the relations of objects, and of users as those of class 1.
CREATE TABLE relations (
    class        INTEGER NOT NULL,
    object_id    TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    target_class TEXT    NOT NULL,
    target_id    TEXT    NOT NULL,
    PRIMARY KEY (class, object_id, key, target_class, target_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX relations_by_target ON relations (target_class, target_id, class, key);
