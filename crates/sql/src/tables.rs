//! The documentation of the tables and their columns. `docs/query.md` is generated from it.

use crate::kinds::{kind, moment_type};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use countersign_evidence::Decisions;
use countersign_lake::RecordKind as _;
use countersign_lake::columns::rows_schema;
use std::sync::{Arc, LazyLock};

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The meaning of a row.
    pub about: &'static str,
    /// Its columns, in order.
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, as answers name it.
    pub kind: String,
    /// Whether its values may be null.
    pub nullable: bool,
    /// Its meaning.
    pub about: &'static str,
}

/// The table of one kind of record.
struct RecordTableText {
    /// Its name, which is the kind's.
    name: &'static str,
    /// The meaning of a row.
    about: &'static str,
    /// Its columns.
    schema: fn() -> SchemaRef,
    /// Their meanings, in order.
    meanings: &'static [(&'static str, &'static str)],
}

/// The tables of all kinds of records.
const RECORD_TABLES: &[RecordTableText] = &[RecordTableText {
    name: Decisions::FILES.name,
    about: "A decision, with exactly what it read and, once it is known, what came of it.",
    schema: rows_schema::<Decisions>,
    meanings: DECISIONS,
}];

/// Returns every table.
pub fn tables() -> &'static [Table] {
    static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
        let of_records = RECORD_TABLES.iter().map(|it| table(it.name, it.about, &(it.schema)(), it.meanings));
        let mut tables: Vec<Table> = of_records.collect();
        tables.push(table(
            "sessions",
            "A session that somebody opened by signing in, as it stands now.",
            &sessions_schema(),
            SESSIONS,
        ));
        tables.push(table("facts", "An entry of the journal.", &facts_schema(), FACTS));
        tables
    });
    &TABLES
}

/// Returns the columns of `facts`.
pub fn facts_schema() -> SchemaRef {
    let always = |name: &str, kind| Field::new(name, kind, false);
    Arc::new(Schema::new(vec![
        always("sequence", DataType::UInt64),
        always("at", moment_type()),
        always("kind", DataType::Utf8),
        always("version", DataType::UInt64),
        always("stated_by", DataType::Utf8),
        always("body", DataType::Utf8),
    ]))
}

/// Returns the columns of `sessions`.
pub fn sessions_schema() -> SchemaRef {
    let always = |name: &str, kind| Field::new(name, kind, false);
    let maybe = |name: &str, kind| Field::new(name, kind, true);
    let element = Arc::new(Field::new("element", DataType::Utf8, false));
    Arc::new(Schema::new(vec![
        always("session", DataType::Utf8),
        always("person", DataType::Utf8),
        always("began_at", moment_type()),
        always("sequence", DataType::UInt64),
        always("method", DataType::Utf8),
        always("credential", DataType::Utf8),
        always("assurance", DataType::Utf8),
        maybe("address", DataType::Utf8),
        maybe("stepped_up_at", moment_type()),
        always("applications", DataType::List(element)),
        always("expires_at", moment_type()),
        maybe("ended_at", moment_type()),
        maybe("end_reason", DataType::Utf8),
    ]))
}

fn table(
    name: &'static str,
    about: &'static str,
    schema: &SchemaRef,
    meanings: &[(&'static str, &'static str)],
) -> Table {
    let columns = schema.fields().iter().map(|field| Column {
        name: field.name().clone(),
        kind: kind(field.data_type()),
        nullable: field.is_nullable(),
        // A test checks that each column has one.
        about: meanings.iter().find(|(name, _)| name == field.name()).map_or("", |(_, about)| about),
    });
    Table { name, about, columns: columns.collect() }
}

const DECISIONS: &[(&str, &str)] = &[
    ("id", "the decision, `dec_…`; ids sort by time"),
    ("at", "when it fell"),
    ("gate", "the enforcement point that asked"),
    ("principal", "who asked: `per_…`, `svc_…` or `anonymous`"),
    ("session", "their session, `ses_…`"),
    ("device", "their device, `dev_…`"),
    ("application", "the application asked for"),
    ("resource", "the resource asked for, `application/part`"),
    ("action", "`read`, `write`, `download`, `connect` or `administer`"),
    ("operation", "the protocol's word: an HTTP method, an AuthZEN action"),
    ("item", "the path without its query, or an AuthZEN resource id"),
    ("effect", "`allow` or `deny`"),
    ("enforced", "false: a denial that an `observe` stage let through"),
    ("cause", "`first`, `reused`, `reasked` or `cut`"),
    ("world", "sequence in the journal of the last fact that the decision knew"),
    ("policies", "version of the policy set"),
    ("reasons", "the policies that determined it"),
    ("shadow", "shadow-stage policies that would have changed it"),
    ("errors", "policies that failed to evaluate"),
    ("remedies", "what would have turned a denial"),
    ("exceptions", "the exceptions that applied, `exc_…`"),
    ("grant", "the grant it rested on, `gra_…`"),
    ("sensitivity", "`public`, `internal`, `confidential` or `restricted`"),
    ("labelled", "false: it counted as restricted because nobody labelled it"),
    ("authentication_assurance", "`aal1`, `aal2` or `aal3`"),
    ("authentication_method", "the method, as `passkey`"),
    ("authentication_phishing_resistant", "whether a look-alike site could not have relayed it"),
    ("authentication_age_seconds", "since it happened"),
    ("authentication_credential", "the passkey used, `key_…`"),
    ("session_age_seconds", "since the session was opened"),
    ("session_idle_seconds", "since it was last used"),
    ("device_managed", "whether we manage the device"),
    ("device_compliant", "whether every posture check passed"),
    ("device_proved", "whether the client proved to be it"),
    ("device_posture_age_seconds", "since the posture was last reported or observed to be still so"),
    ("device_failing", "posture checks that did not pass"),
    ("place_address", "address of the peer"),
    ("place_network", "the configured network that it lies in"),
    ("risk", "`low`, `medium` or `high`"),
    ("content_type", "media type of the answer, where the decision read it"),
    ("latency_micros", "from the question to the answer, in microseconds"),
    ("tags", "what a decision client (AuthZEN) said of the item"),
    ("folded_count", "how many refusals of strangers the record stands for, itself among them"),
    ("folded_first_at", "when the first of them fell; the last fell `at`"),
    ("folded_over", "`address` (one address), `application` (any address) or `everybody` (no room for more)"),
    ("item_bytes", "how long `item` was before a stranger's was cut"),
    ("item_sha256", "SHA-256 of the whole `item`"),
    ("completed_at", "when the access ended; none for a denial, and while it lasts"),
    ("status", "the protocol's status"),
    ("bytes_in", "bytes from the client"),
    ("bytes_out", "bytes to the client"),
    ("duration_micros", "from the decision to the end, in microseconds"),
    ("ended", "`finished`, `revoked`, `client_gone`, `upstream_failed`, `timed_out` or `drained`"),
];

const SESSIONS: &[(&str, &str)] = &[
    ("session", "the session, `ses_…`"),
    ("person", "whose it is, `per_…`"),
    ("began_at", "when they signed in"),
    ("sequence", "sequence in the journal of the fact that says so"),
    ("method", "how they signed in: `passkey`"),
    ("credential", "the passkey that began it, `key_…`"),
    ("assurance", "what their last proof gives: `aal1`, `aal2` or `aal3`"),
    ("address", "the address at which they signed in"),
    ("stepped_up_at", "when they last proved again that it is them"),
    ("applications", "the applications at which it was opened"),
    ("expires_at", "when it ends by itself, or has"),
    ("ended_at", "when it ended before its time"),
    (
        "end_reason",
        "`signed_out`, `revoked`, `person_stopped`, `person_suspended`, `person_removed`, `credential_removed` or \
         `recovered`",
    ),
];

const FACTS: &[(&str, &str)] = &[
    ("sequence", "its place in the journal"),
    ("at", "when it was stated"),
    ("kind", "what it is, as `session.started`"),
    ("version", "which version of that"),
    ("stated_by", "on whose word: `per_…`, `svc_…`, `operator`, or `system:` and a part of the software"),
    ("body", "what it says, as JSON"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_meaning_and_every_meaning_a_column() {
        let of_records = RECORD_TABLES.iter().map(|table| table.meanings);
        for (table, meanings) in tables().iter().zip(of_records.chain([SESSIONS, FACTS])) {
            let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            let meant: Vec<&str> = meanings.iter().map(|(name, _)| *name).collect();
            assert_eq!(columns, meant, "{}", table.name);
            assert!(table.columns.iter().all(|column| !column.about.is_empty()));
        }
    }
}
