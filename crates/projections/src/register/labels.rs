//! The labels of an application's resources, by which the register's lists are sorted.

use super::LABELS;
use crate::rows::RowSet;
use crate::table::ColumnValue;
use countersign_facts::Application;
use countersign_names::{ApplicationName, ResourceName, Sensitivity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The values from which the label of a resource follows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ApplicationLabels {
    /// The application's own label.
    whole: Option<Sensitivity>,
    /// The labels in its declaration.
    declared: BTreeMap<ResourceName, Sensitivity>,
    /// The labels that were set later; they take precedence over the declaration's, and outlast it.
    given: BTreeMap<ResourceName, Sensitivity>,
}

impl ApplicationLabels {
    /// Reads the labels of an application; empty if it is not declared.
    pub(super) fn of(rows: &RowSet, application: &ApplicationName) -> Self {
        let row = rows.get(LABELS, &ColumnValue::text(application));
        let text = row.and_then(|row| row.last()?.as_text());
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// Returns the label of a resource: restricted if it has none.
    pub(super) fn label(&self, resource: &ResourceName) -> Sensitivity {
        let label = self.given.get(resource).or_else(|| self.declared.get(resource)).copied();
        label.or(self.whole).unwrap_or(Sensitivity::Restricted)
    }

    /// Folds in a declaration, or a removal if `about` is `None`.
    pub(super) fn declared(rows: &mut RowSet, application: &ApplicationName, about: Option<&Application>) {
        let Some(about) = about else {
            rows.remove(LABELS, &ColumnValue::text(application));
            return;
        };
        let resources = about.resources.iter().filter_map(|resource| {
            let name = ResourceName::new(application, &resource.part).ok()?;
            Some((name, resource.sensitivity?))
        });
        let declared = resources.collect();
        let given = Self::of(rows, application).given;
        Self { whole: about.sensitivity, declared, given }.put(rows, application);
    }

    /// Folds in a label that was set or removed.
    pub(super) fn labelled(rows: &mut RowSet, resource: &ResourceName, label: Option<Sensitivity>) {
        let mut labels = Self::of(rows, resource.application());
        match label {
            Some(label) => labels.given.insert(resource.clone(), label),
            None => labels.given.remove(resource),
        };
        labels.put(rows, resource.application());
    }

    fn put(&self, rows: &mut RowSet, application: &ApplicationName) {
        // Names and labels can always be serialised as JSON.
        let text = serde_json::to_string(self).unwrap_or_default();
        rows.put(LABELS, vec![ColumnValue::text(application), ColumnValue::Text(text)]);
    }
}
