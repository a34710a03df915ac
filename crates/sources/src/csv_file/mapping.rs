//! The mapping: a TOML file that says which column is which attribute.

use super::schema::{self, CellForm};
use crate::record::{NodeKind, PrivilegeLevel};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use std::collections::BTreeMap;

/// Maximum length of a mapping in bytes.
const LONGEST_MAPPING: usize = 1 << 20;

/// What the columns of a CSV file mean.
#[derive(Debug, Clone)]
pub struct CsvMapping {
    pub(super) kind: NodeKind,
    /// The column whose cells identify the rows.
    pub(super) key: String,
    /// What every key begins with.
    pub(super) prefix: String,
    /// The column with the names that people know.
    pub(super) name: Option<String>,
    pub(super) separator: u8,
    pub(super) repeated_keys: RepeatedKeys,
    pub(super) attributes: Vec<MappedAttribute>,
    pub(super) relations: Vec<RelationRule>,
    /// The cells that say nothing, in lower case.
    pub(super) nothing: Vec<String>,
}

/// Why a mapping cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CsvMappingError {
    /// It is not TOML, or has a field that no mapping has.
    #[error("the mapping cannot be read: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A field has a value that it cannot have.
    #[error("`{field}` of the mapping: {problem}")]
    Field {
        /// The field.
        field: String,
        /// What is wrong, and what to do about it.
        problem: String,
    },
}

/// An attribute and its column.
#[derive(Debug, Clone)]
pub(super) struct MappedAttribute {
    pub(super) attribute: &'static str,
    pub(super) form: CellForm,
    pub(super) column: String,
    /// The text that an empty cell stands for.
    pub(super) empty: Option<String>,
    /// What separates the texts of a list.
    pub(super) separator: String,
    pub(super) dates: Vec<String>,
    pub(super) words: CellWords,
}

/// What a row with the key of an earlier row means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RepeatedKeys {
    /// The file is refused.
    #[default]
    Refuse,
    /// The row says further relations of the same thing.
    AddRelations,
}

/// A column that names other things.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelationRule {
    pub(super) column: String,
    pub(super) relation: MappedRelation,
    /// The kind of what the cells name.
    pub(super) kind: NodeKind,
    /// What the keys of what the cells name begin with.
    #[serde(default)]
    pub(super) prefix: String,
    /// What separates the names in a cell. Without it a cell is one name.
    #[serde(default)]
    pub(super) separator: Option<String>,
    #[serde(default)]
    pub(super) rights: Vec<String>,
    /// The column with the right of the row.
    #[serde(default)]
    pub(super) rights_column: Option<String>,
    #[serde(default)]
    pub(super) level: Option<PrivilegeLevel>,
    /// Whether a name that is the key of no row is reported and not read.
    #[serde(default)]
    pub(super) only_known: bool,
}

/// A relation between the row and what its cell names, read from the row to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum MappedRelation {
    MemberOf,
    HasMember,
    May,
    Controls,
    ControlledBy,
}

/// The words for what is no free text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CellWords {
    #[serde(rename = "true")]
    pub(super) yes: Vec<String>,
    #[serde(rename = "false")]
    pub(super) no: Vec<String>,
    pub(super) person: Vec<String>,
    pub(super) service: Vec<String>,
    pub(super) machine: Vec<String>,
}

impl Default for CellWords {
    fn default() -> Self {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            yes: list(&["true", "yes", "y", "1"]),
            no: list(&["false", "no", "n", "0"]),
            person: list(&["person"]),
            service: list(&["service"]),
            machine: list(&["machine"]),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    kind: NodeKind,
    key: String,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    separator: Option<String>,
    #[serde(default)]
    repeated_keys: RepeatedKeys,
    #[serde(default)]
    dates: Option<Vec<String>>,
    #[serde(default)]
    words: CellWords,
    #[serde(default)]
    empty: Vec<String>,
    #[serde(default)]
    columns: BTreeMap<String, ColumnRule>,
    #[serde(default)]
    relations: Vec<RelationRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnRules {
    column: String,
    #[serde(default)]
    empty: Option<String>,
    #[serde(default)]
    separator: Option<String>,
    #[serde(default)]
    dates: Option<Vec<String>>,
    #[serde(default)]
    words: Option<CellWords>,
}

/// The name of a column, or a table with its rules.
struct ColumnRule(ColumnRules);

impl<'de> Deserialize<'de> for ColumnRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RuleVisitor;
        impl<'de> Visitor<'de> for RuleVisitor {
            type Value = ColumnRule;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the name of a column, or a table with `column`")
            }

            fn visit_str<E>(self, column: &str) -> Result<ColumnRule, E> {
                let column = column.to_owned();
                Ok(ColumnRule(ColumnRules { column, empty: None, separator: None, dates: None, words: None }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ColumnRule, A::Error> {
                ColumnRules::deserialize(MapAccessDeserializer::new(map)).map(ColumnRule)
            }
        }
        deserializer.deserialize_any(RuleVisitor)
    }
}

impl CsvMapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// [`CsvMappingError`] if the text is not a mapping.
    pub fn from_toml(text: &str) -> Result<Self, CsvMappingError> {
        if text.len() > LONGEST_MAPPING {
            return Err(wrong("the file", format!("is longer than {LONGEST_MAPPING} bytes")));
        }
        let file: MappingFile = toml::from_str(text)?;
        if file.kind == NodeKind::Credential {
            return Err(wrong("kind", "has to be person, account, group, role or resource"));
        }
        for (number, relation) in (1..).zip(&file.relations) {
            check_relation(number, relation)?;
        }
        let separator = separator(file.separator.as_deref())?;
        let dates = match file.dates {
            Some(dates) => checked_dates("dates", dates)?,
            None => Vec::new(),
        };
        let mut attributes = Vec::new();
        for (attribute, ColumnRule(rules)) in file.columns {
            attributes.push(mapped(file.kind, &attribute, rules, (&dates, &file.words))?);
        }
        let mut nothing: Vec<String> = file.empty.iter().map(|text| text.trim().to_lowercase()).collect();
        nothing.push(String::new());
        Ok(Self {
            kind: file.kind,
            key: file.key,
            prefix: file.prefix,
            name: file.name,
            separator,
            repeated_keys: file.repeated_keys,
            attributes,
            relations: file.relations,
            nothing,
        })
    }
}

fn mapped(
    kind: NodeKind,
    attribute: &str,
    rules: ColumnRules,
    (dates, words): (&[String], &CellWords),
) -> Result<MappedAttribute, CsvMappingError> {
    let field = format!("columns.{attribute}");
    let Some((attribute, form)) = schema::attributes(kind).find(|(name, _)| *name == attribute) else {
        let names: Vec<&str> = schema::attributes(kind).map(|(name, _)| name).collect();
        let problem = format!("{} has no such attribute; it has {}", article(kind), names.join(", "));
        return Err(wrong(field, problem));
    };
    if rules.separator.is_some() && form != CellForm::Texts {
        return Err(wrong(field, "has a `separator`, but the attribute is no list"));
    }
    if rules.dates.is_some() && form != CellForm::Moment {
        return Err(wrong(field, "has `dates`, but the attribute is no date"));
    }
    if rules.separator.as_deref() == Some("") {
        return Err(wrong(field, "has an empty `separator`"));
    }
    let dates = match rules.dates {
        Some(dates) => checked_dates(&field, dates)?,
        None => dates.to_vec(),
    };
    Ok(MappedAttribute {
        attribute,
        form,
        column: rules.column,
        empty: rules.empty,
        separator: rules.separator.unwrap_or_else(|| ";".to_owned()),
        dates,
        words: rules.words.unwrap_or_else(|| words.clone()),
    })
}

fn check_relation(number: usize, relation: &RelationRule) -> Result<(), CsvMappingError> {
    let field = |name: &str| format!("relations, number {number}: {name}");
    if relation.kind == NodeKind::Credential {
        return Err(wrong(field("kind"), "has to be person, account, group, role or resource"));
    }
    if relation.separator.as_deref() == Some("") {
        return Err(wrong(field("separator"), "is empty"));
    }
    let is_membership = matches!(relation.relation, MappedRelation::MemberOf | MappedRelation::HasMember);
    let has_rights =
        !relation.rights.is_empty() || relation.rights_column.is_some() || relation.level.is_some();
    if is_membership && has_rights {
        return Err(wrong(field("relation"), "is a membership, which has no `rights` and no `level`"));
    }
    if !relation.rights.is_empty() && relation.rights_column.is_some() {
        return Err(wrong(field("rights"), "stands beside `rights_column`: keep one of them"));
    }
    Ok(())
}

fn separator(text: Option<&str>) -> Result<u8, CsvMappingError> {
    match text.unwrap_or(",").as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r' | 0x1e) => Ok(*byte),
        _ => Err(wrong("separator", "has to be one ASCII character, as `,` or `;` or `\\t`")),
    }
}

/// Formats a date in each form, so that a wrong form is found before any row is read.
fn checked_dates(field: &str, dates: Vec<String>) -> Result<Vec<String>, CsvMappingError> {
    let sample = jiff::civil::date(2001, 2, 3).at(4, 5, 6, 0).in_tz("UTC");
    for form in &dates {
        if super::cells::COUNTED.contains(&form.as_str()) {
            continue;
        }
        let written = sample.as_ref().ok().and_then(|moment| jiff::fmt::strtime::format(form, moment).ok());
        let read = written.and_then(|text| super::cells::moment(&text, std::slice::from_ref(form)));
        if read.is_none() {
            let problem = format!(
                "`{form}` is no form of a date: write it as strftime does (`%d.%m.%Y`, `%Y-%m-%d %H:%M:%S`), or one of {}",
                super::cells::COUNTED.join(", ")
            );
            return Err(wrong(field, problem));
        }
    }
    Ok(dates)
}

fn article(kind: NodeKind) -> String {
    let article = if kind == NodeKind::Account { "an" } else { "a" };
    format!("{article} {}", kind.as_str())
}

fn wrong(field: impl Into<String>, problem: impl Into<String>) -> CsvMappingError {
    CsvMappingError::Field { field: field.into(), problem: problem.into() }
}
