//! Maps the evidence to events of OCSF 1.8.0 (the Open Cybersecurity Schema Framework), for systems that collect the
//! events of many products: <https://schema.ocsf.io/1.8.0>.
//!
//! A decision is one event. [`decision()`] is the only function that selects its class: an HTTP method at an
//! application is *HTTP Activity*, everything else (AuthZEN, the control plane itself) is *API Activity*. The types are
//! public, so that other modules can export other events (sign-ins, grants) in the same form. `docs/ocsf.md` has the
//! mapping as a table.
//!
//! The types are our own, and hold only what we can fill. Existing crates either lag behind the schema or drop unknown
//! attributes. Tests validate every event against the published schema.

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
