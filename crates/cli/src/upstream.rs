//! Checks from this machine whether an application answers at its upstream, for `doctor`; the server checks for everybody else.

use std::time::Duration;
use url::{Host, Url};

/// Time-out for connecting to an application.
const PATIENCE: Duration = Duration::from_secs(2);

/// The scheme, host and port of an upstream, which has more than one spelling.
pub(crate) fn origin(upstream: &str) -> Option<url::Origin> {
    Url::parse(upstream).ok().map(|url| url.origin())
}

/// Connects; returns the problem if it fails. It checks only that something listens: the answer concerns the gate.
pub(crate) async fn probe(upstream: &str) -> Result<(), String> {
    let url = Url::parse(upstream).map_err(|error| format!("{upstream} is not an address ({error})"))?;
    let port = url.port_or_known_default().unwrap_or(80);
    let connecting = async {
        match url.host() {
            Some(Host::Domain(name)) => tokio::net::TcpStream::connect((name, port)).await,
            Some(Host::Ipv4(ip)) => tokio::net::TcpStream::connect((ip, port)).await,
            Some(Host::Ipv6(ip)) => tokio::net::TcpStream::connect((ip, port)).await,
            None => Err(std::io::Error::other("it names no host")),
        }
    };
    match tokio::time::timeout(PATIENCE, connecting).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(format!("{upstream} does not answer ({error})")),
        Err(_) => {
            Err(format!("{upstream} does not answer (no connection within {} seconds)", PATIENCE.as_secs()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_upstream_in_two_spellings_is_one_upstream() {
        assert_eq!(origin("http://localhost"), origin("http://LOCALHOST:80/"));
        assert_ne!(origin("http://localhost"), origin("https://localhost"));
    }

    #[tokio::test]
    async fn who_listens_is_told_from_who_does_not() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        assert_eq!(probe(&address).await, Ok(()));
        drop(listener);
        assert!(probe(&address).await.unwrap_err().contains("does not answer"));
        assert!(probe("nonsense").await.unwrap_err().contains("not an address"));
    }
}
