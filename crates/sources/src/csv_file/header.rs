//! A mapping with the places of its columns in one file.

use super::mapping::{CsvMapping, MappedAttribute, RelationRule, RepeatedKeys};
use super::schema::CellForm;
use crate::record::NodeKind;
use crate::text::shortened;

/// Maximum number of columns that a message lists.
const LISTED: usize = 50;

/// A mapping with the places of its columns.
pub(super) struct BoundMapping<'a> {
    pub(super) kind: NodeKind,
    pub(super) key: usize,
    pub(super) key_column: &'a str,
    pub(super) prefix: &'a str,
    pub(super) name: Option<usize>,
    pub(super) repeated_keys: RepeatedKeys,
    pub(super) attributes: Vec<BoundAttribute<'a>>,
    pub(super) relations: Vec<BoundRelation<'a>>,
}

/// An attribute with the place of its column.
pub(super) struct BoundAttribute<'a> {
    pub(super) attribute: &'static str,
    pub(super) form: CellForm,
    pub(super) column: &'a str,
    pub(super) place: usize,
    pub(super) rule: &'a MappedAttribute,
    pub(super) nothing: &'a [String],
}

/// A relation with the places of its columns.
pub(super) struct BoundRelation<'a> {
    pub(super) rule: &'a RelationRule,
    pub(super) place: usize,
    pub(super) rights_place: Option<usize>,
    nothing: &'a [String],
}

impl BoundRelation<'_> {
    /// Returns whether the cell says nothing.
    pub(super) fn is_nothing(&self, cell: &str) -> bool {
        says_nothing(self.nothing, cell)
    }

    /// Returns the names in a cell.
    pub(super) fn names<'c>(&'c self, cell: &'c str) -> impl Iterator<Item = &'c str> {
        let (one, many) = match &self.rule.separator {
            Some(separator) => (None, Some(cell.split(separator.as_str()))),
            None => (Some(cell), None),
        };
        one.into_iter().chain(many.into_iter().flatten()).map(str::trim).filter(|name| !name.is_empty())
    }
}

/// Returns whether a cell is one of those that say nothing.
pub(super) fn says_nothing(nothing: &[String], cell: &str) -> bool {
    cell.is_empty() || nothing.iter().any(|known| *known == cell.to_lowercase())
}

impl<'a> BoundMapping<'a> {
    /// Finds the columns of a mapping in a header, or says what is wrong with one of them.
    pub(super) fn of(mapping: &'a CsvMapping, header: &[String]) -> Result<Self, String> {
        let column = |name: &str| place_of(header, name);
        let mut attributes = Vec::new();
        for rule in &mapping.attributes {
            attributes.push(BoundAttribute {
                attribute: rule.attribute,
                form: rule.form,
                column: &rule.column,
                place: column(&rule.column)?,
                rule,
                nothing: &mapping.nothing,
            });
        }
        let mut relations = Vec::new();
        for rule in &mapping.relations {
            let rights_place = rule.rights_column.as_deref().map(column).transpose()?;
            let place = column(&rule.column)?;
            relations.push(BoundRelation { rule, place, rights_place, nothing: &mapping.nothing });
        }
        Ok(Self {
            kind: mapping.kind,
            key: column(&mapping.key)?,
            key_column: &mapping.key,
            prefix: &mapping.prefix,
            name: mapping.name.as_deref().map(column).transpose()?,
            repeated_keys: mapping.repeated_keys,
            attributes,
            relations,
        })
    }
}

fn place_of(header: &[String], name: &str) -> Result<usize, String> {
    let mut places = header.iter().enumerate().filter(|(_, column)| *column == name.trim());
    match (places.next(), places.next()) {
        (Some((place, _)), None) => Ok(place),
        (Some((first, _)), Some((second, _))) => Err(format!(
            "the header has the column `{}` twice, as number {} and number {}: rename one of them",
            shortened(name),
            first + 1,
            second + 1
        )),
        (None, _) => {
            let mut columns: Vec<String> =
                header.iter().take(LISTED).map(|column| format!("`{}`", shortened(column))).collect();
            if header.len() > LISTED {
                columns.push(format!("and {} more", header.len() - LISTED));
            }
            Err(format!(
                "the mapping names the column `{}`, which the file does not have; its columns are {} (if that is one column, the `separator` is another)",
                shortened(name),
                columns.join(", ")
            ))
        }
    }
}
