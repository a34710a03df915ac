//! The company's month, lived by the product: sessions begin, devices report, people use their applications in visits
//! of some accesses each, and everything is decided and recorded as it would be at a gate.

use super::company::{self, Size};
use crate::run::Outcome;
use countersign_admission::{Admission, Completion, Ended, Freshness, Request, Settings, Who, Why};
use countersign_decide::again;
use countersign_evidence::{Evidence, Options, Store};
use countersign_facts::{Actor, DeviceFact, Digest, Fact, Posture, Session, SessionFact, TrustKey};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{
    Action, Assurance, CheckResult, CredentialId, DeviceId, EvidenceItem, PersonId, PostureCheck, SessionId,
    Timestamp,
};
use countersign_policy::{Place, PolicySet, Question};
use countersign_world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::runtime::Runtime;

/// Accesses of one visit.
pub const BURST: u32 = 9;

const FACTS_AT_A_TIME: usize = 1_000;
const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// What is left of a month.
pub struct Life {
    pub runtime: Runtime,
    pub journal: Journal,
    pub world: Arc<World>,
    pub running: Arc<PolicySet>,
    pub store: Store,
    pub accesses: u64,
    /// What rests on implicit trust, known while it was lived.
    pub trusts: BTreeSet<TrustKey>,
    folder: tempfile::TempDir,
}

/// Numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(bound.max(1))).unwrap_or(0)
    }
}

/// A visit to an application: when it begins, whose, and what is used.
struct Visit {
    at: i64,
    person: u32,
    application: usize,
    part: usize,
    own_device: bool,
}

/// Somebody who lives: the parts of an enforcement point, and the clock that they share.
struct Lived {
    admission: Admission,
    ledger: Ledger,
    now: Arc<AtomicI64>,
    dice: Dice,
    accesses: u64,
    own_sessions: u32,
    trusts: BTreeSet<TrustKey>,
}

impl Life {
    /// Live so many days. `told` hears of each day that is over.
    pub fn live(size: Size, mut told: impl FnMut(u32, u64)) -> Outcome<Self> {
        let runtime = Runtime::new()?;
        let folder = tempfile::tempdir()?;
        let begin: Timestamp = "2026-10-05T00:00:00Z".parse()?;
        let journal = runtime.block_on(Journal::open_sqlite(folder.path().join("journal.sqlite")))?;
        let (ledger, accesses, trusts) = runtime.block_on(async {
            let now = Arc::new(AtomicI64::new(begin.as_micros()));
            let clock = Arc::clone(&now);
            let clock = Arc::new(move || Timestamp::from_micros(clock.load(Ordering::Relaxed)));
            let ledger = Ledger::open(journal.clone(), clock, |_| {}).await?;
            let (sink, _) = Evidence::open(folder.path().join("evidence"), Options::default())?;
            let settings = Settings { gate: "edge".into(), freshness: Freshness::default() };
            let admission = Admission::start(settings, ledger.clone(), sink.clone());
            let mut lived = Lived {
                admission,
                ledger: ledger.clone(),
                now,
                dice: Dice(7),
                accesses: 0,
                own_sessions: 0,
                trusts: BTreeSet::new(),
            };
            lived.state(company::facts(size)?).await?;
            lived.wait_for_policies().await;
            for day in 0..size.days {
                lived.day(size, begin.as_micros() + i64::from(day) * DAY, day).await?;
                told(day + 1, lived.accesses);
            }
            sink.close().await?;
            Outcome::Ok((ledger, lived.accesses, lived.trusts))
        })?;
        let world = ledger.world();
        let files = world.policies().ok_or("no policies were published")?.files.clone();
        let files: BTreeMap<String, String> = files.into_iter().map(|(path, file)| (path, file.0)).collect();
        let running = Arc::new(PolicySet::parse(&files)?);
        let (_, store) = Evidence::open(folder.path().join("evidence"), Options::default())?;
        Ok(Self { runtime, journal, world, running, store, accesses, trusts, folder })
    }

    /// How large the evidence is.
    pub fn parquet_bytes(&self) -> Outcome<u64> {
        fn below(folder: &Path) -> std::io::Result<u64> {
            let mut size = 0;
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                size +=
                    if entry.file_type()?.is_dir() { below(&entry.path())? } else { entry.metadata()?.len() };
            }
            Ok(size)
        }
        Ok(below(&self.folder.path().join("evidence"))?)
    }

    /// The questions that some of the accesses were, spread over the month. They are put in the world of the last day,
    /// which costs Cedar neither more nor less.
    pub fn questions(&self, count: usize) -> Outcome<Vec<Question>> {
        let every = usize::try_from(self.accesses)? / count + 1;
        let mut questions = Vec::new();
        let mut seen = 0;
        for accesses in self.store.sweep(Timestamp::from_micros(0), Timestamp::MAX) {
            for access in accesses.iter() {
                seen += 1;
                if seen % every != 0 {
                    continue;
                }
                let request = Request {
                    who: access.session.map_or(Who::Anonymous, Who::Session),
                    key: access
                        .device
                        .and_then(|id| self.world.device(id))
                        .and_then(|device| device.about.key),
                    application: access.application.clone(),
                    resource: access.resource.clone(),
                    action: access.action,
                    operation: access.operation.to_owned(),
                    item: access.item.to_owned(),
                    tags: BTreeMap::new(),
                    content_type: None,
                    address: access.address,
                    idle: access.idle.unwrap_or(0),
                    posture_confirmed_at: None,
                };
                let place = access.address.map(|address| Place { address, network: "office".to_owned() });
                let answer = again(&self.world, &self.running, place, &request, access.at);
                let evidence = answer.evidence().ok_or("an application has gone")?;
                questions.push(evidence.question.clone());
            }
        }
        Ok(questions)
    }
}

impl Lived {
    async fn state(&self, facts: Vec<Fact>) -> Outcome {
        for some in facts.chunks(FACTS_AT_A_TIME) {
            self.ledger.state(Actor::System("life".to_owned()), some.to_vec()).await?;
        }
        Ok(())
    }

    async fn wait_for_policies(&self) {
        while self.admission.policies().policies().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn clock(&self, micros: i64) {
        self.now.store(micros, Ordering::Relaxed);
    }

    /// A day: whoever works has their laptop report and signs in, then visits what they use.
    async fn day(&mut self, size: Size, midnight: i64, day: u32) -> Outcome {
        let weekend = day % 7 >= 5;
        let mut visits = Vec::new();
        let mut mornings: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
        for person in 0..size.people {
            if weekend && self.dice.below(10) > 0 {
                continue;
            }
            let begin = midnight + 6 * HOUR + i64::from(self.dice.below(3 * 60)) * 60_000_000;
            mornings.entry((begin - midnight) / HOUR).or_default().push(person);
            for _ in 0..size.visits {
                // After the hour in which they sign in, and for eight hours.
                let at = begin + HOUR + i64::from(self.dice.below(8 * 3600)) * 1_000_000;
                visits.push(self.visit(size, at, person));
            }
        }
        visits.sort_by_key(|visit| visit.at);
        for (hour, people) in mornings {
            self.clock(midnight + hour * HOUR);
            self.state(
                people.into_iter().flat_map(|person| morning(person, day, midnight + hour * HOUR)).collect(),
            )
            .await?;
        }
        for visit in visits {
            self.pay(&visit, day).await?;
        }
        Ok(())
    }

    fn visit(&mut self, size: Size, at: i64, person: u32) -> Visit {
        // Everybody uses eight applications, some more than others; only those in the books use `ledger`.
        let applications = u32::try_from(size.applications).unwrap_or(u32::MAX);
        let careless = company::planted().contains(&person);
        let books = careless || person % 40 == 1;
        let rank = self.dice.below(8).min(self.dice.below(8));
        let other = 1 + (person * 31 + rank * 17) % (applications - 1);
        let application = if books && self.dice.below(if careless { 2 } else { 5 }) == 0 { 0 } else { other };
        let excused = [company::LAPSED, company::EXCUSED].contains(&person) && self.dice.below(4) == 0;
        let application = if excused { company::EXCUSING as u32 } else { application };
        let own = company::own_device(person).is_some() && self.dice.below(if careless { 2 } else { 3 }) == 0;
        // Their own device is for what is internal; three of them do not care.
        let confidential = application % 10 == 0;
        let careless = (application == 0 && careless) || (excused && person == company::EXCUSED);
        let own_device = own && (!confidential || careless);
        let part = usize::try_from(self.dice.below(4)).unwrap_or(0);
        Visit { at, person, application: usize::try_from(application).unwrap_or(0), part, own_device }
    }

    async fn pay(&mut self, visit: &Visit, day: u32) -> Outcome {
        let name = company::application_name(visit.application);
        let device = match company::own_device(visit.person) {
            Some(own) if visit.own_device => own,
            _ => visit.person,
        };
        let mut session = session(visit.person, day);
        if visit.own_device {
            // What is not managed is signed in anew each time: its sessions end after a quarter of an hour.
            self.clock(visit.at);
            self.own_sessions += 1;
            session = SessionId::new(company::bits(2_000_000_000 + self.own_sessions));
            let secret = company::digest(self.own_sessions, 255);
            let at = Timestamp::from_micros(visit.at);
            self.state(vec![signed_in(session, visit.person, secret, at)]).await?;
        }
        for number in 0..BURST {
            self.clock(visit.at + i64::from(number) * 1_500_000);
            let writes = !visit.own_device && self.dice.below(6) == 0;
            let request = Request {
                who: Who::Session(session),
                key: Some(company::digest(device, 1)),
                application: name.parse()?,
                resource: format!("{name}/part-{}", visit.part).parse()?,
                action: if writes { Action::Write } else { Action::Read },
                operation: if writes { "POST" } else { "GET" }.to_owned(),
                item: format!("/part-{}/{}", visit.part, self.dice.below(40)),
                tags: BTreeMap::new(),
                content_type: None,
                address: Some(std::net::Ipv4Addr::from(0x0a00_0000 + visit.person).into()),
                idle: 0,
                posture_confirmed_at: None,
            };
            if self.ask(request.clone()).await? {
                self.remember(visit, &request);
            }
        }
        Ok(())
    }

    /// Told before anybody proves anything: what the access rests on by what the company is.
    fn remember(&mut self, visit: &Visit, request: &Request) {
        for item in EvidenceItem::ALL {
            let writes = request.action == Action::Write;
            if company::trusted(visit.person, visit.application, writes, visit.own_device, *item) {
                self.trusts.insert(TrustKey {
                    resource: request.resource.clone(),
                    action: request.action,
                    cohort: company::cohort(visit.person),
                    item: *item,
                });
            }
        }
    }

    /// Whether it was allowed.
    async fn ask(&mut self, request: Request) -> Outcome<bool> {
        loop {
            match self.admission.ask(request.clone()).await {
                Ok(admitted) => {
                    let ended = Ended::Finished;
                    admitted.complete(Completion { status: 200, bytes_in: 300, bytes_out: 9_000, ended });
                    self.accesses += 1;
                    return Ok(true);
                }
                // Whoever was away for too long: recorded as well.
                Err(refused) if refused.why() == Why::Denied => {
                    self.accesses += 1;
                    return Ok(false);
                }
                // The month goes by faster than the disk keeps up: wait for it, and ask again.
                Err(refused) if refused.why() == Why::Unavailable => self.admission.sink().flush().await?,
                Err(refused) => return Err(format!("{request:?}: {refused:?}").into()),
            }
        }
    }
}

fn session(person: u32, day: u32) -> SessionId {
    SessionId::new(company::bits(person + (day + 2) * 10_000_000))
}

fn morning(person: u32, day: u32, at: i64) -> [Fact; 2] {
    let checks = PostureCheck::ALL.iter().map(|check| (*check, CheckResult::Pass)).collect();
    let at = Timestamp::from_micros(at);
    let device: DeviceId = company::laptop(person);
    [
        Fact::Device(DeviceFact::PostureReported { device, posture: Posture { collected_at: at, checks } }),
        signed_in(
            session(person, day),
            person,
            company::digest(person, u8::try_from(day + 2).unwrap_or(254)),
            at,
        ),
    ]
}

fn signed_in(session: SessionId, person: u32, secret: Digest, at: Timestamp) -> Fact {
    Fact::Session(SessionFact::Started {
        session,
        about: Session {
            person: PersonId::new(company::bits(person)),
            credential: CredentialId::new(company::bits(person)),
            secret,
            assurance: Assurance::Aal2,
            address: None,
            expires_at: at.plus(Duration::from_secs(14 * 3_600)),
        },
    })
}
