//! Devices and their last posture reports.

use crate::World;
use crate::clock::StepBack;
use crate::contradiction::Contradiction;
use crate::maps::TrackedMap;
use countersign_facts::{DeviceFact, Digest, Posture, Stated};
use countersign_names::{CheckResult, DeviceId, PersonId, PostureCheck, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A device, as decisions read it. It is replaced as a whole whenever anything here changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The id.
    pub id: DeviceId,
    /// The record.
    pub about: countersign_facts::Device,
    /// When the checks of its last posture report were made.
    pub collected_at: Option<Timestamp>,
    /// The results of that report.
    pub checks: Arc<BTreeMap<PostureCheck, CheckResult>>,
}

/// Returns a digest of the results of a report, the same in every process and version: an observation of one posture must
/// never count for another, nor one from before time was set back for one after it. `set_back` is how often that
/// happened. No attacker chooses the input (each check has a fixed name and one of three results), so a fast digest
/// suffices (FNV-1a, 64 bits).
pub fn posture_digest(checks: &BTreeMap<PostureCheck, CheckResult>, set_back: usize) -> i64 {
    let result = |result: CheckResult| match result {
        CheckResult::Pass => "pass",
        CheckResult::Fail => "fail",
        CheckResult::Unknown => "unknown",
    };
    let texts = checks.iter().flat_map(|(check, found)| [check.as_str(), "=", result(*found), ";"]);
    let texts = texts.chain(std::iter::repeat_n("set back;", set_back));
    let digest = texts.flat_map(str::bytes).fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
        (digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    digest.cast_signed()
}

/// All devices.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Devices {
    #[serde(with = "crate::maps::pairs")]
    pub(crate) by_id: TrackedMap<DeviceId, Arc<Device>>,
    #[serde(with = "crate::maps::pairs")]
    pub(crate) by_key: TrackedMap<Digest, DeviceId>,
}

impl Devices {
    fn get(&self, device: DeviceId) -> Result<&Arc<Device>, Contradiction> {
        self.by_id.get(&device).ok_or_else(|| Contradiction::unknown("device", "device", device))
    }

    fn change(&mut self, device: DeviceId, change: impl FnOnce(&mut Device)) -> Result<(), Contradiction> {
        let mut next = Device::clone(self.get(device)?);
        change(&mut next);
        self.by_id.insert(device, Arc::new(next));
        Ok(())
    }

    fn claim(&mut self, device: DeviceId, key: Option<Digest>) -> Result<(), Contradiction> {
        if let Some(old) = self.by_id.get(&device).and_then(|known| known.about.key) {
            self.by_key.remove(&old);
        }
        let Some(key) = key else { return Ok(()) };
        match self.by_key.get(&key) {
            Some(other) => Err(Contradiction::taken(
                "key",
                format!("{other} already has this key: give each device a key of its own"),
            )),
            None => {
                self.by_key.insert(key, device);
                Ok(())
            }
        }
    }

    /// Makes each posture as old as it was at the held moment. Returns how many there are.
    pub(crate) fn step_back(&mut self, step: StepBack) -> usize {
        let reported: Vec<_> =
            self.by_id.values().filter_map(|d| d.collected_at.map(|at| (d.id, step.shifted(at)))).collect();
        for (device, collected_at) in &reported {
            // It was just listed, so it exists.
            let _known = self.change(*device, |known| known.collected_at = Some(*collected_at));
        }
        reported.len()
    }

    /// Removes the owner from a removed person's devices, which stay in the inventory.
    pub(crate) fn disown(&mut self, person: PersonId) {
        let theirs: Vec<_> =
            self.by_id.values().filter(|d| d.about.owner == Some(person)).map(|d| d.id).collect();
        for device in theirs {
            // It was just listed, so it exists.
            let _known = self.change(device, |known| known.about.owner = None);
        }
    }
}

/// Folds in facts about devices.
pub fn apply(world: &mut World, stated: &Stated, fact: &DeviceFact) -> Result<(), Contradiction> {
    match fact {
        DeviceFact::Registered { device, about } => {
            if world.devices.by_id.contains_key(device) {
                return Err(Contradiction::taken(
                    "device",
                    format!("the inventory already contains {device}"),
                ));
            }
            sound(world, about)?;
            world.devices.claim(*device, about.key)?;
            let registered =
                Device { id: *device, about: about.clone(), collected_at: None, checks: Arc::default() };
            world.devices.by_id.insert(*device, Arc::new(registered));
            Ok(())
        }
        DeviceFact::Changed { device, about } => {
            world.devices.get(*device)?;
            sound(world, about)?;
            world.devices.claim(*device, about.key)?;
            world.devices.change(*device, |known| known.about = about.clone())
        }
        DeviceFact::PostureReported { device, posture } => report(world, *device, posture, stated.at),
        DeviceFact::Removed { device } => {
            world.devices.get(*device)?;
            world.devices.claim(*device, None)?;
            world.devices.by_id.remove(device);
            Ok(())
        }
    }
}

fn sound(world: &World, about: &countersign_facts::Device) -> Result<(), Contradiction> {
    if about.name.trim().is_empty() {
        return Err(Contradiction::impossible("name", "the name of the device is empty: give it one"));
    }
    about.owner.map_or(Ok(()), |owner| world.people.get(owner).map(|_| ()))
}

/// Folds in a posture report. The newest counts. A report dated in the future would stay fresh too long, so it counts as
/// collected when it was stated; one older than the known report changes nothing.
fn report(
    world: &mut World,
    device: DeviceId,
    posture: &Posture,
    at: Timestamp,
) -> Result<(), Contradiction> {
    let collected_at = posture.collected_at.min(at);
    if world.devices.get(device)?.collected_at.is_some_and(|known| collected_at < known) {
        return Ok(());
    }
    world.devices.change(device, |known| {
        known.collected_at = Some(collected_at);
        if *known.checks != posture.checks {
            known.checks = Arc::new(posture.checks.clone());
        }
    })
}
