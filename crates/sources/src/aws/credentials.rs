//! The credential report of an AWS account (`aws iam get-credential-report`; IAM user guide, "Get credential reports for
//! your AWS account"): of each user the state of the password, of two access keys and two certificates, and of the second
//! factor.

use super::AwsAccount;
use crate::record::{
    AccountRecord, CredentialClass, CredentialRecord, EdgeBody, NodeBody, Relation, SourceKey, SourceNode,
};
use crate::text::shortened;
use countersign_names::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of bytes of a report. A row has some 400, and an account 5,000 users.
pub(super) const LONGEST_REPORT: u64 = 64 << 20;

/// The columns that have to be there. AWS adds columns at the end.
const REQUIRED: [&str; 12] = [
    "user",
    "arn",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "mfa_active",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
];

/// The name in place of that of the root user.
const ROOT: &str = "<root_account>";

/// A row of the report.
struct ReportRow<'a> {
    columns: &'a BTreeMap<String, usize>,
    cells: csv::StringRecord,
}

impl ReportRow<'_> {
    fn cell(&self, column: &str) -> Option<&str> {
        self.cells.get(*self.columns.get(column)?)
    }

    /// Returns a moment. `N/A`, `no_information` and `not_supported` are none.
    fn moment(&self, column: &str) -> Option<Timestamp> {
        self.cell(column)?.parse().ok().filter(|moment| *moment != Timestamp::MAX)
    }

    fn flag(&self, column: &str) -> Option<bool> {
        match self.cell(column)?.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }
}

impl AwsAccount<'_> {
    /// Adds what a credential report says of the users. Returns the line and the problem if it is no such report.
    pub(super) fn add_credentials(&mut self, report: &[u8]) -> Result<(), (usize, String)> {
        let mut rows = csv::ReaderBuilder::new().from_reader(report);
        let header = rows.headers().map_err(|error| (1, error.to_string()))?.clone();
        let columns: BTreeMap<String, usize> =
            header.iter().enumerate().map(|(place, name)| (name.trim().to_owned(), place)).collect();
        if let Some(missing) = REQUIRED.iter().find(|column| !columns.contains_key(**column)) {
            let known: Vec<String> = header.iter().take(30).map(shortened).collect();
            return Err((1, format!("it has no column `{missing}`; its columns are {}", known.join(", "))));
        }
        if columns.len() != header.len() {
            return Err((1, "it has a column twice".to_owned()));
        }
        let mut read = BTreeSet::new();
        for (number, cells) in rows.records().enumerate() {
            let line = number + 2;
            let row =
                ReportRow { columns: &columns, cells: cells.map_err(|error| (line, error.to_string()))? };
            let arn = row.cell("arn").unwrap_or_default();
            let Some(key) = SourceKey::new(arn) else {
                return Err((line, "its `arn` is empty, too long or has a control character".to_owned()));
            };
            if !read.insert(key.clone()) {
                return Err((line, format!("`{}` is in it twice", shortened(arn))));
            }
            self.add_row(&row, &key);
        }
        let missing: Vec<SourceKey> = self
            .nodes
            .iter()
            .filter(|(key, node)| {
                matches!(node.body, NodeBody::Account(_))
                    && self.identities.contains(key.as_str())
                    && !read.contains(*key)
            })
            .map(|(key, _)| key.clone())
            .collect();
        for key in missing {
            self.report.leave_out(key.as_str(), "the credential report has no row for it: it may be older");
        }
        Ok(())
    }

    fn add_row(&mut self, row: &ReportRow<'_>, key: &SourceKey) {
        if row.cell("user") == Some(ROOT) {
            self.nodes.entry(key.clone()).or_insert_with(|| SourceNode {
                key: key.clone(),
                name: "root".to_owned(),
                body: NodeBody::Account(AccountRecord {
                    description: Some("the root user of the account".to_owned()),
                    created_at: row.moment("user_creation_time"),
                    ..AccountRecord::default()
                }),
            });
        }
        let Some(SourceNode { body: NodeBody::Account(account), .. }) = self.nodes.get_mut(key) else {
            self.report.leave_out(
                key.as_str(),
                "the credential report has a user that the export does not have: take both at one time",
            );
            return;
        };
        let password = row.flag("password_enabled");
        let keys = ["access_key_1", "access_key_2"].map(|name| (name, row.flag(&format!("{name}_active"))));
        let used = keys.iter().filter_map(|(name, _)| row.moment(&format!("{name}_last_used_date")));
        account.last_used_at = used.chain(row.moment("password_last_used")).max();
        account.password_set_at = row.moment("password_last_changed");
        account.multi_factor = row.flag("mfa_active");
        // The root user signs in whatever the report says.
        let has_key = keys.iter().any(|(_, active)| *active == Some(true));
        account.enabled = password.map(|password| password || has_key);
        if password == Some(true) {
            let body = CredentialRecord {
                class: CredentialClass::Password,
                enabled: Some(true),
                created_at: row.moment("password_last_changed"),
                last_used_at: row.moment("password_last_used"),
                expires_at: row.moment("password_next_rotation"),
            };
            self.credential(key, "password", body);
        }
        for (name, active) in keys {
            let created_at = row.moment(&format!("{name}_last_rotated"));
            // A key that was never made is inactive and has no date.
            if active == Some(true) || created_at.is_some() {
                let last_used_at = row.moment(&format!("{name}_last_used_date"));
                let class = CredentialClass::ApiKey;
                let body =
                    CredentialRecord { class, enabled: active, created_at, last_used_at, expires_at: None };
                self.credential(key, name, body);
            }
        }
        for name in ["cert_1", "cert_2"] {
            let enabled = row.flag(&format!("{name}_active"));
            let created_at = row.moment(&format!("{name}_last_rotated"));
            if enabled == Some(true) || created_at.is_some() {
                let class = CredentialClass::Certificate;
                let body =
                    CredentialRecord { class, enabled, created_at, last_used_at: None, expires_at: None };
                self.credential(key, name, body);
            }
        }
        if row.flag("mfa_active") == Some(true) {
            let class = CredentialClass::SecondFactor;
            let enabled = Some(true);
            let body =
                CredentialRecord { class, enabled, created_at: None, last_used_at: None, expires_at: None };
            self.credential(key, "mfa", body);
        }
    }

    fn credential(&mut self, owner: &SourceKey, name: &str, body: CredentialRecord) {
        let Some(key) = SourceKey::new(&format!("{owner}/{name}")) else {
            self.report.leave_out(owner.as_str(), "its name is too long for the keys of its credentials");
            return;
        };
        if self.nodes.contains_key(&key) {
            self.report.leave_out(key.as_str(), "two things have this key: the credential is not read");
            return;
        }
        let node = SourceNode { key: key.clone(), name: name.to_owned(), body: NodeBody::Credential(body) };
        self.nodes.insert(key.clone(), node);
        self.edges.add(owner, Relation::Has, &key, EdgeBody::default());
    }
}
