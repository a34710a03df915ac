//! The labels of an application's resources, as the register's lists are sorted by them.

use super::LABELS;
use crate::rows::RowSet;
use crate::table::ColumnValue;
use countersign_facts::ApplicationFact;
use countersign_names::{ApplicationName, ResourceName, Sensitivity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the label of a resource follows from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ApplicationLabels {
    /// The application's own.
    whole: Option<Sensitivity>,
    /// Those in its declaration.
    declared: BTreeMap<ResourceName, Sensitivity>,
    /// Those that were given since; they go before those in the declaration, and outlast it.
    given: BTreeMap<ResourceName, Sensitivity>,
}

impl ApplicationLabels {
    /// Those of an application; none of one that is not declared.
    pub(super) fn of(rows: &RowSet, application: &ApplicationName) -> Self {
        let row = rows.get(LABELS, &ColumnValue::text(application));
        let text = row.and_then(|row| row.last()?.as_text());
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// The label that counts for a resource: what has none is restricted.
    pub(super) fn label(&self, resource: &ResourceName) -> Sensitivity {
        let label = self.given.get(resource).or_else(|| self.declared.get(resource)).copied();
        label.or(self.whole).unwrap_or(Sensitivity::Restricted)
    }

    /// Takes note of a declaration or its end.
    pub(super) fn declared(rows: &mut RowSet, fact: &ApplicationFact) {
        match fact {
            ApplicationFact::Declared { application, about } => {
                let resources = about.resources.iter().filter_map(|resource| {
                    let name = ResourceName::new(application, &resource.part).ok()?;
                    Some((name, resource.sensitivity?))
                });
                let declared = resources.collect();
                let given = Self::of(rows, application).given;
                Self { whole: about.sensitivity, declared, given }.put(rows, application);
            }
            ApplicationFact::Removed { application } => {
                rows.remove(LABELS, &ColumnValue::text(application));
            }
            ApplicationFact::Staged { .. } => {}
        }
    }

    /// Takes note of a label that was given or taken away.
    pub(super) fn labelled(rows: &mut RowSet, resource: &ResourceName, label: Option<Sensitivity>) {
        let mut labels = Self::of(rows, resource.application());
        match label {
            Some(label) => labels.given.insert(resource.clone(), label),
            None => labels.given.remove(resource),
        };
        labels.put(rows, resource.application());
    }

    fn put(&self, rows: &mut RowSet, application: &ApplicationName) {
        // Names and labels always are JSON.
        let text = serde_json::to_string(self).unwrap_or_default();
        rows.put(LABELS, vec![ColumnValue::text(application), ColumnValue::Text(text)]);
    }
}
