//! The inputs that mutation begins with: the corpus that is checked in, and real files of the tree. What this build writes
//! itself (a checkpoint, an archive file) is written anew each time, because an old one would not be read any more.

use countersign_archive::ArchiveWriter;
use countersign_facts::Stated;
use countersign_journal::{Entry, Head};
use countersign_policy::defaults;
use countersign_world::World;
use std::path::{Path, PathBuf};

/// Returns the seeds of a target, in the same order on every machine.
///
/// # Panics
/// If a folder of seeds is missing, or a file cannot be read.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    // Only these two have no corpus: this build writes all of their seeds.
    let mut seeds = match target {
        "archive_file" | "checkpoint" => Vec::new(),
        _ => files(&room().join("corpus").join(target)),
    };
    match target {
        "archive_file" => seeds.extend([archive_file(1), archive_file(8)]),
        "checkpoint" => seeds.extend(journals().map(|journal| checkpoint(&journal))),
        "fact" => {
            seeds.extend(journals().flatten());
            seeds.extend(journals().map(|journal| journal.join(&0)));
        }
        "policy_file" => seeds.extend(policy_files()),
        _ => {}
    }
    seeds
}

fn room() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the contents of the files of a folder, by name.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("a folder of seeds exists");
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a folder can be listed").path()).collect();
    paths.sort_unstable();
    paths.iter().map(|path| std::fs::read(path).expect("a seed can be read")).collect()
}

/// Returns the golden journals, each as its payloads.
fn journals() -> impl Iterator<Item = Vec<Vec<u8>>> {
    let texts = files(&room().join("../facts/golden")).into_iter();
    texts.map(|text| {
        text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
    })
}

fn checkpoint(journal: &[Vec<u8>]) -> Vec<u8> {
    let mut world = World::empty();
    for payload in journal {
        let stated = Stated::from_bytes(payload).expect("a golden fact is a fact");
        world.apply(&stated).expect("a golden journal can be folded");
    }
    world.to_checkpoint().expect("a world can be written")
}

/// Returns a file of this many entries, as the product writes it.
fn archive_file(entries: usize) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut writer = ArchiveWriter::begin(folder.path(), Head::GENESIS).expect("a file can be begun");
    let mut head = Head::GENESIS;
    for payload in journals().flatten().take(entries) {
        let entry = Entry { seq: head.seq.next(), hash: head.hash_next(&payload), payload };
        head = entry.head();
        writer.push(entry).expect("the entry follows");
    }
    let written = writer.finish().expect("the file can be written");
    std::fs::read(written.path).expect("the file can be read")
}

/// Returns the shipped guardrails and tests, with the byte before them that says what they are.
fn policy_files() -> impl Iterator<Item = Vec<u8>> {
    defaults().into_iter().map(|(path, text)| {
        let place = if path.starts_with("tests/") { b"2" } else { b"0" };
        [place, text.as_bytes()].concat()
    })
}
