//! Checks of the server's own reports.

use super::Finding;
use crate::client::Client;
use crate::console::read;
use crate::context::Context;
use crate::exit::Failure;
use crate::{span, upstream, words};
use countersign_api::{
    Application, ApplicationStage, ComponentCondition, ComponentStatus, Device, EvidenceHealth, Items,
    JournalStatus, ListenerStatus, ObservationStatus, Policies, ProjectionStatus, Schedule, Session, Status,
    StoreStatus, rows,
};
use countersign_names::Timestamp;
use std::time::Duration;

/// A managed device that has not reported for this long gets a warning; the shipped guardrails refuse it by then.
const DARK: Duration = Duration::from_secs(86_400);
/// How long doctor reminds of a head or a clock that the operator accepted.
const RECENT: Duration = Duration::from_secs(30 * 86_400);
/// For how many seconds after a listener was full doctor mentions it.
const LATELY: u64 = 600;
/// A projection that is this many facts behind is being built.
const FAR_BEHIND: u64 = 10_000;
/// Maximum difference between two clocks.
const LEEWAY: Duration = Duration::from_secs(30);

pub(super) async fn look(cx: &Context) -> Result<Vec<Finding>, Failure> {
    let client = cx.client()?;
    let status: Status = match client.call(rows::status::SHOW.to([])).await.and_then(read) {
        Ok(status) => status,
        // Nothing else can be asked either.
        Err(failure) => return Ok(vec![Finding::unanswered("server", &failure)]),
    };
    let now = cx.now();
    let mut findings = vec![version(&status), journal(&status.journal), behind(&status), skew(&status)];
    findings.extend(remembered(&status.journal, now));
    findings.extend(evidence(&status));
    findings.extend(status.evidence.store.iter().flat_map(copies));
    findings.extend(status.observations.iter().map(observations));
    findings.extend(status.listeners.iter().map(connections));
    findings.extend(components(&status));
    findings.push(administrators(&status));
    findings.extend(independence(&status));
    findings.extend(policies(&client, now).await);
    findings.extend(applications(&client).await);
    findings.push(posture(&client, now).await);
    findings.extend(schedules(&client).await);
    findings.push(projections(&client).await);
    findings.extend(super::sources::sources(&client, now).await);
    findings.push(clock(&client, now).await);
    Ok(findings)
}

/// Returns one line while all of them work; otherwise one for each that does not, or failed lately.
fn components(status: &Status) -> Vec<Finding> {
    const CHECK: &str = "components";
    let findings = status.components.iter().filter_map(|component| {
        let ComponentStatus { name, failures, .. } = component;
        let why = component.last_failure.as_deref().unwrap_or_default();
        let log = "read the log of the server; if it continues, report it with the text above";
        match component.state {
            ComponentCondition::Failed => Some(Finding::fail(
                CHECK,
                format!("{name} failed: {why}"),
                "restart the server: it cannot restart this component by itself",
            )),
            ComponentCondition::Restarting => Some(Finding::fail(
                CHECK,
                format!("{name} failed {failures} times and is being restarted: {why}"),
                log,
            )),
            ComponentCondition::Running if component.failed_seconds_ago.is_some_and(|ago| ago < LATELY) => {
                let detail =
                    format!("{name} failed recently, {failures} times since the server started: {why}");
                Some(Finding::warn(CHECK, detail, log))
            }
            ComponentCondition::Running | ComponentCondition::Stopped => None,
        }
    });
    let mut findings: Vec<Finding> = findings.collect();
    if findings.is_empty() && !status.components.is_empty() {
        findings.push(Finding::ok(CHECK, format!("all {} work", status.components.len())));
    }
    findings
}

fn version(status: &Status) -> Finding {
    const CHECK: &str = "server version";
    let ours = env!("CARGO_PKG_VERSION");
    if status.version == ours {
        return Finding::ok(CHECK, ours);
    }
    Finding::warn(
        CHECK,
        format!("the server is {}, this command is {ours}", status.version),
        "use the `countersign` that the server was started with",
    )
}

fn journal(journal: &JournalStatus) -> Finding {
    const CHECK: &str = "journal";
    match (&journal.broken, journal.connected, &journal.head) {
        (Some(broken), ..) => Finding::fail(
            CHECK,
            format!("it cannot be followed any further: {broken}"),
            "find out where with `countersign journal verify`, and restore it from a backup whose anchor you kept",
        ),
        (None, false, _) => Finding::fail(
            CHECK,
            "its store does not answer; decisions continue with the last known state for a limited time",
            "start the database, or repair the connection to it",
        ),
        (None, true, head) => {
            let facts = head.as_ref().map(|head| format!(", {} facts", head.seq)).unwrap_or_default();
            let begun = journal.begun_at.map(|seq| format!(", begun with the checkpoint at entry {seq}"));
            let archived = match journal.archived_until {
                0 => String::new(),
                until => format!(", archived up to entry {until}"),
            };
            let said = format!("connected{facts}{}{archived}", begun.unwrap_or_default());
            match &journal.doubt {
                Some(doubt) => Finding::fail(
                    CHECK,
                    format!("{said}; {doubt}"),
                    "do that, and read the logs of the other processes of this installation",
                ),
                None => Finding::ok(CHECK, said),
            }
        }
    }
}

/// The observations of other processes become older while they cannot be read, and old evidence causes denials.
fn observations(observed: &ObservationStatus) -> Finding {
    const CHECK: &str = "observations";
    let ObservationStatus { exchange_age_seconds, problem, postures, sessions, dropped } = observed;
    let age = exchange_age_seconds.map_or_else(
        || "were never exchanged since the process started".to_owned(),
        |age| format!("were last exchanged {} ago", span::show(Duration::from_secs(age))),
    );
    match problem {
        Some(problem) => Finding::warn(
            CHECK,
            format!(
                "they {age}: {problem}; postures look older, and sessions idle for longer, than they are"
            ),
            "start the database, or repair the connection to it",
        ),
        None if *dropped > 0 => Finding::warn(
            CHECK,
            format!(
                "{dropped} were dropped because the memory limit was reached, the oldest first; those postures and sessions look older"
            ),
            "run more processes, or find out why there are so many sessions and devices",
        ),
        None => Finding::ok(CHECK, format!("of {postures} devices and {sessions} sessions; they {age}")),
    }
}

/// Without a head that is remembered outside the journal, nobody notices that its last entries are gone.
fn remembered(journal: &JournalStatus, now: Timestamp) -> Vec<Finding> {
    const CHECK: &str = "journal's end";
    let mut findings = Vec::new();
    findings.push(match &journal.remembered {
        Some(remembered) => {
            let head = &remembered.head;
            Finding::ok(
                CHECK,
                format!("the head remembered outside it is entry {}, of {}", head.seq, remembered.at),
            )
        }
        None => Finding::warn(
            CHECK,
            "its head is not remembered outside it",
            "read in the log of the server why it cannot write `journal.head` in its data folder",
        ),
    });
    if let Some(accepted) = journal.accepted.as_ref().filter(|accepted| now.since(accepted.at) < RECENT) {
        findings.push(Finding::warn(
            CHECK,
            format!(
                "on {} the operator accepted it although {} remembered a newer head. Reason: {}",
                accepted.at, accepted.gate, accepted.why
            ),
            "review people, passkeys, tokens, devices and grants; doctor reminds you for 30 days",
        ));
    }
    if let Some(accepted) = journal.clock_accepted.as_ref().filter(|accepted| now.since(accepted.at) < RECENT)
    {
        findings.push(Finding::warn(
            "journal's time",
            format!(
                "on {} the operator set time back from {} at {}. Reason: {}",
                accepted.at, accepted.held, accepted.gate, accepted.why
            ),
            "find out why the clock was wrong, and issue the links, tokens and grants that ended anew; decisions and facts of the \
             wrong time keep its dates; doctor reminds you for 30 days",
        ));
    }
    findings
}

fn behind(status: &Status) -> Finding {
    const CHECK: &str = "freshness";
    match status.behind_seconds {
        0..=10 => Finding::ok(CHECK, "the world is the newest"),
        seconds => Finding::fail(
            CHECK,
            format!(
                "the world was last known to be the newest {} ago",
                span::show(Duration::from_secs(seconds))
            ),
            "repair the journal: access to the most sensitive resources is refused first, then to all",
        ),
    }
}

fn skew(status: &Status) -> Finding {
    const CHECK: &str = "time";
    match status.clock_behind_seconds {
        0..=60 => Finding::ok(CHECK, "it agrees with the newest known moment"),
        seconds => Finding::fail(
            CHECK,
            format!(
                "it is {} behind the newest known moment, which counts as an unreachable journal",
                span::show(Duration::from_secs(seconds))
            ),
            "set the clock of the server's machine right, and run NTP; then restart the server. If the clock is right, time \
             in the journal ran ahead: stop the server and see countersign journal accept-clock --dry-run",
        ),
    }
}

fn evidence(status: &Status) -> Vec<Finding> {
    const CHECK: &str = "evidence";
    let evidence = &status.evidence;
    let problem = evidence.problem.clone().unwrap_or_else(|| words::of(&evidence.health));
    let remedy = "free space on the disk of the evidence folder, or replace the disk";
    let state = match evidence.health {
        EvidenceHealth::Healthy => Finding::ok(CHECK, format!("{} decisions recorded", evidence.recorded)),
        EvidenceHealth::Backlog => Finding::warn(CHECK, problem, remedy),
        EvidenceHealth::Failing => Finding::fail(CHECK, problem, remedy),
    };
    let mut findings = vec![state];
    if evidence.refused > 0 && evidence.health == EvidenceHealth::Healthy {
        let detail = format!(
            "{} records, and their accesses, were refused since the server started",
            evidence.refused
        );
        findings.push(Finding::warn(CHECK, detail, "the log of the server says when and why"));
    }
    findings
}

/// No access waits for copies, so a problem with them is a warning and not a failure.
fn copies(store: &StoreStatus) -> Vec<Finding> {
    const CHECK: &str = "evidence store";
    let mut findings = Vec::new();
    findings.push(match (&store.problem, store.waiting) {
        (Some(problem), _) => {
            let remedy = store.remedy.clone().unwrap_or_else(|| "read the log of the server".to_owned());
            Finding::warn(CHECK, format!("nothing is copied to {}: {problem}", store.place), remedy)
        }
        (None, None) => Finding::ok(CHECK, format!("{} was not checked yet", store.place)),
        (None, Some(waiting)) => {
            Finding::ok(CHECK, format!("copied to {}, {waiting} files wait", store.place))
        }
    });
    if !store.left.is_empty() {
        let detail = format!("these cannot be copied: {}", store.left.join("; "));
        findings.push(Finding::warn(CHECK, detail, "see `countersign evidence verify`"));
    }
    findings
}

/// A full listener refuses connections; doctor reports it until some time has passed.
fn connections(listener: &ListenerStatus) -> Finding {
    const CHECK: &str = "connections";
    let ListenerStatus { name, open, limit, most_of_one_address, refused, full, failures, .. } = listener;
    let lately = listener.saturated_seconds_ago.is_some_and(|seconds| seconds < LATELY);
    if open >= limit {
        return Finding::fail(
            CHECK,
            format!(
                "{name}: all {limit} connections are in use, {most_of_one_address} of them by one address"
            ),
            "the log of the server names addresses that use too many; raise limits.connections if they are legitimate",
        );
    }
    if !lately {
        return Finding::ok(CHECK, format!("{name}: {open} of {limit}"));
    }
    Finding::warn(
        CHECK,
        format!(
            "{name}: connections were turned away in the last minutes ({refused} of addresses that had their share, \
             {full} times all were taken, {failures} times the system had none)"
        ),
        "the log of the server says which; list addresses that many people share in limits.shared_addresses",
    )
}

fn administrators(status: &Status) -> Finding {
    const CHECK: &str = "administrators";
    let counts = &status.counts;
    match (counts.administrators, counts.administrators_with_passkeys) {
        (0, _) => Finding::fail(
            CHECK,
            "only the operator of this machine administers the installation",
            "countersign person add --name NAME --email ADDRESS --group administrators --invite",
        ),
        (all, 0) => Finding::fail(
            CHECK,
            format!("none of {all} has a passkey, so none can sign in"),
            "countersign person invite ADDRESS",
        ),
        (_, 1) => Finding::warn(
            CHECK,
            "one can sign in; grants need a second person to approve them, and a lost passkey locks everybody out",
            "countersign person add --name NAME --email ADDRESS --group administrators --invite",
        ),
        (all, able) => Finding::ok(CHECK, format!("{able} of {all} can sign in")),
    }
}

/// If one host accepts sign-ins, that is enough.
fn independence(status: &Status) -> Option<Finding> {
    const CHECK: &str = "independence";
    if status.counts.administrators_with_passkeys < 2 {
        return None;
    }
    status.independent_approvers.map(|independent| match independent {
        true => Finding::ok(CHECK, "two who administer or approve are independent of each other"),
        false => Finding::warn(
            CHECK,
            "one person vouches for all who administer or approve, so none of them can countersign for another",
            "meet two of them, and confirm them at this machine: countersign person confirm ADDRESS --reason TEXT",
        ),
    })
}

async fn policies(client: &Client, now: Timestamp) -> Vec<Finding> {
    const CHECK: &str = "policies";
    let policies: Policies = match client.call(rows::policies::SHOW.to([])).await.and_then(read) {
        Ok(policies) => policies,
        Err(failure) => return vec![Finding::unanswered(CHECK, &failure)],
    };
    let mut findings = Vec::new();
    if let Some(problem) = &policies.problem {
        findings.push(Finding::fail(
            CHECK,
            format!("the latest published version is not in force: {problem}"),
            "repair it and publish again: countersign policy pull DIR, countersign policy check DIR, countersign policy publish DIR",
        ));
    } else if policies.policies.is_empty() {
        findings.push(Finding::fail(
            CHECK,
            "there is no policy in force, so everything is denied",
            "countersign policy publish DIR",
        ));
    } else {
        let published = policies
            .published_at
            .map_or_else(String::new, |at| format!(", published {}", span::relative(at, now)));
        findings.push(Finding::ok(CHECK, format!("{} in force{published}", policies.policies.len())));
    }
    let overdue: Vec<_> =
        policies.policies.iter().filter(|policy| policy.overdue).map(|policy| &policy.id).collect();
    findings.push(if overdue.is_empty() {
        Finding::ok("policy reviews", "none is overdue")
    } else {
        Finding::warn(
            "policy reviews",
            format!("overdue: {}", words::list(&overdue)),
            "ask their owners to review them and set a new @review date",
        )
    });
    for warning in &policies.warnings {
        let place =
            warning.line.map_or_else(|| warning.file.clone(), |line| format!("{}:{line}", warning.file));
        findings.push(Finding::warn(
            CHECK,
            format!("{place}: {}", warning.message),
            "review it: it may not do what its author meant",
        ));
    }
    findings
}

/// The control plane is an application too, but answers in the server's own process, so nothing is forwarded to it.
const OURSELVES: &str = "countersign";

async fn applications(client: &Client) -> Vec<Finding> {
    const CHECK: &str = "applications";
    let applications: Items<Application> =
        match client.all(rows::applications::LIST.to([])).await.and_then(read) {
            Ok(applications) => applications,
            Err(failure) => return vec![Finding::unanswered(CHECK, &failure)],
        };
    let mut findings = Vec::new();
    for application in &applications.items {
        if client.is_here() && application.name.as_str() != OURSELVES {
            findings.extend(upstream::probe(&application.declared.upstream).await.err().map(|problem| {
                Finding::fail(
                    CHECK,
                    format!("{}: {problem}", application.name),
                    "start the application, or declare its new upstream",
                )
            }));
        }
        if application.declared.stage == ApplicationStage::Observe {
            findings.push(Finding::warn(
                CHECK,
                format!("{} is in the stage observe: denials are not enforced", application.name),
                format!("countersign application stage {} enforce", application.name),
            ));
        }
    }
    if findings.is_empty() {
        let asked = if client.is_here() {
            "all answer"
        } else {
            "whether they answer can only be checked on the server's machine"
        };
        findings.push(Finding::ok(
            CHECK,
            format!("{}, {asked}", words::count(applications.items.len(), "application")),
        ));
    }
    let unlabelled: Vec<_> = applications.items.iter().flat_map(unlabelled).collect();
    findings.push(if unlabelled.is_empty() {
        Finding::ok("labels", "everything is labelled")
    } else {
        Finding::warn(
            "labels",
            format!("these have no label, and so count as restricted: {}", words::list(&unlabelled)),
            "countersign application label APP[/PART] LEVEL",
        )
    });
    findings
}

/// Returns what of an application has no label: all of it, or the parts that the application's label does not cover.
fn unlabelled(application: &Application) -> Vec<String> {
    if application.declared.sensitivity.is_some() {
        return Vec::new();
    }
    let parts = application.declared.resources.iter().filter(|part| {
        let given = application.labels.keys().any(|resource| resource.part() == part.part);
        part.sensitivity.is_none() && !given
    });
    // Without a label of its own, whatever no route names is unlabelled in any case.
    std::iter::once(application.name.to_string())
        .chain(parts.map(|part| format!("{}/{}", application.name, part.part)))
        .collect()
}

/// Returns one finding while all schedules go well; otherwise one for each that does not.
async fn schedules(client: &Client) -> Vec<Finding> {
    const CHECK: &str = "schedules";
    let schedules: Items<Schedule> = match client.all(rows::schedules::LIST.to([])).await.and_then(read) {
        Ok(schedules) => schedules,
        Err(failure) => return vec![Finding::unanswered(CHECK, &failure)],
    };
    let troubles = schedules.items.iter().filter_map(|schedule| {
        let remedy = schedule.remedy.as_deref().unwrap_or("read the log of the server");
        Some(Finding::warn(CHECK, schedule.trouble.as_deref()?, remedy))
    });
    let mut findings: Vec<Finding> = troubles.collect();
    if findings.is_empty() {
        let count = words::count(schedules.items.len(), "schedule");
        findings.push(Finding::ok(CHECK, format!("{count}, none late or failing")));
    }
    findings
}

/// Stopped projections show old data, and commands about them wait.
async fn projections(client: &Client) -> Finding {
    const CHECK: &str = "projections";
    let projections: Items<ProjectionStatus> =
        match client.all(rows::projections::LIST.to([])).await.and_then(read) {
            Ok(projections) => projections,
            Err(failure) => return Finding::unanswered(CHECK, &failure),
        };
    for ProjectionStatus { name, behind, trouble, .. } in &projections.items {
        if let Some(trouble) = trouble {
            let remedy = format!(
                "repair what the text names; if tables are damaged, `countersign projection rebuild {name}` builds them again"
            );
            return Finding::fail(CHECK, format!("{name} has stopped: {trouble}"), remedy);
        }
        if *behind >= FAR_BEHIND {
            let detail = format!("{name} is {behind} facts behind the journal");
            return Finding::warn(
                CHECK,
                detail,
                "wait until it is built; the log of the server shows the progress",
            );
        }
    }
    Finding::ok(
        CHECK,
        format!("{}, all in step with the journal", words::count(projections.items.len(), "projection")),
    )
}

async fn posture(client: &Client, now: Timestamp) -> Finding {
    const CHECK: &str = "posture";
    let devices: Items<Device> = match client.all(rows::devices::LIST.to([])).await.and_then(read) {
        Ok(devices) => devices,
        Err(failure) => return Finding::unanswered(CHECK, &failure),
    };
    let managed: Vec<_> = devices.items.iter().filter(|device| device.managed).collect();
    let dark = |device: &&&Device| device.collected_at.is_none_or(|at| now.since(at) > DARK);
    let silent: Vec<_> = managed.iter().filter(dark).map(|device| &device.name).collect();
    if silent.is_empty() {
        return Finding::ok(CHECK, words::count(managed.len(), "managed device") + ", none of them dark");
    }
    let remedy = "have them report, or remove the devices that are gone";
    let detail = format!(
        "{} of {} managed devices have not reported for a day: {}",
        silent.len(),
        managed.len(),
        words::list(&silent)
    );
    // One that is silent is a laptop in a drawer; all of them are a plane that went dark.
    if silent.len() == managed.len() {
        Finding::fail(CHECK, detail, remedy)
    } else {
        Finding::warn(CHECK, detail, remedy)
    }
}

/// A past start is never later than now, unless a clock is wrong.
async fn clock(client: &Client, now: Timestamp) -> Finding {
    const CHECK: &str = "clock";
    let sessions: Items<Session> = match client.all(rows::sessions::LIST.to([])).await.and_then(read) {
        Ok(sessions) => sessions,
        Err(failure) => return Finding::unanswered(CHECK, &failure),
    };
    let ahead = sessions.items.iter().map(|session| session.proved_at.since(now)).max().unwrap_or_default();
    if ahead > LEEWAY {
        Finding::fail(
            CHECK,
            format!(
                "a session was proved {} after now: a clock was set back, or two clocks disagree",
                span::show(ahead)
            ),
            "set the clocks with NTP, on this machine and on the server's",
        )
    } else {
        Finding::ok(CHECK, format!("{now}"))
    }
}
