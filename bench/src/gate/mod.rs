//! The gate beside other proxies, over sockets.
//!
//! Every server is a process of its own on one processor, in front of one and the same upstream; load and upstream share
//! the other processor. What counts is the processor time of a server's processes (all of them, and those of the
//! endpoint that it asks), divided by the requests that it answered: that stays true on a busy machine, where throughput
//! and latencies do not.

pub mod company;
pub mod ground;
mod memory;
mod openidc;
pub mod peers;
pub mod process;
pub mod upstream;

use crate::load::{Done, Fleet, Target, Work, allow_many_connections};
use crate::run::{Bench, Comparison, Outcome, Sample, Turn, Unit, cpu_of};
use company::Size;
use ground::Ground;
use peers::Peer;
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;
use upstream::{ECHO, LARGE, SMALL};

const SMALL_GET: Work = Work::Get(SMALL.0, SMALL.1);
const LARGE_GET: Work = Work::Get(LARGE.0, LARGE.1);

/// The share of its own throughput at which a server's latency is looked at.
const HALF: f64 = 0.5;

const ONE_CORE: &str = "The server under test has one core to itself (`taskset`), load and upstream share the other; \
    64 or 1,000 keep-alive connections, HTTP/1.1. CPU/op: user and system time of all its processes. `core busy`: the \
    share of its core that it used; what is below 1 was limited by load and upstream, so its ops/s is not its most.";

/// Measure the gate.
///
/// # Errors
/// When the ground can not be laid. A server that can not be had is named in the tables instead.
pub fn measure(bench: &mut Bench) -> Outcome {
    if !["gate/small", "gate/many", "gate/stream", "gate/websocket", "gate/latency", "gate/memory"]
        .iter()
        .any(|id| bench.wants(id))
    {
        return Ok(());
    }
    allow_many_connections();
    let ground = Ground::lay()?;
    let size = if bench.quick() { Size::QUICK } else { Size::COMPANY };
    peers::introduce(bench);
    bench.say("gate: starting everybody");
    let (peers, absent) = everybody(&ground, size);
    let throughput = RefCell::new(HashMap::new());
    let direct =
        Target { address: ground.upstream, tls: None, host: company::WIKI.to_owned(), cookies: Vec::new() };
    let work =
        |id: &'static str, title: &str, work: Work, connections: usize, seconds: [u64; 2], names: &[&str]| {
            let mut comparison = Comparison::new(id, title).baseline("nginx");
            if id == "gate/small" {
                comparison = comparison.note(ONE_CORE);
            }
            for peer in peers.iter().filter(|peer| names.is_empty() || names.contains(&peer.name)).cloned() {
                let (ground, throughput) = (&ground, &throughput);
                comparison.contender(peer.name, move |turn| {
                    let time = slice(turn, seconds);
                    let sample = busy(ground, &peer, work, connections, time)?;
                    if work == SMALL_GET && connections == 64 {
                        throughput.borrow_mut().insert(peer.name, rate_of(&sample));
                    }
                    Ok(sample)
                });
            }
            for (name, why) in &absent {
                comparison.absent(*name, why.clone());
            }
            comparison
        };
    let mut comparisons = vec![
        work("gate/small", "GET of 1 KB, 64 connections", SMALL_GET, 64, [5, 1], &[]),
        work("gate/many", "GET of 1 KB, 1,000 connections", SMALL_GET, 1_000, [4, 1], &[]),
        work("gate/stream", "GET of 1 MiB, 64 connections", LARGE_GET, 64, [3, 1], &[]),
        work(
            "gate/websocket",
            "WebSocket echo of 64 bytes, 64 connections",
            Work::Echo(ECHO),
            64,
            [3, 1],
            WEBSOCKETS,
        ),
    ];
    let mut latency = Comparison::new("gate/latency", "Latency of a GET of 1 KB at half of its own throughput")
        .note("Requests are begun at a fixed rate, and counted from when they were due. `direct` is the upstream without \
               anything before it, at the same rate, in the same turn; `added` is the difference.");
    for peer in peers.iter().filter(|peer| LATENCIES.contains(&peer.name)).cloned() {
        let (ground, throughput, direct) = (&ground, &throughput, direct.clone());
        latency.contender(peer.name, move |turn| {
            let known = throughput.borrow().get(peer.name).copied();
            let most = match known {
                Some(known) => known,
                None => rate_of(&busy(ground, &peer, SMALL_GET, 64, Duration::from_secs(1))?),
            };
            half_load(ground, &peer, direct.clone(), most * HALF, slice(turn, [3, 1]))
        });
    }
    comparisons.push(latency);
    if bench.wants("gate/memory") {
        comparisons.push(memory::comparison(&ground, size));
    }
    bench.compare(comparisons);
    Ok(())
}

/// Those whose WebSockets are looked at: TLS costs the same on all.
const WEBSOCKETS: &[&str] = &[
    "countersign",
    "countersign, no decision",
    "nginx",
    "nginx auth_request",
    "haproxy",
    "Caddy forward_auth",
];

const LATENCIES: &[&str] =
    &["countersign", "countersign, TLS", "countersign, no decision", "nginx", "nginx auth_request"];

/// Everybody who can be had, and who can not, with why.
fn everybody(ground: &Ground, size: Size) -> (Vec<Peer>, Vec<(&'static str, String)>) {
    let (mut peers, mut absent) = (Vec::new(), Vec::new());
    let mut take = |name: &'static str, started: Outcome<Vec<Peer>>| match started {
        Ok(started) => peers.extend(started),
        Err(error) => absent.push((name, error.to_string())),
    };
    take("countersign", peers::ours(ground, size, "ours").map(Vec::from));
    take("countersign, no decision", peers::floor(ground).map(Vec::from));
    take("nginx", peers::nginx(ground, "nginx").map(Vec::from));
    take("haproxy", peers::haproxy(ground).map(|peer| vec![peer]));
    match peers::endpoint(ground) {
        Ok(endpoint) => {
            take("nginx auth_request", peers::auth_request(ground, &endpoint).map(|peer| vec![peer]));
            take("Caddy forward_auth", peers::caddy(ground, &endpoint).map(|peer| vec![peer]));
        }
        Err(error) => {
            take("nginx auth_request and Caddy forward_auth", Err(error));
        }
    }
    take("Apache mod_auth_openidc", openidc::openidc(ground).map(|peer| vec![peer]));
    let nowhere = "Debian, npm and PyPI do not have it; Apache mod_auth_openidc, which checks a session alike, stands in";
    absent.push(("oauth2-proxy", nowhere.to_owned()));
    (peers, absent)
}

/// How long a slice is: the first round only warms up.
const fn slice(turn: Turn, [full, quick]: [u64; 2]) -> Duration {
    Duration::from_secs(if turn.quick || turn.round == 0 { quick } else { full })
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few seconds fit a double")]
fn rate_of(sample: &Sample) -> f64 {
    sample.operations as f64 / sample.wall_seconds
}

/// As many connections as are said, as fast as they go.
fn busy(ground: &Ground, peer: &Peer, work: Work, connections: usize, time: Duration) -> Outcome<Sample> {
    let fleet = ground.core.run(Fleet::open(peer.target.clone(), work, connections))??;
    let tree = peer.tree();
    let before = cpu_of(&tree);
    let (_open, done) = ground.core.run(fleet.saturate(time))??;
    let cpu = cpu_of(&tree) - before;
    let mut sample = sample(cpu, &done);
    let wall = sample.wall_seconds;
    sample.also("core busy", Unit::Number, cpu / wall);
    Ok(sample)
}

fn sample(cpu: f64, done: &Done) -> Sample {
    let mut sample = Sample::new(cpu, done.wall.as_secs_f64(), done.operations);
    *sample.latency("") = done.latencies.clone();
    sample
}

/// At a given rate, first straight to the upstream and then through the server.
#[expect(clippy::cast_precision_loss, reason = "nanoseconds of a request fit a double")]
fn half_load(ground: &Ground, peer: &Peer, direct: Target, rate: f64, time: Duration) -> Outcome<Sample> {
    let paced = |target: Target| -> Outcome<Done> {
        let fleet = ground.core.run(Fleet::open(target, SMALL_GET, 64))??;
        let (fleet, _) = ground.core.run(fleet.at_a_rate(rate, time / 4))??;
        Ok(ground.core.run(fleet.at_a_rate(rate, time))??.1)
    };
    let straight = paced(direct)?;
    let tree = peer.tree();
    let before = cpu_of(&tree);
    let through = paced(peer.target.clone())?;
    let mut sample = sample(cpu_of(&tree) - before, &through);
    // The processor time of the slice before the measured one is in it too, so it says nothing of a request.
    sample.operations = 0;
    let at = |done: &Done, quantile| done.latencies.value_at_quantile(quantile) as f64 / 1e9;
    sample.also("direct p99", Unit::Seconds, at(&straight, 0.99));
    sample.also("added p50", Unit::Seconds, at(&through, 0.5) - at(&straight, 0.5));
    sample.also("added p99", Unit::Seconds, at(&through, 0.99) - at(&straight, 0.99));
    sample.also("rate", Unit::PerSecond, rate);
    Ok(sample)
}
