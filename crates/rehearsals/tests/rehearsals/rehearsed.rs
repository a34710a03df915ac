//! An enforcement point whose records are rehearsed, and a run that notes its progress.

use crate::book::Book;
use crate::post::{Post, asking};
use countersign_admission::{Admission, Freshness, Settings};
use countersign_api as api;
use countersign_evidence::{Evidence, Options};
use countersign_names::{Action, Timestamp};
use countersign_policy::PolicySet;
use countersign_rehearsals::{
    PlannedPolicies, RehearsalContext, RehearsalProgress, ShadowPeople, plan, replay, shadow,
};
use countersign_rehearse::Past;
use countersign_solve::{Limits, Whereabouts};
use countersign_testkit::story::{Line, at};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The name of this process in records.
pub const PROCESS: &str = "one";

/// All of the time in which these tests happen.
pub const EVER: (Timestamp, Timestamp) = (Timestamp::from_micros(0), Timestamp::MAX);

pub struct Rehearsed {
    pub post: Post,
    pub folder: tempfile::TempDir,
    /// The anchors of finished files; `None` if there are none.
    book: Option<Arc<Book>>,
}

/// What a run was told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ReportedProgress {
    Half,
    Read { accesses: u64, decided: u64, share: f64 },
    Second(f64),
}

/// A run that notes what it is told, and stops when it is told so much.
#[derive(Debug)]
pub struct Run {
    span: (Timestamp, Timestamp),
    stop: usize,
    said: RefCell<Vec<ReportedProgress>>,
}

impl Run {
    pub fn over(span: (Timestamp, Timestamp)) -> Self {
        Self { span, stop: usize::MAX, said: RefCell::default() }
    }

    /// Stops at what it is told this time, counted from 1; a half is told to no answer.
    pub fn stopped_at(stop: usize) -> Self {
        Self { stop, ..Self::over(EVER) }
    }

    pub fn said(&self) -> Vec<ReportedProgress> {
        self.said.borrow().clone()
    }

    fn note(&self, said: ReportedProgress) -> ControlFlow<()> {
        let mut all = self.said.borrow_mut();
        all.push(said);
        if all.len() >= self.stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl RehearsalProgress for Run {
    fn span(&self) -> (Timestamp, Timestamp) {
        self.span
    }

    fn comes_to_half(&self) {
        let _ = self.note(ReportedProgress::Half);
    }

    fn read(&self, accesses: u64, decided: u64, share: f64) -> ControlFlow<()> {
        self.note(ReportedProgress::Read { accesses, decided, share })
    }

    fn second_half(&self, share: f64) -> ControlFlow<()> {
        self.note(ReportedProgress::Second(share))
    }
}

impl Rehearsed {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let post = Post::open(folder.path(), 32 << 20).await;
        post.begin().await;
        Self { post, folder, book: None }
    }

    /// A house whose finished files are anchored.
    pub async fn anchored() -> Self {
        let house = Self { book: Some(Arc::default()), ..Self::new().await };
        house.again().await
    }

    /// Converts all records to Parquet, and continues with the same journal and evidence.
    pub async fn again(self) -> Self {
        self.post.admission.sink().close().await.unwrap();
        let mut options = Options::default();
        if let Some(book) = &self.book {
            options.anchors = Arc::clone(book) as _;
        }
        let (sink, store) = Evidence::open(self.folder.path().join("evidence"), options).unwrap();
        let settings = Settings { gate: "test".to_owned(), freshness: Freshness::default() };
        let admission = Admission::start(settings, self.post.ledger.clone(), sink);
        Self { post: Post { admission, store, ..self.post }, ..self }
    }

    /// Lets a person read at a second, and returns whether they may.
    pub async fn reads(&self, second: i64, n: u128, application: &str) -> bool {
        self.post.now.store(at(second).as_micros(), Ordering::SeqCst);
        self.post.ask(asking(n, application, Action::Read, "/")).await
    }

    pub fn context(&self) -> RehearsalContext {
        RehearsalContext {
            ledger: self.post.ledger.clone(),
            store: self.post.store.clone(),
            process: PROCESS.to_owned(),
            reads_others: false,
            solver: Whereabouts::default(),
            solver_limits: Limits::default(),
        }
    }

    /// Runs a rehearsal on a thread that may block.
    pub async fn run<T: Send + 'static>(
        &self,
        context: RehearsalContext,
        work: impl FnOnce(&RehearsalContext, Past) -> T + Send + 'static,
    ) -> T {
        self.post.admission.sink().flush().await.unwrap();
        let past = context.past(&self.post.admission.policies());
        tokio::task::spawn_blocking(move || work(&context, past)).await.unwrap()
    }

    pub async fn replay(&self, span: (Timestamp, Timestamp)) -> api::ReplayReport {
        self.replay_in(self.context(), span).await
    }

    pub async fn replay_in(
        &self,
        context: RehearsalContext,
        span: (Timestamp, Timestamp),
    ) -> api::ReplayReport {
        self.run(context, move |context, past| replay(&Run::over(span), context, past).unwrap()).await
    }

    /// Plans these policies, and the settings that these facts would make.
    pub async fn plan(&self, files: &BTreeMap<String, String>, changes: &[Line]) -> api::PlanReport {
        let (running, world) = (self.post.admission.policies(), self.post.ledger.world());
        let planned = Arc::new(PolicySet::parse(files).unwrap());
        let stated: Vec<_> = changes.iter().map(Line::stated).collect();
        let after = (!stated.is_empty()).then(|| world.after(&stated).unwrap());
        let work = move |context: &RehearsalContext, past| {
            let planned = PlannedPolicies { policies: &planned, after: after.as_ref(), exhaustive: false };
            plan(&Run::over(EVER), context, past, (&running, &world), &planned).unwrap()
        };
        self.run(self.context(), work).await
    }

    pub async fn shadow(
        &self,
        only: Option<&str>,
    ) -> (api::ShadowReport, BTreeMap<countersign_names::PolicyId, Arc<ShadowPeople>>) {
        let (running, world) = (self.post.admission.policies(), self.post.ledger.world());
        let only = only.map(|id| id.parse().unwrap());
        let work = move |context: &RehearsalContext, past| {
            shadow(&Run::over(EVER), context, past, (&running, &world), only.as_ref()).unwrap()
        };
        self.run(self.context(), work).await
    }

    /// The folder of the evidence's only day.
    pub fn day(&self) -> PathBuf {
        self.folder.path().join("evidence/dt=1970-01-01")
    }

    /// Returns the finished files of decisions.
    pub fn files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.day()).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> = entries
            .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("decisions-"))
            .collect();
        files.sort();
        files
    }
}
