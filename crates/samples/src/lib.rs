//! Three small applications of different sensitivity, so that a new installation has something to protect: a wiki
//! (internal), a payroll (confidential) and a vault (restricted).
//!
//! This room knows how to serve them on loopback and how each is declared to a gate. It must not know the gate, the
//! decision core or any other room: like every protected application, the samples are servers behind an address. They
//! share only two texts with the gate, the declaration format and a header's name, so a change to either must break
//! here as it would break a third party's application.
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

/// The running samples. They listen on loopback only, each on a port that the system chose. Dropping this stops them:
/// they accept no new connections, finish requests under way, and close live pages.
#[derive(Debug)]
pub struct Samples {
    /// The address of the wiki.
    pub wiki: SocketAddr,
    /// The address of the payroll.
    pub payroll: SocketAddr,
    /// The address of the vault.
    pub vault: SocketAddr,
    stop: CancellationToken,
}

impl Samples {
    /// Starts all three on the current tokio runtime.
    ///
    /// # Errors
    /// The system's error, if no loopback port is available.
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

    /// Returns the text of one application file for each of the three.
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
