//! The table of facts: the journal, one row per entry.

use crate::gaps::Gaps;
use crate::window;
use async_trait::async_trait;
use countersign_lake::Skipped;
use countersign_sql::{Entry, Facts, facts_schema};
use datafusion::arrow::array::{
    ArrayRef, RecordBatch, RecordBatchOptions, StringBuilder, TimestampMicrosecondBuilder, UInt64Builder,
};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use serde_json::Value;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;

/// Entries per read.
pub(crate) const PAGE: usize = 1_000;

/// Returns the gap for a journal that could not be read or parsed.
pub(crate) fn unread(why: String) -> Skipped {
    Skipped { path: PathBuf::from("journal"), why }
}

/// The table.
#[derive(Debug)]
pub(crate) struct FactsTable {
    facts: Arc<dyn Facts>,
    gaps: Gaps,
    schema: SchemaRef,
}

impl FactsTable {
    pub(crate) fn new(facts: Arc<dyn Facts>, gaps: Gaps) -> Self {
        Self { facts, gaps, schema: facts_schema() }
    }
}

#[async_trait]
impl TableProvider for FactsTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let by_sequence =
            |condition: &&Expr| match condition.column_refs().iter().all(|it| it.name == "sequence") {
                true => TableProviderFilterPushDown::Inexact,
                false => TableProviderFilterPushDown::Unsupported,
            };
        Ok(filters.iter().map(by_sequence).collect())
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let bounds = window::bounds(filters, "sequence");
        let sequence = |bound: i128| u64::try_from(bound.clamp(0, i128::from(u64::MAX))).unwrap_or(0);
        let part = FactsPartition {
            facts: Arc::clone(&self.facts),
            gaps: self.gaps.clone(),
            sequences: sequence(*bounds.start())..=sequence(*bounds.end()),
            schema: Arc::clone(&self.schema),
        };
        let parts: Vec<Arc<dyn PartitionStream>> = vec![Arc::new(part)];
        let schema = Arc::clone(&self.schema);
        Ok(Arc::new(StreamingTableExec::try_new(schema, parts, projection, [], false, None)?))
    }
}

/// The entries with these sequences.
#[derive(Debug, Clone)]
struct FactsPartition {
    facts: Arc<dyn Facts>,
    gaps: Gaps,
    sequences: RangeInclusive<u64>,
    schema: SchemaRef,
}

impl PartitionStream for FactsPartition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut stream = RecordBatchReceiverStream::builder(Arc::clone(&self.schema), 2);
        let (part, out) = (self.clone(), stream.tx());
        stream.spawn(async move {
            let mut after = part.sequences.start().saturating_sub(1);
            while after < *part.sequences.end() {
                let page = match part.facts.read(after, PAGE).await {
                    Ok(page) => page,
                    Err(why) => {
                        part.gaps.note([unread(why)]);
                        break;
                    }
                };
                let Some(last) = page.last() else { break };
                after = last.sequence;
                let batch = batch(&page, &part.gaps)?;
                if out.send(Ok(batch)).await.is_err() {
                    break;
                }
            }
            Ok(())
        });
        stream.build()
    }
}

/// Converts entries into rows. Facts that this build does not know are included too, by the parts that every fact has.
fn batch(entries: &[Entry], gaps: &Gaps) -> Result<RecordBatch> {
    let (mut sequences, mut moments) = (UInt64Builder::new(), TimestampMicrosecondBuilder::new());
    let (mut kinds, mut versions) = (StringBuilder::new(), UInt64Builder::new());
    let (mut by, mut bodies) = (StringBuilder::new(), StringBuilder::new());
    let mut rows = 0;
    for entry in entries {
        let Some(Parts { at, kind, version, stated_by, body }) = parts(&entry.payload) else {
            gaps.note([unread(format!("entry {} is no fact", entry.sequence))]);
            continue;
        };
        sequences.append_value(entry.sequence);
        moments.append_value(at);
        kinds.append_value(kind);
        versions.append_value(version);
        by.append_value(stated_by);
        bodies.append_value(body);
        rows += 1;
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(sequences.finish()),
        Arc::new(moments.finish().with_timezone("UTC")),
        Arc::new(kinds.finish()),
        Arc::new(versions.finish()),
        Arc::new(by.finish()),
        Arc::new(bodies.finish()),
    ];
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(facts_schema(), columns, &options)?)
}

/// The parts that every fact has.
struct Parts {
    at: i64,
    kind: String,
    version: u64,
    stated_by: String,
    /// The remaining content, as JSON.
    body: String,
}

fn parts(payload: &[u8]) -> Option<Parts> {
    let Value::Object(mut fact) = serde_json::from_slice(payload).ok()? else { return None };
    let at: countersign_names::Timestamp = fact.remove("at")?.as_str()?.parse().ok()?;
    let named = fact.remove("fact")?;
    let (kind, version) = named.as_str()?.rsplit_once('/')?;
    let stated_by = match fact.remove("by")? {
        Value::String(word) => word,
        // A person or a service account is an id; a part of the software is a name with a prefix.
        Value::Object(by) => match by.iter().next()? {
            (kind, Value::String(name)) if kind == "system" => format!("system:{name}"),
            (_, Value::String(id)) => id.clone(),
            _ => return None,
        },
        _ => return None,
    };
    Some(Parts {
        at: at.as_micros(),
        kind: kind.to_owned(),
        version: version.parse().ok()?,
        stated_by,
        body: Value::Object(fact).to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_facts::{Actor, Fact, PersonFact, Stated};
    use countersign_names::{PersonId, Timestamp};

    #[test]
    fn what_every_fact_has_is_read_of_facts_of_tomorrow_too() {
        let check = |payload: &[u8], expected: Option<(&str, u64, &str, &str)>| {
            let found = parts(payload).map(|it| (it.kind, it.version, it.stated_by, it.body));
            let expected = expected.map(|(k, v, b, body)| (k.to_owned(), v, b.to_owned(), body.to_owned()));
            assert_eq!(found, expected);
        };
        let person: PersonId = "per_00000000000000000000000000000001".parse().unwrap();
        let stated = Stated {
            at: Timestamp::from_micros(5),
            by: Actor::Person(person),
            fact: Fact::Person(PersonFact::Restored { person }),
        };
        let body = format!(r#"{{"person":"{person}"}}"#);
        check(
            &stated.to_bytes().unwrap(),
            Some(("person.restored", 1, "per_00000000000000000000000000000001", &body)),
        );
        let tomorrow = br#"{"at":"2030-01-01T00:00:00Z","by":"operator","fact":"moon.landed/3","x":[1]}"#;
        check(tomorrow, Some(("moon.landed", 3, "operator", r#"{"x":[1]}"#)));
        let system = br#"{"at":"2030-01-01T00:00:00Z","by":{"system":"gate"},"fact":"a.b/1"}"#;
        check(system, Some(("a.b", 1, "system:gate", "{}")));
        for broken in ["", "[]", r#"{"fact":"a.b/1"}"#, r#"{"at":"x","by":"operator","fact":"a.b/1"}"#] {
            check(broken.as_bytes(), None);
        }
    }
}
