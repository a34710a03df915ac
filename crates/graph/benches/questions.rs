//! What a graph of two million edges costs: 100,000 accounts, 20,000 groups nested up to six deep, 10,000 resources.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark stops at the first surprise, and says what it measures"
)]

use countersign_graph::{
    AccessGraph, GraphBuilder, ListPart, NodeIndex, NodeNumber, TierZeroRules, Traversal,
};
use countersign_sources::{
    AccountRecord, EdgeBody, GroupRecord, NodeBody, NodeKind, PrivilegeLevel, Relation, ResourceRecord,
    SourceKey, SourceNode,
};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

const ACCOUNTS: u32 = 100_000;
const GROUPS: u32 = 20_000;
const RESOURCES: u32 = 10_000;
const DEPTH: u32 = 6;

/// A sequence that looks random and is the same each time.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(limit)).unwrap()
    }
}

fn built() -> AccessGraph {
    let mut builder = GraphBuilder::default();
    let source = builder.source("corp").unwrap();
    let mut nodes = |letter: char, count: u32, body: &dyn Fn(u32) -> NodeBody| -> Vec<NodeNumber> {
        let described = (0..count).map(|number| {
            let key = SourceKey::new(&format!("{letter}{number:06}")).unwrap();
            let node = SourceNode { key, name: format!("The {letter} number {number}"), body: body(number) };
            builder.describe(source, &node).unwrap()
        });
        described.collect()
    };
    let accounts = nodes('a', ACCOUNTS, &|_| NodeBody::Account(AccountRecord::default()));
    let groups = nodes('g', GROUPS, &|number| {
        NodeBody::Group(GroupRecord { privileged: Some(number < 3), ..GroupRecord::default() })
    });
    let resources = nodes('x', RESOURCES, &|_| NodeBody::Resource(ResourceRecord::default()));
    let mut sequence = Sequence(7);
    let mut any = |nodes: &[NodeNumber]| nodes[sequence.below(u32::try_from(nodes.len()).unwrap()) as usize];
    let member = EdgeBody::default();
    for account in &accounts {
        for _ in 0..17 {
            builder.connect((*account, Relation::MemberOf, any(&groups)), &member).unwrap();
        }
    }
    let layer = groups.len() / DEPTH as usize;
    for (place, group) in groups.iter().enumerate() {
        let above = (place / layer + 1) * layer;
        for _ in 0..2 {
            if let Some(parents) =
                groups.get(above..(above + layer).min(groups.len())).filter(|some| !some.is_empty())
            {
                builder.connect((*group, Relation::MemberOf, any(parents)), &member).unwrap();
            }
        }
    }
    let levels = [PrivilegeLevel::Read, PrivilegeLevel::Write, PrivilegeLevel::Administer];
    for (place, group) in groups.iter().enumerate() {
        for right in 0..10 {
            let granted_by = Some(format!("policy {}", place % 1_000));
            let level = Some(levels[right % 3]);
            let said = EdgeBody { level, granted_by, conditional: place % 7 == 0, ..EdgeBody::default() };
            builder.connect((*group, Relation::May, any(&resources)), &said).unwrap();
        }
    }
    // Help desks control accounts, and a few accounts control others.
    for place in 0..60_000 {
        let from = if place % 20 == 0 { any(&accounts) } else { any(&groups[..200]) };
        builder.connect((from, Relation::Controls, any(&accounts)), &member).unwrap();
    }
    builder.build().unwrap()
}

fn questions(c: &mut Criterion) {
    let graph = built();
    println!(
        "{} nodes, {} edges, {:.1} MiB: {:.1} bytes an edge and direction",
        graph.nodes().count(),
        graph.edge_count(),
        graph.bytes() as f64 / f64::from(1 << 20),
        graph.bytes() as f64 / graph.edge_count() as f64 / 2.0
    );
    let find = |key: &str| graph.find("corp", key).unwrap();
    let (account, resource) = (find("a077777"), find("x000077"));
    let part = ListPart::first(100);
    let total = |list: usize| list + part.limit;
    println!("what_can finds {} resources", total(graph.what_can(account, part).left));
    println!("who_can finds {} accounts", total(graph.who_can(resource, None, part).left));
    println!("reach_of_compromise finds {} nodes", total(graph.reach_of_compromise(account, part).left));
    let rules = TierZeroRules::default();
    let tier_zero = graph.tier_zero(&rules).unwrap();
    println!("tier zero is exposed to {:?}", tier_zero.exposure());
    // The account for which the most is looked at: the farthest from tier zero of those that can come to control it.
    let controllers = tier_zero.controllers(ListPart::first(usize::MAX)).items;
    let is_account = |node: NodeIndex| graph.node(node).unwrap().kind == Some(NodeKind::Account);
    let far =
        controllers.iter().rev().map(|controller| controller.node).find(|node| is_account(*node)).unwrap();
    println!("of the farthest account it finds {} nodes", total(graph.reach_of_compromise(far, part).left));
    let length = |from, to, traversal| graph.path(from, to, traversal).map(|steps| steps.len());
    println!("a path of reach has {:?} steps", length(account, resource, Traversal::Reach));
    let to_tier_zero = tier_zero.path(&graph, far).unwrap().last().unwrap().to;
    println!("the path of control has {:?} steps", length(far, to_tier_zero, Traversal::Control));

    let mut questions = c.benchmark_group("graph");
    questions.sample_size(10);
    questions.bench_function("build", |b| b.iter(built));
    questions.bench_function("what_can", |b| b.iter(|| graph.what_can(black_box(account), part)));
    questions.bench_function("who_can", |b| b.iter(|| graph.who_can(black_box(resource), None, part)));
    // As the control plane answers: all that is found, and the ways of the first hundred.
    questions.bench_function("who can, with ways", |b| {
        b.iter(|| {
            let found = graph.accounts_reaching(black_box(resource), None);
            found.all().iter().take(100).map(|reaching| found.way(reaching.account).len()).sum::<usize>()
        });
    });
    questions.bench_function("what can, with ways", |b| {
        b.iter(|| {
            let found = graph.nodes_reached(black_box(account));
            found.all().iter().take(100).map(|reached| found.way(reached.node).len()).sum::<usize>()
        });
    });
    questions.bench_function("compromise, with ways and rights", |b| {
        b.iter(|| {
            let found = graph.controlled_by(black_box(far));
            let ways = found.all().iter().take(100).map(|controlled| found.way(controlled.node).len());
            (ways.sum::<usize>(), found.rights())
        });
    });
    questions.bench_function("a node by its name", |b| {
        b.iter(|| graph.named("corp", black_box("the A number 77777"), part).items.len());
    });
    questions.bench_function("path of reach", |b| {
        b.iter(|| graph.path(black_box(account), resource, Traversal::Reach));
    });
    questions.bench_function("path of control", |b| {
        b.iter(|| graph.path(black_box(far), to_tier_zero, Traversal::Control));
    });
    questions.bench_function("no path", |b| {
        b.iter(|| graph.path(black_box(resource), account, Traversal::Control))
    });
    questions.bench_function("reach_of_compromise", |b| {
        b.iter(|| graph.reach_of_compromise(black_box(far), part));
    });
    questions.bench_function("exposure", |b| b.iter(|| graph.exposure(black_box(resource))));
    questions.bench_function("tier_zero", |b| b.iter(|| graph.tier_zero(black_box(&rules)).unwrap()));
    questions.bench_function("path to tier zero", |b| b.iter(|| tier_zero.path(&graph, black_box(far))));
    questions.finish();
}

criterion_group!(benches, questions);
criterion_main!(benches);
