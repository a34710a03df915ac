//! The verbs, a file for each thing that they are about.

pub(crate) mod access;
pub(crate) mod application;
pub(crate) mod decisions;
pub(crate) mod device;
pub(crate) mod doctor;
pub(crate) mod evidence;
pub(crate) mod group;
pub(crate) mod job;
pub(crate) mod journal;
pub(crate) mod key;
pub(crate) mod person;
pub(crate) mod plan;
pub(crate) mod policy;
pub(crate) mod proposal;
pub(crate) mod protect;
pub(crate) mod prove;
pub(crate) mod query;
pub(crate) mod reach;
pub(crate) mod replay;
pub(crate) mod rollback;
pub(crate) mod rollout;
pub(crate) mod service;
pub(crate) mod shadow;
pub(crate) mod status;
pub(crate) mod trust;
pub(crate) mod upkeep;
