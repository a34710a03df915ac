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
    about: "One decision per row, with everything that it read and, once the access has ended, how it ended.",
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
            "One session per row, in its present state. A session begins when a person signs in.",
            &sessions_schema(),
            SESSIONS,
        ));
        tables.push(table("facts", "One entry of the journal per row.", &facts_schema(), FACTS));
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
    ("id", "id of the decision, `dec_…`; ids sort by time"),
    ("at", "when the decision was made"),
    ("gate", "the enforcement point that asked"),
    ("principal", "the principal of the access: `per_…`, `svc_…` or `anonymous`"),
    ("session", "the principal's session, `ses_…`"),
    ("device", "the principal's device, `dev_…`"),
    ("application", "the requested application"),
    ("resource", "the requested resource, `application/part`"),
    ("action", "`read`, `write`, `download`, `connect` or `administer`"),
    ("operation", "the protocol's name of the action: an HTTP method, an AuthZEN action"),
    ("item", "the path without its query, or an AuthZEN resource id"),
    ("effect", "`allow` or `deny`"),
    (
        "enforced",
        "false for a denial that was not enforced, because the application is in the stage `observe`",
    ),
    ("cause", "`first`, `reused`, `reasked` or `cut`"),
    ("world", "sequence number in the journal of the newest fact that the decision knew"),
    ("policies", "version of the policy set"),
    ("reasons", "ids of the policies that determined the decision"),
    ("shadow", "ids of shadow-stage policies that would have changed the decision"),
    ("errors", "ids of policies that failed to evaluate"),
    ("remedies", "the evidence that would have turned a denial into an allowance"),
    ("exceptions", "ids of the exceptions that applied, `exc_…`"),
    ("grant", "id of the grant that the decision used, `gra_…`"),
    ("sensitivity", "`public`, `internal`, `confidential` or `restricted`"),
    ("labelled", "false if the resource has no label, and so counts as `restricted`"),
    ("authentication_assurance", "`aal1`, `aal2` or `aal3`"),
    ("authentication_method", "the method, such as `passkey`"),
    ("authentication_phishing_resistant", "whether the method cannot be relayed by a look-alike site"),
    ("authentication_age_seconds", "seconds since the authentication"),
    ("authentication_credential", "id of the passkey, `key_…`"),
    ("session_age_seconds", "seconds since the session began"),
    ("session_idle_seconds", "seconds since the session was last used"),
    ("device_managed", "whether the organisation manages the device"),
    ("device_compliant", "whether every posture check passed"),
    ("device_proved", "whether the connection proved that it holds the device's key"),
    (
        "device_posture_age_seconds",
        "seconds since the posture was last reported, or observed to be unchanged",
    ),
    ("device_failing", "posture checks that did not pass"),
    ("place_address", "address of the client"),
    ("place_network", "the declared network that contains the address"),
    ("risk", "`low`, `medium` or `high`"),
    ("content_type", "media type of the answer, where the decision read it"),
    ("latency_micros", "from the request for a decision to the decision, in microseconds"),
    ("tags", "properties of the item that an AuthZEN client sent"),
    (
        "folded_count",
        "number of refusals of unauthenticated callers that the record stands for, including itself",
    ),
    ("folded_first_at", "when the first of these refusals was made; the last was made `at`"),
    (
        "folded_over",
        "which refusals were counted together: of one `address`, of one `application` (all addresses), or of `everybody`",
    ),
    ("item_bytes", "length of the whole `item` if it was cut; the item of an unauthenticated caller can be"),
    ("item_sha256", "SHA-256 of the whole `item` if it was cut"),
    ("completed_at", "when the access ended; null for a denial, and while the access lasts"),
    ("status", "status of the protocol's answer, such as HTTP's"),
    ("bytes_in", "number of bytes from the client"),
    ("bytes_out", "number of bytes to the client"),
    ("duration_micros", "from the decision to the end of the access, in microseconds"),
    ("ended", "`finished`, `revoked`, `client_gone`, `upstream_failed`, `timed_out` or `drained`"),
];

const SESSIONS: &[(&str, &str)] = &[
    ("session", "id of the session, `ses_…`"),
    ("person", "the person, `per_…`"),
    ("began_at", "when the person signed in"),
    ("sequence", "sequence number in the journal of the fact that began the session"),
    ("method", "how the person signed in: `passkey`, or `federated:` and the provider"),
    ("credential", "the passkey that began the session, `key_…`"),
    ("assurance", "assurance level of the latest proof: `aal1`, `aal2` or `aal3`"),
    ("address", "address from which the person signed in"),
    ("stepped_up_at", "when the person last proved their identity again"),
    ("applications", "the applications at which the session was opened"),
    ("expires_at", "when the session expires or expired"),
    ("ended_at", "when the session ended, if it ended before it expired"),
    (
        "end_reason",
        "`signed_out`, `revoked`, `person_stopped`, `person_suspended`, `person_removed`, `credential_removed`, \
         `recovered` or `clock_accepted`",
    ),
];

const FACTS: &[(&str, &str)] = &[
    ("sequence", "sequence number in the journal"),
    ("at", "when it was stated"),
    ("kind", "kind of the fact, such as `session.started`"),
    ("version", "version of the kind"),
    ("stated_by", "who stated it: `per_…`, `svc_…`, `operator`, or `system:` and a part of the software"),
    ("body", "content of the fact, as JSON"),
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
