//! Finds the place of a setting in the file, for errors that appear only after the whole file was parsed.

use miette::{NamedSource, SourceSpan};
use std::ops::Range;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// A configuration text as written. Clones share the text.
#[derive(Debug, Clone)]
pub struct Written(Arc<NamedSource<String>>);

impl Written {
    pub(super) fn new(name: &str, text: &str) -> Self {
        Self(Arc::new(NamedSource::new(name, text.to_owned())))
    }

    pub(super) fn source(&self) -> Arc<NamedSource<String>> {
        self.0.clone()
    }

    /// Returns the place of a setting, given its path with dots. If it is absent, returns the place of the table where
    /// it would be.
    pub(super) fn place(&self, field: &str) -> Option<SourceSpan> {
        let whole = DeTable::parse(self.0.inner()).ok()?;
        let mut table = whole.get_ref();
        let mut place: Option<Range<usize>> = None;
        for part in field.split('.') {
            let Some((name, value)) = table.iter().find(|(name, _)| name.get_ref() == part) else { break };
            match value.get_ref() {
                DeValue::Table(inner) => {
                    place = Some(name.span());
                    table = inner;
                }
                _ => {
                    place = Some(value.span());
                    break;
                }
            }
        }
        place.map(Into::into)
    }
}
