//! Parts of statements.

use countersign_database::BoundStatement;
use std::fmt::Write as _;

/// Maximum number of rows of one transaction, for which an append to the journal waits.
pub(crate) const BATCH: usize = 2_000;

/// A condition that grows, with the values of its placeholders.
#[derive(Default)]
pub(crate) struct RowCondition {
    pub(crate) text: String,
    pub(crate) values: Vec<String>,
}

impl RowCondition {
    /// Adds what must hold too; each `?` stands for one of the values.
    pub(crate) fn and(&mut self, text: &str, values: impl IntoIterator<Item = String>) {
        let _ = write!(self.text, " AND {text}");
        self.values.extend(values);
    }

    /// Adds that a column contains a text, which is in lower case there.
    pub(crate) fn contains(&mut self, column: &str, text: &str) {
        let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        self.and(&format!("{column} LIKE ? ESCAPE '\\'"), [format!("%{escaped}%")]);
    }

    /// Adds that a row comes after a place in a list that is sorted by lower-case name, then by source and key.
    pub(crate) fn after(&mut self, place: Option<&(String, String, String)>, descending: bool) {
        let Some((folded, source, key)) = place else { return };
        let sign = if descending { '<' } else { '>' };
        let text = format!("(folded {sign} ? OR (folded = ? AND (source, record_key) > (?, ?)))");
        self.and(&text, [folded.clone(), folded.clone(), source.clone(), key.clone()]);
    }

    /// Binds the values after those that are bound already.
    pub(crate) fn bind(self, query: BoundStatement) -> BoundStatement {
        self.values.into_iter().fold(query, BoundStatement::bind)
    }
}

/// Returns how a list is sorted by lower-case name, then by source and key.
pub(crate) const fn by_name(descending: bool) -> &'static str {
    if descending { "folded DESC, source, record_key" } else { "folded, source, record_key" }
}
