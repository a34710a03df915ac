//! The attributes that a column can be: the fields of the records, by the names that they have there.

use crate::record::NodeKind;
use serde::Deserialize;

/// The form of the cells of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum CellForm {
    /// One text.
    Text,
    /// A list of texts.
    Texts,
    /// Yes or no.
    Flag,
    /// A moment or a day.
    Moment,
    /// Who or what uses an account.
    Use,
}

type Attribute = (&'static str, CellForm);

const PERSONAL: &[Attribute] = &[
    ("display_name", CellForm::Text),
    ("given_name", CellForm::Text),
    ("family_name", CellForm::Text),
    ("mails", CellForm::Texts),
    ("employee_number", CellForm::Text),
    ("employment", CellForm::Text),
    ("title", CellForm::Text),
    ("department", CellForm::Text),
    ("location", CellForm::Text),
    ("manager", CellForm::Text),
];

const OF_A_PERSON: &[Attribute] =
    &[("starts_at", CellForm::Moment), ("ends_at", CellForm::Moment), ("active", CellForm::Flag)];

const OF_AN_ACCOUNT: &[Attribute] = &[
    ("used_by", CellForm::Use),
    ("aliases", CellForm::Texts),
    ("description", CellForm::Text),
    ("owner", CellForm::Text),
    ("enabled", CellForm::Flag),
    ("created_at", CellForm::Moment),
    ("last_used_at", CellForm::Moment),
    ("password_set_at", CellForm::Moment),
    ("password_never_expires", CellForm::Flag),
    ("expires_at", CellForm::Moment),
    ("multi_factor", CellForm::Flag),
];

const OF_A_GROUP: &[Attribute] = &[
    ("description", CellForm::Text),
    ("owner", CellForm::Text),
    ("created_at", CellForm::Moment),
    ("last_used_at", CellForm::Moment),
    ("privileged", CellForm::Flag),
];

const OF_A_RESOURCE: &[Attribute] = &[("class", CellForm::Text), ("owner", CellForm::Text)];

/// Returns the attributes of a kind of node.
pub(super) fn attributes(kind: NodeKind) -> impl Iterator<Item = Attribute> {
    let (first, second): (&[Attribute], &[Attribute]) = match kind {
        NodeKind::Person => (PERSONAL, OF_A_PERSON),
        NodeKind::Account => (PERSONAL, OF_AN_ACCOUNT),
        NodeKind::Group | NodeKind::Role => (OF_A_GROUP, &[]),
        NodeKind::Resource => (OF_A_RESOURCE, &[]),
        NodeKind::Credential => (&[], &[]),
    };
    first.iter().chain(second).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::NodeBody;
    use serde_json::{Value, json};

    #[test]
    fn every_attribute_is_one_of_the_record_and_comes_back_as_it_went() {
        for kind in NodeKind::ALL.into_iter().filter(|kind| *kind != NodeKind::Credential) {
            let mut written = serde_json::Map::new();
            written.insert("kind".to_owned(), kind.as_str().into());
            for (name, form) in attributes(kind) {
                let value = match form {
                    CellForm::Text => json!("x"),
                    CellForm::Texts => json!(["x", "y"]),
                    CellForm::Flag => json!(true),
                    CellForm::Moment => json!("2026-01-31T00:00:00.000000Z"),
                    CellForm::Use => json!("service"),
                };
                written.insert(name.to_owned(), value);
            }
            let written = Value::Object(written);
            let body: NodeBody = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(&body).unwrap(), written, "{kind:?}");
        }
    }
}
