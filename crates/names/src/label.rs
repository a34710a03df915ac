//! Labels: what is sensitive about a thing, and which thing.

use crate::{ApplicationName, NameError, ResourceName, text_serde};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is sensitive about a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelKind {
    /// It holds something about people.
    Personal,
    /// It holds cards or accounts of banks.
    Payment,
    /// It holds passwords, keys or tokens.
    Credentials,
    /// It holds something about people's health.
    Health,
}

impl LabelKind {
    /// Every label.
    pub const ALL: &'static [Self] = &[Self::Personal, Self::Payment, Self::Credentials, Self::Health];

    /// Returns the label's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Payment => "payment",
            Self::Credentials => "credentials",
            Self::Health => "health",
        }
    }
}

impl std::fmt::Display for LabelKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for LabelKind {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let found = Self::ALL.iter().find(|kind| kind.as_str() == text).copied();
        found.ok_or_else(|| NameError::new("a label", text, "use personal, payment, credentials or health"))
    }
}

/// The longest target, in bytes.
const LONGEST_TARGET: usize = 400;

/// What a label is about, as text: `application:wiki`, `resource:wiki/pages`, `host:web1.example.org`, `database:shop`, and
/// `column:shop/public.customers.iban`. A name within a column that has a full stop, a slash or a quotation mark, or white space
/// at its ends, is quoted as in SQL.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelTarget {
    /// An application.
    Application(ApplicationName),
    /// A part of an application, to which its routes lead.
    Resource(ResourceName),
    /// A database.
    Database(Arc<str>),
    /// A column of a database.
    Column {
        /// The database.
        database: Arc<str>,
        /// The schema.
        schema: Arc<str>,
        /// The table.
        table: Arc<str>,
        /// The column.
        column: Arc<str>,
    },
    /// A host, and the files on it.
    Host(Arc<str>),
}

impl LabelTarget {
    /// Returns the application that the target is or belongs to.
    pub const fn application(&self) -> Option<&ApplicationName> {
        match self {
            Self::Application(name) => Some(name),
            Self::Resource(name) => Some(name.application()),
            Self::Database(_) | Self::Column { .. } | Self::Host(_) => None,
        }
    }

    /// Returns the name of the database that the target is or belongs to.
    pub fn database(&self) -> Option<&str> {
        match self {
            Self::Database(database) | Self::Column { database, .. } => Some(database),
            Self::Application(_) | Self::Resource(_) | Self::Host(_) => None,
        }
    }

    /// Returns a column of a database.
    ///
    /// # Errors
    /// If a name is empty or has control characters, or the whole is too long.
    pub fn column(database: &str, schema: &str, table: &str, column: &str) -> Result<Self, NameError> {
        let [schema, table, column] = [schema, table, column].map(quoted);
        format!("column:{database}/{schema}.{table}.{column}").parse()
    }
}

impl std::fmt::Display for LabelTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match self {
            Self::Application(name) => format!("application:{name}"),
            Self::Resource(name) => format!("resource:{name}"),
            Self::Database(name) => format!("database:{name}"),
            Self::Host(name) => format!("host:{name}"),
            Self::Column { database, schema, table, column } => {
                let [schema, table, column] = [schema, table, column].map(|name| quoted(name));
                format!("column:{database}/{schema}.{table}.{column}")
            }
        };
        f.pad(&text)
    }
}

impl std::fmt::Debug for LabelTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for LabelTarget {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let refused = || {
            NameError::new(
                "a target of a label",
                text,
                "write application:NAME, resource:APPLICATION/PART, host:NAME, database:NAME or \
                 column:DATABASE/SCHEMA.TABLE.COLUMN",
            )
        };
        let (kind, rest) = text.split_once(':').ok_or_else(refused)?;
        let is_name = |name: &str| {
            !name.is_empty()
                && name.trim() == name
                && !name.contains('/')
                && !name.chars().any(char::is_control)
        };
        if text.len() > LONGEST_TARGET {
            return Err(refused());
        }
        match kind {
            "application" => rest.parse().map(Self::Application).map_err(|_| refused()),
            "resource" => rest.parse().map(Self::Resource).map_err(|_| refused()),
            "database" if is_name(rest) => Ok(Self::Database(rest.into())),
            "host" if is_name(rest) => Ok(Self::Host(rest.into())),
            "column" => {
                let (database, path) =
                    rest.split_once('/').filter(|(name, _)| is_name(name)).ok_or_else(refused)?;
                let names = unquoted(path).ok_or_else(refused)?;
                let [schema, table, column] = names.as_slice() else { return Err(refused()) };
                let [schema, table, column] = [schema, table, column].map(|name| Arc::from(name.as_str()));
                let target = Self::Column { database: database.into(), schema, table, column };
                // One spelling only: a name is quoted if it must be, and not otherwise.
                Some(target).filter(|target| target.to_string() == text).ok_or_else(refused)
            }
            _ => Err(refused()),
        }
    }
}

text_serde!(LabelTarget);

fn quoted(name: &str) -> String {
    if name.contains(['.', '"', '/']) || name.trim() != name || name.is_empty() {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}

/// Cuts names apart at full stops outside quotation marks.
fn unquoted(path: &str) -> Option<Vec<String>> {
    let (mut names, mut name, mut inside) = (Vec::new(), String::new(), false);
    let mut characters = path.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if inside && characters.next_if_eq(&'"').is_some() => name.push('"'),
            '"' => inside = !inside,
            '.' if !inside => names.push(std::mem::take(&mut name)),
            c if c.is_control() => return None,
            c => name.push(c),
        }
    }
    names.push(name);
    (!inside && names.iter().all(|name| !name.is_empty())).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_has_one_spelling() {
        for good in [
            "application:wiki",
            "resource:wiki/pages",
            "database:shop",
            "host:web1.example.org",
            "column:shop/public.customers.iban",
            "column:shop/public.\"a.b\".\"say \"\"x\"\"\"",
            "column:my shop/public.Kunden.E-Mail Adresse",
        ] {
            assert_eq!(good.parse::<LabelTarget>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "wiki",
            "application:",
            "application:Wiki",
            "resource:wiki",
            "database:",
            "database: a",
            "host:a/b",
            "column:shop",
            "column:shop/a.b",
            "column:shop/a.b.c.d",
            "column:shop/a..c",
            "column:shop/a.\"b\".c",
            "column:shop/a.b.\"c",
            "database:a\nb",
            "table:x",
            &format!("host:{}", "a".repeat(400)),
        ] {
            let error = bad.parse::<LabelTarget>().unwrap_err();
            assert_eq!(error.expected, "a target of a label", "{bad:?}");
        }
        let odd = LabelTarget::column("shop", "p", "t.x", "a\"b").unwrap();
        assert_eq!((odd.database(), odd.application()), (Some("shop"), None));
        assert!(LabelTarget::column("shop", "p", "t", "").is_err());
    }

    #[test]
    fn a_label_has_one_spelling() {
        for kind in LabelKind::ALL {
            assert_eq!(kind.to_string().parse::<LabelKind>().unwrap(), *kind);
        }
        assert!("Personal".parse::<LabelKind>().is_err());
    }
}
