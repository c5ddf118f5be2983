//! SQL of two dialects, and the values bound to it.

/// Whose SQL it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// A value for a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Arg {
    Text(String),
    Number(i64),
}

/// A statement's values, and names for what stands in its `FROM`s.
#[derive(Debug)]
pub(crate) struct Sql {
    pub(crate) dialect: Dialect,
    pub(crate) args: Vec<Arg>,
    names: usize,
}

impl Sql {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self { dialect, args: Vec::new(), names: 0 }
    }

    /// The placeholder of a value.
    pub(crate) fn bind(&mut self, arg: Arg) -> String {
        self.args.push(arg);
        format!("${}", self.args.len())
    }

    pub(crate) fn text(&mut self, text: impl Into<String>) -> String {
        self.bind(Arg::Text(text.into()))
    }

    pub(crate) fn number(&mut self, number: i64) -> String {
        self.bind(Arg::Number(number))
    }

    /// A number given as JSON text, as the database compares numbers.
    pub(crate) fn numeric(&mut self, json: String) -> String {
        // SQLite looks how often a value is there only if it is given as it is.
        if let (Dialect::Sqlite, Ok(integer)) = (self.dialect, json.parse()) {
            return self.number(integer);
        }
        let bound = self.text(json);
        match self.dialect {
            Dialect::Sqlite => format!("json_extract({bound}, '$')"),
            Dialect::Postgres => format!("CAST({bound} AS numeric)"),
        }
    }

    /// A JSON value given as text, as the database compares JSON values.
    pub(crate) fn json(&mut self, json: String) -> String {
        let bound = self.text(json);
        match self.dialect {
            Dialect::Sqlite => bound,
            Dialect::Postgres => format!("CAST({bound} AS jsonb)"),
        }
    }

    /// A name that no other part of the statement has.
    pub(crate) fn name(&mut self, first: char) -> String {
        self.names += 1;
        format!("{first}{}", self.names)
    }

    /// `expression` is one of these texts.
    pub(crate) fn one_of_texts(&mut self, expression: &str, texts: &[String]) -> String {
        if let [text] = texts {
            return format!("{expression} = {}", self.text(text.as_str()));
        }
        let list = self.list(texts.iter().map(|text| text.as_str().into()).collect());
        match self.dialect {
            Dialect::Sqlite => format!("{expression} IN (SELECT value FROM json_each({list}))"),
            Dialect::Postgres => format!(
                "{expression} = ANY(ARRAY(SELECT jsonb_array_elements_text(CAST({list} AS jsonb))))"
            ),
        }
    }

    /// `expression`, a number, is one of these, given as JSON texts.
    pub(crate) fn one_of_numbers(&mut self, expression: &str, numbers: &[String]) -> String {
        if let [number] = numbers {
            return format!("{expression} = {}", self.numeric(number.clone()));
        }
        let list = self.text(format!("[{}]", numbers.join(",")));
        match self.dialect {
            Dialect::Sqlite => format!("{expression} IN (SELECT value FROM json_each({list}))"),
            Dialect::Postgres => format!(
                "{expression} = ANY(ARRAY(SELECT CAST(n AS numeric) \
                 FROM jsonb_array_elements_text(CAST({list} AS jsonb)) n))"
            ),
        }
    }

    /// `expression`, a JSON value, is one of these, given as JSON texts.
    pub(crate) fn one_of_jsons(&mut self, expression: &str, jsons: &[String]) -> String {
        if let [json] = jsons {
            return format!("{expression} = {}", self.json(json.clone()));
        }
        match self.dialect {
            // JSON texts within JSON, so that they come out as they went in.
            Dialect::Sqlite => {
                let list = self.list(jsons.iter().map(|json| json.as_str().into()).collect());
                format!("{expression} IN (SELECT value FROM json_each({list}))")
            }
            Dialect::Postgres => {
                let list = self.text(format!("[{}]", jsons.join(",")));
                format!(
                    "{expression} = ANY(ARRAY(SELECT jsonb_array_elements(CAST({list} AS jsonb))))"
                )
            }
        }
    }

    pub(crate) fn list(&mut self, values: Vec<serde_json::Value>) -> String {
        self.text(serde_json::Value::Array(values).to_string())
    }
}

/// A text within a statement.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// All of these; of none, everything.
pub(crate) fn and(parts: &[String]) -> String {
    joined(parts, " AND ", "TRUE")
}

/// Conditions that stand side by side.
const MANY: usize = 32;

/// Any of these; of none, nothing.
pub(crate) fn or(parts: &[String]) -> String {
    joined(parts, " OR ", "FALSE")
}

fn joined(parts: &[String], between: &str, none: &str) -> String {
    match parts {
        [] => none.to_owned(),
        [one] => one.clone(),
        _ if parts.len() <= MANY => format!("({})", parts.join(between)),
        // A database counts each of a row of them as one level of depth, and has a limit of these.
        _ => {
            let some = parts.chunks(parts.len().div_ceil(MANY));
            let some: Vec<_> = some.map(|some| joined(some, between, none)).collect();
            joined(&some, between, none)
        }
    }
}

/// What holds where this does not, or is unknown.
pub(crate) fn not(part: &str) -> String {
    format!("(({part}) IS NOT TRUE)")
}
