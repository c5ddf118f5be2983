//! What a key is in the database: a column of its own, or a member of a JSON document.

use super::Path;
use super::sql::{Dialect, quoted};
use crate::objects::schema::{Class, KeyType};
use crate::problem::Problem;

/// The rows that a condition is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'c> {
    pub(crate) class: &'c Class,
    /// The table's name in the statement; an index is made without one.
    pub(crate) name: &'c str,
    pub(crate) dialect: Dialect,
    /// Whether conditions may also be on what the public is not shown.
    pub(crate) all: bool,
}

/// Where the values of a key are.
#[derive(Debug)]
pub(crate) enum Column {
    Text(String),
    /// Unix milliseconds.
    Time(String),
    Flag(String),
    Member(Member),
    /// In the table of relations.
    Relation(String),
    /// No object has one.
    Nothing,
}

/// A member of a JSON document.
#[derive(Debug)]
pub(crate) struct Member {
    dialect: Dialect,
    /// The document.
    document: String,
    names: Vec<String>,
    /// What its values are, if that is known.
    kind: Option<KeyType>,
}

/// The columns of the table of users that have a key of their own.
const OF_USERS: [(&str, &str); 3] =
    [("username", "username"), ("email", "email"), ("mobilePhoneNumber", "mobile_phone_number")];

impl Rows<'_> {
    pub(crate) fn is_users(&self) -> bool {
        self.class.name == crate::objects::USER
    }

    /// `users` or `objects`.
    pub(crate) fn table(&self) -> &'static str {
        if self.is_users() { "users" } else { "objects" }
    }

    /// The column of the object's id.
    pub(crate) fn id(&self) -> String {
        self.field(if self.is_users() { "id" } else { "object_id" })
    }

    fn field(&self, column: &str) -> String {
        if self.name.is_empty() { column.to_owned() } else { format!("{}.{column}", self.name) }
    }

    pub(crate) fn column(&self, path: &Path) -> Column {
        let (key, nested) = (path.key(), path.is_nested());
        match key {
            "objectId" | "createdAt" | "updatedAt" | "ACL" if nested => return Column::Nothing,
            "ACL" => return Column::Nothing,
            "objectId" => return Column::Text(self.id()),
            "createdAt" => return Column::Time(self.field("created_at")),
            "updatedAt" => return Column::Time(self.field("updated_at")),
            _ => (),
        }
        if self.is_users() { self.column_of_users(path) } else { self.member(path) }
    }

    /// The values of a key, as JSON texts.
    pub(crate) fn json_text(&self, path: &Path) -> Result<String, Problem> {
        Ok(format!("CAST({} AS TEXT)", self.column(path).json(self.dialect)?))
    }

    fn member(&self, path: &Path) -> Column {
        let kind = match self.class.keys.get(path.key()) {
            None => return Column::Nothing,
            Some(KeyType::Relation(_)) if path.is_nested() => return Column::Nothing,
            Some(KeyType::Relation(_)) => return Column::Relation(path.key().to_owned()),
            Some(_) if path.is_nested() => None,
            Some(kind) => Some(kind.clone()),
        };
        Column::Member(Member {
            dialect: self.dialect,
            document: self.field("data"),
            names: path.names().to_vec(),
            kind,
        })
    }

    fn column_of_users(&self, path: &Path) -> Column {
        let key = path.key();
        if let Some((_, column)) = OF_USERS.iter().find(|(name, _)| *name == key) {
            // A condition on anything that is not shown would tell it.
            return match path.is_nested() || !(self.all || key == "username") {
                true => Column::Nothing,
                false => Column::Text(self.field(column)),
            };
        }
        match key {
            "emailVerified" | "mobilePhoneVerified" if path.is_nested() => Column::Nothing,
            "emailVerified" => Column::Flag(self.field("email_verified")),
            "mobilePhoneVerified" => Column::Flag(self.field("mobile_phone_verified")),
            // Nobody looks for secrets.
            "sessionToken" | "password" | "authData" => Column::Nothing,
            _ => match self.class.keys.get(key) {
                Some(KeyType::Relation(_)) if path.is_nested() => Column::Nothing,
                Some(KeyType::Relation(_)) => Column::Relation(key.to_owned()),
                // Texts like the nickname are there without a type.
                known => Column::Member(Member {
                    dialect: self.dialect,
                    document: self.fields(),
                    names: path.names().to_vec(),
                    kind: known.filter(|_| !path.is_nested()).cloned(),
                }),
            },
        }
    }

    /// A damaged user keeps nobody from the others; PostgreSQL cannot tell, so its statement fails.
    fn fields(&self) -> String {
        let fields = self.field("fields");
        match self.dialect {
            Dialect::Sqlite => format!("CASE WHEN json_valid({fields}) THEN {fields} END"),
            Dialect::Postgres => format!("CAST({fields} AS jsonb)"),
        }
    }
}

impl Column {
    /// Its values as the database compares JSON.
    pub(super) fn json(&self, dialect: Dialect) -> Result<String, Problem> {
        Ok(match (self, dialect) {
            (Self::Member(member), Dialect::Sqlite) => {
                // JSON's null is as nothing.
                format!("CASE WHEN {} THEN {} END", member.exists(), member.json())
            }
            (Self::Member(member), Dialect::Postgres) => {
                format!("NULLIF({}, 'null')", member.json())
            }
            (Self::Text(text), Dialect::Sqlite) => {
                format!("CASE WHEN {text} IS NOT NULL THEN json_quote({text}) END")
            }
            (Self::Text(text), Dialect::Postgres) => format!("to_jsonb({text})"),
            (Self::Nothing, Dialect::Sqlite) => "NULL".to_owned(),
            (Self::Nothing, Dialect::Postgres) => "CAST(NULL AS jsonb)".to_owned(),
            (Self::Time(_) | Self::Flag(_) | Self::Relation(_), _) => {
                return Err(Problem::QUERY_OPERAND);
            }
        })
    }
}

impl Member {
    /// Whether its values can be of this type.
    pub(crate) fn may_be(&self, kind: &KeyType) -> bool {
        self.kind.as_ref().is_none_or(|known| known == kind)
    }

    pub(crate) fn may_be_pointer(&self) -> bool {
        self.kind.as_ref().is_none_or(|known| matches!(known, KeyType::Pointer(_)))
    }

    pub(crate) fn kind(&self) -> Option<&KeyType> {
        self.kind.as_ref()
    }

    /// The member of one of its members.
    pub(crate) fn inner(&self, name: &str) -> Self {
        let names = self.names.iter().cloned().chain([name.to_owned()]).collect();
        Self { dialect: self.dialect, document: self.document.clone(), names, kind: None }
    }

    /// `'$."settings"."sound"'`
    fn path(&self) -> String {
        let names: String = self.names.iter().map(|name| format!(".\"{name}\"")).collect();
        quoted(&format!("${names}"))
    }

    /// The value as the database compares JSON: its text, or jsonb.
    pub(crate) fn json(&self) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("({} -> {})", self.document, self.path()),
            Dialect::Postgres => {
                let names: String =
                    self.names.iter().map(|name| format!(" -> {}", quoted(name))).collect();
                format!("({}{names})", self.document)
            }
        }
    }

    /// SQLite's name of the value's type.
    fn type_name(&self) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("json_type({}, {})", self.document, self.path()),
            Dialect::Postgres => format!("jsonb_typeof({})", self.json()),
        }
    }

    /// The value as text or number; null if there is none.
    pub(crate) fn plain(&self) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("json_extract({}, {})", self.document, self.path()),
            Dialect::Postgres => format!("({} #>> '{{}}')", self.json()),
        }
    }

    /// The string; null if it is none.
    pub(crate) fn text(&self) -> String {
        let (kind, plain) = (self.type_name(), self.plain());
        match self.dialect {
            Dialect::Sqlite => format!("(CASE WHEN {kind} = 'text' THEN {plain} END)"),
            Dialect::Postgres => {
                format!("((CASE WHEN {kind} = 'string' THEN {plain} END) COLLATE \"C\")")
            }
        }
    }

    /// The number; null if it is none.
    pub(crate) fn number(&self) -> String {
        let (kind, plain) = (self.type_name(), self.plain());
        match self.dialect {
            Dialect::Sqlite => {
                format!("(CASE WHEN {kind} IN ('integer', 'real') THEN {plain} END)")
            }
            Dialect::Postgres => {
                format!("(CASE WHEN {kind} = 'number' THEN CAST({plain} AS numeric) END)")
            }
        }
    }

    /// The text of the date, by which dates compare; null if it is none.
    pub(crate) fn date(&self) -> String {
        let (kind, iso) = (self.inner("__type").plain(), self.inner("iso").plain());
        let date = format!("(CASE WHEN {kind} = 'Date' THEN {iso} END)");
        match self.dialect {
            Dialect::Sqlite => date,
            Dialect::Postgres => format!("({date} COLLATE \"C\")"),
        }
    }

    /// Whether it is anything but null.
    pub(crate) fn exists(&self) -> String {
        format!("{} IS NOT NULL", self.plain())
    }

    pub(crate) fn is_array(&self) -> String {
        format!("{} = 'array'", self.type_name())
    }

    /// How many elements the array has; null if it is none.
    pub(crate) fn size(&self) -> String {
        let array = self.is_array();
        match self.dialect {
            Dialect::Sqlite => format!(
                "(CASE WHEN {array} THEN json_array_length({}, {}) END)",
                self.document,
                self.path()
            ),
            Dialect::Postgres => {
                format!("(CASE WHEN {array} THEN jsonb_array_length({}) END)", self.json())
            }
        }
    }

    /// `FROM` what has a row for each element of the array, under this name.
    pub(crate) fn elements(&self, name: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("json_each({}, {}) {name}", self.document, self.path()),
            Dialect::Postgres => format!(
                "jsonb_array_elements(CASE WHEN {} THEN {} ELSE '[]' END) {name}(value)",
                self.is_array(),
                self.json()
            ),
        }
    }

    /// An element of [`Self::elements`] as the database compares JSON.
    pub(crate) fn element(&self, name: &str) -> String {
        match self.dialect {
            // A double is given as it is written, so that it is not rounded on the way.
            Dialect::Sqlite => format!(
                "(CASE {name}.type WHEN 'text' THEN json_quote({name}.value) \
                 WHEN 'real' THEN {} -> {name}.fullkey \
                 WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN 'null' \
                 ELSE CAST({name}.value AS TEXT) END)",
                self.document
            ),
            Dialect::Postgres => format!("{name}.value"),
        }
    }

    /// The place of the value's type in an order; null, and so first, if there is no value.
    pub(crate) fn rank(&self) -> String {
        let (kind, inner) = (self.type_name(), self.inner("__type").plain());
        match self.dialect {
            Dialect::Sqlite => format!(
                "(CASE {kind} WHEN 'integer' THEN 1 WHEN 'real' THEN 1 WHEN 'text' THEN 2 \
                 WHEN 'false' THEN 3 WHEN 'true' THEN 4 WHEN 'array' THEN 6 \
                 WHEN 'object' THEN CASE {inner} WHEN 'Date' THEN 5 ELSE 6 END END)"
            ),
            Dialect::Postgres => format!(
                "(CASE {kind} WHEN 'number' THEN 1 WHEN 'string' THEN 2 \
                 WHEN 'boolean' THEN CASE {} WHEN 'false' THEN 3 ELSE 4 END WHEN 'array' THEN 6 \
                 WHEN 'object' THEN CASE {inner} WHEN 'Date' THEN 5 ELSE 6 END END)",
                self.plain()
            ),
        }
    }
}
