//! The HTTP gate: HTTP/1.1, HTTP/2 and WebSocket sessions of protected applications.
//!
//! Every request is decided. The gate forwards exactly what it decided on: paths have one canonical form, framing that
//! two servers could read differently is refused, and no client header reaches an application that could pass for the
//! gate's own. The gate watches an admitted exchange for as long as it lasts, and cuts it off when the access is
//! revoked.
//!
//! This room knows HTTP; the kit (`countersign-gate`) has what is the same for every gate. It must not know policies,
//! how a decision is made, how users sign in, or where anything is stored.
//!
//! * [`Gate`] is created once and [serves](Gate::serve) any number of listeners.
//! * [`SignIn`] is the interface that the gate needs for signing in.
//! * [`Gate::decide_for_proxy`] answers third-party gates: nginx, Caddy, Traefik.

mod activity;
mod assertion;
mod body;
mod config;
mod forward_auth;
mod framing;
mod gate;
mod headers;
mod heard;
mod host;
mod listener;
mod method;
mod one_piece;
mod pages;
mod routes;
mod sign_in;
mod stream;
mod target;
mod trailers;
mod tunnel;
mod upgrade;
mod upstream;
mod window;
mod wire;

pub use assertion::{Asserter, AssertionError, AssertionKey, LIFETIME as ASSERTION_LIFETIME};
pub use body::{Answer, BodyError};
pub use config::{GateConfig, Limits, Times, UpstreamRoots};
pub use countersign_gate::{ClientCertificates, Peer, Tls, TlsError, TrustedProxies};
pub use forward_auth::{Dialect, ForeignProxy};
pub use gate::{Gate, GateError, LocalHost, SPAN_TARGET, Traces};
pub use headers::{COOKIE_PREFIX, DECISION};
pub use listener::LocalListener;
pub use routes::{RouteTable, Routed};
pub use sign_in::{Later, Redirect, SignIn, SignInFailed};
pub use target::Target;
pub use upstream::{UpstreamError, client_config};

/// The parsers of untrusted bytes in this crate, exposed for fuzzing (`fuzz/`). Using a gate needs none of these names.
pub mod readers {
    pub use crate::headers::{AcceptedHeaders, ForwardedHeaders, cleanse_request, cleanse_response};
    pub use crate::trailers::Trailing;
    pub use crate::wire::{BadBlock, BadHead, Block, Chunks, Follower, Framing, Progress, check_head};
}
