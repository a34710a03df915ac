//! The evidence in the words of OCSF 1.8.0 (the Open Cybersecurity Schema Framework), for whoever collects the events
//! of many products: <https://schema.ocsf.io/1.8.0>.
//!
//! A decision is one event, and [`decision`] is the one place that says which: an HTTP method asked for at an
//! application is *HTTP Activity*, everything else (AuthZEN, the control plane itself) is *API Activity*. The structures
//! are public, so that whoever knows other things that happened (sign-ins, grants) says them in the same words.
//! `docs/ocsf.md` has the mapping as a table.
//!
//! They are our own, and hold only what we can fill. The crates there are either lag behind the schema or drop what they
//! do not know; that what is written here is OCSF is held by tests, which have the published schema judge every event.

mod codes;
mod decision;
mod event;
mod objects;

pub use codes::{
    ActionTaken, Activity, AuthFactorType, AuthProtocol, Category, Class, DeviceType, Disposition, Risk,
    Severity, Status, UserType,
};
pub use decision::{Names, PrincipalName, Source, Unmapped, decision};
pub use event::{Event, SCHEMA_VERSION, millis};
pub use objects::{
    Actor, Api, ApiResponse, AuthFactor, Authorization, Device, Endpoint, HttpRequest, HttpResponse,
    Metadata, Policy, Product, ResourceDetails, Service, Session, Traffic, Url, User,
};
