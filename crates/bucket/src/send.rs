//! One request over one connection.
//!
//! Connections are not kept: a few files an hour are not worth finding out that a kept one has gone stale.

use crate::address::Address;
use crate::error::BucketError;
use crate::upload::{FileFault, Upload};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_util::task::AbortOnDropHandle;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// An answer, of which the head is there, and the connection that it comes on.
pub(crate) struct Answer {
    pub(crate) response: Response<Incoming>,
    _connection: AbortOnDropHandle<()>,
}

/// Sends a request and waits for the answer to begin.
pub(crate) async fn send(
    about: &Address,
    tls: &TlsConnector,
    request: Request<Upload>,
) -> Result<Answer, BucketError> {
    let unreachable =
        |error: &io::Error| BucketError::Unreachable { origin: about.origin(), why: error.to_string() };
    let connected = tokio::time::timeout(CONNECT, connect(about, tls)).await;
    let late = || BucketError::Late { origin: about.origin() };
    let stream = connected.map_err(|_| late())?.map_err(|error| unreachable(&error))?;
    let broken = |error: hyper::Error| sent(about, &error);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let connection = tokio::spawn(async move {
        // What is wrong with it is told to whoever waits for the answer.
        let _ = connection.await;
    });
    let connection = AbortOnDropHandle::new(connection);
    let response = sender.send_request(request).await.map_err(broken)?;
    Ok(Answer { response, _connection: connection })
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

async fn connect(about: &Address, tls: &TlsConnector) -> io::Result<Box<dyn Stream>> {
    let host = about.host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((host, about.port)).await?;
    stream.set_nodelay(true)?;
    if !about.tls {
        return Ok(Box::new(stream));
    }
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    Ok(Box::new(tls.connect(name, stream).await?))
}

/// What became of a request that has no answer.
pub(crate) fn sent(about: &Address, error: &hyper::Error) -> BucketError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(current) = cause {
        if let Some(error) = current.downcast_ref::<io::Error>() {
            return match error.get_ref().and_then(|inner| inner.downcast_ref::<FileFault>()) {
                Some(FileFault::Differs) => BucketError::Differs,
                Some(fault @ FileFault::Disk(_)) => BucketError::Disk { why: fault.to_string() },
                None => BucketError::Unreachable { origin: about.origin(), why: error.to_string() },
            };
        }
        cause = current.source();
    }
    BucketError::Unreachable { origin: about.origin(), why: error.to_string() }
}
