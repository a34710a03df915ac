//! Three small applications of different sensitivity, so that a new installation has something worth protecting:
//! a wiki (internal), a payroll (confidential) and a vault (restricted).
//!
//! This room knows how to serve them on loopback and how each would be declared to a gate. It must not know
//! the gate, the decision core or any other room: the samples are to it what any application is, a server
//! behind an address. All they share with the gate are two texts, the declaration format and a header's name,
//! and a change to either must be felt here as it would be felt by a stranger.
//!
//! Nothing in them is secret: every name, salary and credential is invented.

mod asking;
mod declaration;
mod page;
mod payroll;
mod vault;
mod wiki;

pub use declaration::Declaration;

use axum::Router;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The running samples. They listen on loopback only, each on a port that the system chose, and stop when this
/// is dropped: no new connection is taken, requests under way finish, and live pages are closed.
#[derive(Debug)]
pub struct Samples {
    /// Where the wiki listens.
    pub wiki: SocketAddr,
    /// Where the payroll listens.
    pub payroll: SocketAddr,
    /// Where the vault listens.
    pub vault: SocketAddr,
    stop: CancellationToken,
}

impl Samples {
    /// Starts all three on the current tokio runtime.
    ///
    /// # Errors
    /// The system's, if a loopback port cannot be had.
    pub async fn start() -> std::io::Result<Self> {
        let stop = CancellationToken::new();
        // Dropped on an early return, so that a sample that did start does not outlive a failure.
        let guard = stop.clone().drop_guard();
        let wiki = serve(wiki::router(stop.clone()), &stop).await?;
        let payroll = serve(payroll::router(), &stop).await?;
        let vault = serve(vault::router(), &stop).await?;
        guard.disarm();
        Ok(Self { wiki, payroll, vault, stop })
    }

    /// How the three would be declared to a gate: the text of one application file each.
    pub fn declarations(&self) -> [Declaration; 3] {
        [declaration::wiki(self.wiki), declaration::payroll(self.payroll), declaration::vault(self.vault)]
    }
}

impl Drop for Samples {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn serve(router: Router, stop: &CancellationToken) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let stopped = stop.clone().cancelled_owned();
    tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(stopped).await });
    Ok(address)
}
