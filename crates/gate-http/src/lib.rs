//! The HTTP gate: HTTP/1.1, HTTP/2 and WebSocket sessions of protected applications.
//!
//! Every request is decided. What is decided is exactly what is forwarded: paths have one canonical form, framing that
//! two servers could read differently is refused, and no header reaches an application that could pass for the gate's
//! own word. What was admitted is watched for as long as it lasts, and cut off when its answer turns to no.
//!
//! This room knows HTTP; what is the same for every gate is the kit's (`countersign-gate`). It must not know policies, how a decision falls, how anybody signs in, or where anything is
//! stored.
//!
//! * [`Gate`] is made once and [serves](Gate::serve) any number of listeners.
//! * [`SignIn`] is what it asks of whoever knows about signing in.
//! * [`Gate::decide_for_proxy`] answers the gates of other people: nginx, Caddy, Traefik.

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

pub use assertion::{AssertionError, AssertionKey, LIFETIME as ASSERTION_LIFETIME};
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
pub use upstream::UpstreamError;

/// What reads a stranger's bytes within a gate, piece by piece. A gate is whole without naming any of it; these names
/// are for whoever tries the pieces by themselves, as `fuzz/` does.
pub mod readers {
    pub use crate::headers::{AcceptedHeaders, ForwardedHeaders, cleanse_request, cleanse_response};
    pub use crate::trailers::Trailing;
    pub use crate::wire::{BadBlock, BadHead, Block, Chunks, Follower, Framing, Progress, check_head};
}
