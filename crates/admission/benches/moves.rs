//! The cost of a thousand facts a second while many permits are held: the processor time per fact, with all its effects.
//! Each fact touches one person, on whom one permit rests.
//!
//! ```sh
//! cargo bench -p countersign-admission --bench moves
//! ```
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first surprise")]

use countersign_admission::{Admission, Freshness, Request, Settings, Who};
use countersign_evidence::{Evidence, Options};
use countersign_facts::{Actor, Digest, Fact, PoliciesFact, PolicyFile};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{Action, RiskLevel, Sensitivity};
use countersign_policy::PolicySet;
use countersign_testkit::story::*;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// The numbers of held permits.
const PERMITS: [u128; 3] = [1, 5_000, 50_000];

/// How long a tenth of one second's thousand facts may take.
const TENTH: Duration = Duration::from_millis(100);

/// Returns the processor time of this process so far: user and system, in the kernel's hundredths of a second (proc(5)).
fn used() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let ticks = after_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

fn asking(n: u128) -> Request {
    Request {
        who: Who::Person(per(n)),
        key: None,
        application: name("wiki"),
        resource: "wiki/pages".parse().unwrap(),
        action: Action::Read,
        operation: "GET".into(),
        item: "/".into(),
        tags: BTreeMap::new(),
        content_type: None,
        address: None,
        idle: 0,
        posture_confirmed_at: None,
    }
}

/// An enforcement point at which everybody may read, with one held permit per person.
struct Post {
    ledger: Ledger,
    permits: JoinSet<()>,
    _folder: tempfile::TempDir,
}

impl Post {
    async fn with(permits: u128) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
        let begun = Instant::now();
        let clock = Arc::new(move || at(20).plus(begun.elapsed()));
        let ledger = Ledger::open(journal, clock, |_| {}).await.unwrap();
        let rule = "@id(\"all\") @owner(\"o\") @reason(\"r\") @review(\"2099-01-01\")\n\
                    permit (principal, action, resource in Countersign::Application::\"wiki\");\n";
        let files = BTreeMap::from([("applications/wiki.cedar".to_owned(), rule.to_owned())]);
        let version = Digest::new(PolicySet::parse(&files).unwrap().version());
        let files = files.into_iter().map(|(path, text)| (path, PolicyFile(text))).collect();
        let mut story = vec![application("wiki"), label("wiki/pages", Some(Sensitivity::Internal))];
        story.extend((1..=permits).map(|n| person_with(n, &format!("p{n}@example.test"), &[])));
        let mut facts: Vec<_> = story.iter().map(|line| line.stated().fact).collect();
        facts.push(Fact::Policies(PoliciesFact::Published { version, files }));
        for some in facts.chunks(1_000) {
            ledger.state(Actor::Operator, some.to_vec()).await.unwrap();
        }
        let (sink, _store) = Evidence::open(folder.path().join("evidence"), Options::default()).unwrap();
        let settings = Settings { gate: "bench".into(), freshness: Freshness::default() };
        let admission = Admission::start(settings, ledger.clone(), sink);
        let mut held = JoinSet::new();
        for n in 1..=permits {
            let admitted = admission.ask(asking(n)).await.unwrap();
            held.spawn(async move {
                admitted.revoked().await;
            });
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        Self { ledger, permits: held, _folder: folder }
    }

    /// States a thousand facts a second; each makes admission evaluate one held request again.
    async fn moves(&self, count: u64) {
        let mut clock = tokio::time::interval(TENTH);
        let people = self.permits.len() as u64;
        for tenth in 0..count.div_ceil(100) {
            clock.tick().await;
            let mut moves = JoinSet::new();
            for n in 0..(count - tenth * 100).min(100) {
                let number = tenth * 100 + n;
                let level =
                    if (number / people).is_multiple_of(2) { RiskLevel::Medium } else { RiskLevel::Low };
                let fact = risk(u128::from(number % people) + 1, level).stated().fact;
                let ledger = self.ledger.clone();
                moves.spawn(async move { ledger.state(Actor::Operator, vec![fact]).await.unwrap() });
            }
            moves.join_all().await;
        }
    }
}

fn moves(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut group = c.benchmark_group("a move, processor time");
    group.throughput(Throughput::Elements(1)).sample_size(10);
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(10));
    for permits in PERMITS {
        let post = runtime.block_on(Post::with(permits));
        group.bench_function(format!("{permits} permits"), |b| {
            b.iter_custom(|count| {
                // Whole seconds, since the kernel counts in hundredths.
                let many = count.max(1_000);
                let before = used();
                runtime.block_on(post.moves(many));
                (used() - before) * u32::try_from(count).unwrap() / u32::try_from(many).unwrap()
            });
        });
        runtime.block_on(async { drop(post) });
    }
    group.finish();
}

criterion_group!(benches, moves);
criterion_main!(benches);
