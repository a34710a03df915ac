//! The table of sessions: every sign-in in the journal, folded from its facts for each query.

use crate::facts::{PAGE, unread};
use crate::gaps::Gaps;
use crate::window;
use async_trait::async_trait;
use countersign_facts::{CredentialFact, EndReason, Fact, JournalFact, PersonFact, SessionFact, Stated};
use countersign_names::{PersonId, SessionId, Timestamp};
use countersign_sql::{Facts, sessions_schema};
use countersign_world::{Session as KnownSession, World};
use datafusion::arrow::array::{
    ArrayRef, ListBuilder, RecordBatch, StringBuilder, TimestampMicrosecondArray, UInt64Array,
};
use datafusion::arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Rows per batch.
const BATCH: usize = 4_096;
/// Estimated memory of a row in bytes while the journal is read.
const ROW: usize = 512;
/// The column with the start of a session.
const BEGAN_AT: &str = "began_at";
/// The method of signing in without a provider.
const PASSKEY: &str = "passkey";

/// The table.
#[derive(Debug)]
pub(crate) struct SessionsTable {
    facts: Arc<dyn Facts>,
    gaps: Gaps,
    schema: SchemaRef,
}

impl SessionsTable {
    pub(crate) fn new(facts: Arc<dyn Facts>, gaps: Gaps) -> Self {
        Self { facts, gaps, schema: sessions_schema() }
    }
}

#[async_trait]
impl TableProvider for SessionsTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let by_beginning =
            |condition: &&Expr| match condition.column_refs().iter().all(|it| it.name == BEGAN_AT) {
                true => TableProviderFilterPushDown::Inexact,
                false => TableProviderFilterPushDown::Unsupported,
            };
        Ok(filters.iter().map(by_beginning).collect())
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = Arc::clone(&self.schema);
        let since =
            i64::try_from(*window::bounds(filters, BEGAN_AT).start()).ok().map(Timestamp::from_micros);
        let (facts, gaps) = (Arc::clone(&self.facts), self.gaps.clone());
        let all = All { facts, gaps, since, schema: Arc::clone(&schema) };
        let parts: Vec<Arc<dyn PartitionStream>> = vec![Arc::new(all)];
        Ok(Arc::new(StreamingTableExec::try_new(schema, parts, projection, [], false, None)?))
    }
}

/// The scan of the table: every session that began at `since` or later, and possibly others.
#[derive(Debug, Clone)]
struct All {
    facts: Arc<dyn Facts>,
    gaps: Gaps,
    since: Option<Timestamp>,
    schema: SchemaRef,
}

impl PartitionStream for All {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut stream = RecordBatchReceiverStream::builder(Arc::clone(&self.schema), 2);
        let (all, out) = (self.clone(), stream.tx());
        stream.spawn(async move {
            let memory = MemoryConsumer::new("sessions").register(context.memory_pool());
            // The query needs no session that began earlier, so the facts before need not be read.
            let earlier = match all.since {
                Some(since) => all.facts.earlier_world(since).await,
                None => None,
            };
            // If this build cannot read the checkpoint, everything is folded.
            let world = earlier.and_then(|bytes| World::from_checkpoint(&bytes).ok()).unwrap_or_default();
            let mut after = world.seq();
            let mut fold = SessionFold { world, ..SessionFold::default() };
            loop {
                let page = match all.facts.read(after, PAGE).await {
                    Ok(page) => page,
                    Err(why) => {
                        all.gaps.note([unread(why)]);
                        break;
                    }
                };
                let Some(last) = page.last() else { break };
                after = last.sequence;
                // Folding uses the processor, so other tasks of this query may run after each page.
                if let Some((sequence, why)) = page.iter().find_map(|entry| {
                    let folded = Stated::from_bytes(&entry.payload).map_err(|error| error.to_string());
                    let folded = folded.and_then(|stated| fold.tell(entry.sequence, &stated));
                    folded.err().map(|why| (entry.sequence, why))
                }) {
                    let why = format!("entry {sequence} cannot be folded, nor what comes after it: {why}");
                    all.gaps.note([unread(why)]);
                    break;
                }
                memory.try_resize(fold.rows.len() * ROW)?;
                tokio::task::yield_now().await;
            }
            for rows in fold.rows.chunks(BATCH) {
                if out.send(batch(rows)).await.is_err() {
                    break;
                }
            }
            Ok(())
        });
        stream.build()
    }
}

/// A session, as it is after the facts folded so far.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FoldedSession {
    session: SessionId,
    person: PersonId,
    began_at: Timestamp,
    sequence: u64,
    method: String,
    credential: String,
    assurance: &'static str,
    address: Option<String>,
    stepped_up_at: Option<Timestamp>,
    applications: BTreeSet<String>,
    expires_at: Timestamp,
    ended: Option<(Timestamp, &'static str)>,
}

/// The sessions so far, and the world, which determines whose sessions a fact ends.
#[derive(Debug, Default)]
struct SessionFold {
    world: World,
    rows: Vec<FoldedSession>,
    places: HashMap<SessionId, usize>,
}

impl SessionFold {
    fn tell(&mut self, sequence: u64, stated: &Stated) -> Result<(), String> {
        let ending = |session: &Arc<KnownSession>| (session.id, session.expires_at);
        let (before, why, now): (Vec<(SessionId, Timestamp)>, _, _) = match &stated.fact {
            // Ends every session, at the moment that was the present until then.
            Fact::Journal(JournalFact::ClockAccepted(clock)) => {
                (self.world.sessions().map(ending).collect(), Some("clock_accepted"), clock.held)
            }
            fact => match self.ends(fact) {
                Some((person, why)) => {
                    (self.world.sessions_of(person).map(ending).collect(), Some(why), stated.at)
                }
                None => (Vec::new(), None, stated.at),
            },
        };
        self.world.replay(stated).map_err(|contradiction| contradiction.to_string())?;
        // Sessions already past their expiry had ended by themselves.
        for (session, _) in before.into_iter().filter(|(_, expires_at)| *expires_at > now) {
            if self.world.session(session).is_none()
                && let Some(row) = self.row(session)
            {
                row.ended = why.map(|why| (stated.at, why));
            }
        }
        match &stated.fact {
            Fact::Session(SessionFact::Started { session, about }) => {
                self.places.insert(*session, self.rows.len());
                self.rows.push(FoldedSession {
                    session: *session,
                    person: about.person,
                    began_at: stated.at,
                    sequence,
                    method: PASSKEY.to_owned(),
                    credential: about.credential.to_string(),
                    assurance: about.assurance.as_str(),
                    address: about.address.map(|address| address.to_string()),
                    stepped_up_at: None,
                    applications: BTreeSet::new(),
                    expires_at: about.expires_at,
                    ended: None,
                });
            }
            Fact::Session(SessionFact::Federated { session, about }) => {
                let begun = self.world.session(*session).map(|known| known.method());
                self.places.insert(*session, self.rows.len());
                self.rows.push(FoldedSession {
                    session: *session,
                    person: about.person,
                    began_at: stated.at,
                    sequence,
                    method: begun.unwrap_or_default(),
                    credential: about.link.to_string(),
                    assurance: about.assurance.as_str(),
                    address: about.address.map(|address| address.to_string()),
                    stepped_up_at: None,
                    applications: BTreeSet::new(),
                    expires_at: about.expires_at,
                    ended: None,
                });
            }
            Fact::Session(SessionFact::SteppedUp { session, assurance, .. }) => {
                if let Some(row) = self.row(*session) {
                    row.stepped_up_at = Some(stated.at);
                    row.assurance = assurance.as_str();
                }
            }
            Fact::Session(SessionFact::Opened { session, application, .. }) => {
                if let Some(row) = self.row(*session) {
                    row.applications.insert(application.to_string());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn row(&mut self, session: SessionId) -> Option<&mut FoldedSession> {
        self.rows.get_mut(*self.places.get(&session)?)
    }

    /// Returns the person whose sessions the fact may end, and the reason for the table.
    fn ends(&self, fact: &Fact) -> Option<(PersonId, &'static str)> {
        Some(match fact {
            Fact::Session(SessionFact::Ended { session, reason }) => {
                let why = match reason {
                    EndReason::SignedOut => "signed_out",
                    EndReason::Revoked => "revoked",
                    EndReason::PersonStopped => "person_stopped",
                    EndReason::CredentialRemoved => "credential_removed",
                    EndReason::ProviderEnded => "provider_ended",
                };
                (self.world.session(*session)?.person, why)
            }
            Fact::Person(PersonFact::Suspended { person, .. }) => (*person, "person_suspended"),
            Fact::Person(PersonFact::Removed { person }) => (*person, "person_removed"),
            Fact::Credential(CredentialFact::Removed { credential }) => {
                (self.world.credential(*credential)?.person, "credential_removed")
            }
            // Recovery, for a person who lost their passkeys, ends the sessions that those began.
            Fact::Credential(CredentialFact::Registered { person, .. }) => (*person, "recovered"),
            _ => return None,
        })
    }
}

fn batch(rows: &[FoldedSession]) -> Result<RecordBatch> {
    let texts = |get: fn(&FoldedSession) -> Option<String>| -> ArrayRef {
        let mut built = StringBuilder::new();
        rows.iter().for_each(|row| built.append_option(get(row)));
        Arc::new(built.finish())
    };
    let moments = |get: fn(&FoldedSession) -> Option<Timestamp>| -> ArrayRef {
        let micros = rows.iter().map(|row| get(row).map(Timestamp::as_micros));
        Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
    };
    let element = Arc::new(Field::new("element", DataType::Utf8, false));
    let mut applications = ListBuilder::new(StringBuilder::new()).with_field(element);
    for row in rows {
        applications.append_value(row.applications.iter().map(Some));
    }
    let columns: Vec<ArrayRef> = vec![
        texts(|row| Some(row.session.to_string())),
        texts(|row| Some(row.person.to_string())),
        moments(|row| Some(row.began_at)),
        Arc::new(rows.iter().map(|row| Some(row.sequence)).collect::<UInt64Array>()),
        texts(|row| Some(row.method.clone())),
        texts(|row| Some(row.credential.clone())),
        texts(|row| Some(row.assurance.to_owned())),
        texts(|row| row.address.clone()),
        moments(|row| row.stepped_up_at),
        Arc::new(applications.finish()),
        moments(|row| Some(row.expires_at)),
        moments(|row| row.ended.map(|(at, _)| at)),
        texts(|row| row.ended.map(|(_, why)| why.to_owned())),
    ];
    Ok(RecordBatch::try_new(sessions_schema(), columns)?)
}
