//! The background work of a process. Each part continues from what is on record, so each restarts after a failure.

use crate::archives::ProcessArchives;
use crate::checkpoints::CheckpointFolder;
use crate::components::{ComponentSet, StopPhase};
use crate::remembered::{BucketCheck, BucketHead, Remembered};
use crate::schedules::ProcessSchedules;
use crate::{signing, upkeep};
use countersign_control::Control;
use countersign_copies::Copies;
use countersign_gate_http::Gate;
use countersign_lake::Lake;
use countersign_ledger::{Ledger, Settled};
use countersign_openid_provider::{LogoutPace, OpenIdProvider};
use countersign_projections::Projections;
use std::path::PathBuf;
use std::sync::Arc;

/// The dependencies of the parts.
pub struct Background {
    pub ledger: Ledger,
    /// The path of the key with which the gate signs assertions.
    pub key_file: PathBuf,
    pub gate: Arc<Gate>,
    pub lake: Lake,
    /// Prevents a clock that jumps ahead from expiring records.
    pub settled: Settled,
    pub archives: ProcessArchives,
    pub checkpoints: Arc<CheckpointFolder>,
    pub remembered: Arc<Remembered>,
    /// The head in the bucket, and the result of its check at the start.
    pub bucket_head: Option<(BucketHead, BucketCheck)>,
    pub copies: Option<Copies>,
    pub projections: Projections,
    pub control: Control,
    /// The OpenID provider, in a process with the control plane.
    pub openid: Option<Arc<OpenIdProvider>>,
    pub schedules: ProcessSchedules,
}

impl Background {
    /// Starts all parts.
    pub fn start(self, components: &ComponentSet) {
        let Self { ledger, key_file, gate, lake, settled, archives, checkpoints, .. } = self;
        let of = ledger.clone();
        components.keep_until_stopped("assertion key", StopPhase::Work, move || {
            signing::watch_over(key_file.clone(), of.clone(), gate.clone())
        });
        let (control, control_for_jobs, tended) = (self.control.clone(), self.control.clone(), self.control);
        components.keep_until_stopped("rollouts", StopPhase::Work, move || control.rollout_watch().keep());
        let jobs = control_for_jobs;
        components.keep_until_stopped("jobs", StopPhase::Work, move || jobs.clone().tend_jobs());
        components.keep_until_stopped("inventory", StopPhase::Work, move || tended.clone().tend_inventory());
        let (of, tended) = (ledger.clone(), lake.clone());
        components.keep("evidence upkeep", StopPhase::Work, move |stop| {
            upkeep::look_after(tended.clone(), of.clone(), settled, stop)
        });
        if let Some(openid) = self.openid {
            let of = ledger.clone();
            components.keep("back-channel logout", StopPhase::Work, move |stop| {
                openid.clone().tell_clients(of.moved(), LogoutPace::default(), stop)
            });
        }
        let schedules = self.schedules;
        components.keep("schedules", StopPhase::Work, move |stop| schedules.clone().keep(stop));
        let of = ledger.clone();
        components
            .keep("checkpoints", StopPhase::Work, move |stop| checkpoints.clone().keep(of.clone(), stop));
        let projections = self.projections;
        components.keep("projections", StopPhase::Work, move |stop| projections.clone().follow(stop));
        let of = ledger.clone();
        components.keep("archive files", StopPhase::Evidence, move |stop| {
            archives.clone().follow(of.clone(), stop)
        });
        if let Some(copies) = self.copies {
            components
                .keep("copies", StopPhase::Evidence, move |stop| copies.clone().keep(lake.clone(), stop));
        }
        if let Some((bucket_head, check)) = self.bucket_head {
            let (of, mut check) = (ledger.clone(), Some(check));
            components.keep("head in the bucket", StopPhase::Evidence, move |stop| {
                // After a failure the bucket is checked again before anything is uploaded.
                let check =
                    check.take().unwrap_or_else(|| BucketCheck::Away("the upload failed before".to_owned()));
                bucket_head.clone().keep(of.clone(), check, stop)
            });
        }
        let remembered = self.remembered;
        components.keep("remembered head", StopPhase::Evidence, move |stop| {
            remembered.clone().keep(ledger.clone(), stop)
        });
    }
}
