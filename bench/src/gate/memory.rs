//! Memory: of a gate that nobody uses, and of each connection that is open and quiet.

use super::company::Size;
use super::ground::Ground;
use super::peers::{self, Peer};
use super::process::memory_of;
use super::{SMALL_GET, busy};
use crate::load::Fleet;
use crate::run::{Comparison, Outcome, Sample, Unit};
use std::time::Duration;

/// Connections that are open and quiet.
const QUIET: usize = 2_000;

/// How long a server is given to come to rest.
const REST: Duration = Duration::from_millis(500);

/// The comparison. Each turn is a new process, so that nothing that was measured before is held in it.
pub fn comparison(ground: &Ground, size: Size) -> Comparison<'_> {
    let mut comparison = Comparison::new("gate/memory", "Resident memory: idle, and for each of 2,000 quiet connections")
        .cold()
        .note(
            "`idle`: after the start, before the first request, with the whole company in the world. A connection has \
             made one request and waits; before they were opened, 64 others were busy for a second.",
        );
    comparison.contender("countersign", move |_| {
        turn_of(ground, "memory", |name| one(peers::ours(ground, size, name)?, 0))
    });
    comparison.contender("countersign, TLS", move |_| {
        turn_of(ground, "memory", |name| one(peers::ours(ground, size, name)?, 1))
    });
    comparison.contender("nginx", move |_| {
        turn_of(ground, "memory-nginx", |name| one(peers::nginx(ground, name)?, 0))
    });
    comparison.contender("nginx, TLS", move |_| {
        turn_of(ground, "memory-nginx", |name| one(peers::nginx(ground, name)?, 1))
    });
    comparison
}

fn one(peers: [Peer; 2], which: usize) -> Outcome<Peer> {
    peers.into_iter().nth(which).ok_or_else(|| "there are two".into())
}

fn turn_of(ground: &Ground, name: &str, start: impl Fn(&str) -> Outcome<Peer>) -> Outcome<Sample> {
    let peer = start(name)?;
    let tree = peer.tree();
    std::thread::sleep(REST);
    let idle = memory_of(&tree);
    busy(ground, &peer, SMALL_GET, 64, Duration::from_secs(1))?;
    std::thread::sleep(REST);
    let before = memory_of(&tree);
    let fleet = ground.core.run(Fleet::open(peer.target.clone(), SMALL_GET, QUIET))??;
    std::thread::sleep(REST);
    let after = memory_of(&tree);
    drop(fleet);
    let mut sample = Sample::new(0.0, 0.0, 0);
    sample.also("idle", Unit::Bytes, idle);
    sample.also("after a second of load", Unit::Bytes, before);
    sample.also("bytes/connection", Unit::Bytes, (after - before) / 2_000.0);
    Ok(sample)
}
