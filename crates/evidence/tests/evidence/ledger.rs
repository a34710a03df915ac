//! Anchors for the kill tests: a file of lines, each durable before it counts.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use countersign_evidence::{Anchors, KnownFile, NotAnchored, SealedFile};
use countersign_names::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;

#[derive(Debug)]
pub struct Ledger(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    file: File,
    files: BTreeMap<String, KnownFile>,
    replacements: usize,
}

fn written(file: &SealedFile) -> Value {
    json!([
        file.path,
        hex::encode(file.digest),
        file.bytes,
        file.rows,
        file.first.as_micros(),
        file.last.as_micros(),
        file.tally,
    ])
}

fn read(value: &Value) -> SealedFile {
    let mut digest = [0; 32];
    hex::decode_to_slice(value[1].as_str().unwrap(), &mut digest).unwrap();
    let moment = |at: usize| Timestamp::from_micros(value[at].as_i64().unwrap());
    SealedFile {
        path: value[0].as_str().unwrap().to_owned(),
        digest,
        bytes: value[2].as_u64().unwrap(),
        rows: value[3].as_u64().unwrap(),
        first: moment(4),
        last: moment(5),
        tally: serde_json::from_value(value[6].clone()).unwrap(),
    }
}

impl Ledger {
    pub fn open(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        // A line that was cut was never acknowledged.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        file.set_len(whole as u64).unwrap();
        let mut inner = Inner { file, files: BTreeMap::new(), replacements: 0 };
        for line in text[..whole].lines() {
            inner.fold(&serde_json::from_str(line).unwrap());
        }
        Self(Mutex::new(inner))
    }

    /// Returns how many compactions were anchored.
    pub fn replacements(&self) -> usize {
        self.0.lock().unwrap().replacements
    }
}

impl Inner {
    fn fold(&mut self, line: &Value) {
        for path in line["replaced"].as_array().into_iter().flatten() {
            self.files.remove(path.as_str().unwrap()).unwrap();
        }
        self.replacements += usize::from(line["replaced"].is_array());
        for file in line["files"].as_array().unwrap() {
            let file = read(file);
            let before = self.files.get(&file.path).map(|known| known.file.digest);
            let before = before.filter(|digest| *digest != file.digest);
            self.files.insert(file.path.clone(), KnownFile { file, late: false, before });
        }
    }

    fn say(&mut self, line: &Value) {
        self.file.write_all(format!("{line}\n").as_bytes()).unwrap();
        self.file.sync_data().unwrap();
        self.fold(line);
    }
}

impl Anchors for Ledger {
    fn anchor(&self, files: &[SealedFile]) -> Result<(), NotAnchored> {
        let files: Vec<Value> = files.iter().map(written).collect();
        self.0.lock().unwrap().say(&json!({ "files": files }));
        Ok(())
    }

    fn replace(&self, file: &SealedFile, replaced: &[String]) -> Result<(), NotAnchored> {
        self.0.lock().unwrap().say(&json!({ "files": [written(file)], "replaced": replaced }));
        Ok(())
    }

    fn expire(&self, _: Timestamp, _: &[SealedFile]) -> Result<(), NotAnchored> {
        panic!("nothing expires here")
    }

    fn known(&self, partition: &str) -> Option<Vec<KnownFile>> {
        let within = format!("{partition}/");
        let inner = self.0.lock().unwrap();
        Some(inner.files.values().filter(|known| known.file.path.starts_with(&within)).cloned().collect())
    }

    fn partitions(&self) -> Vec<String> {
        let inner = self.0.lock().unwrap();
        let partitions = inner.files.keys().filter_map(|path| path.split_once('/'));
        partitions.map(|(partition, _)| partition.to_owned()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn gone_before(&self) -> Option<Timestamp> {
        None
    }
}
