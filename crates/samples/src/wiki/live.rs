//! The live page's stream: a WebSocket that sends a tick five times a second and echoes what it receives.
//!
//! axum's own WebSocket support would add a second copy of tungstenite to the lock file, so the handshake (RFC 6455,
//! section 4.2) is implemented here.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt as _, StreamExt as _};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_util::sync::CancellationToken;

/// The time between two ticks.
const BEAT: Duration = Duration::from_millis(200);
/// Maximum length of a received message in bytes.
const LONGEST: usize = 64 * 1024;

type Socket = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

pub(super) async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("../assets/live.js"))
        .into_response()
}

/// Returns the response to a WebSocket handshake, or `None` if the request is not one.
pub(super) fn upgrade(request: &mut Request, stop: CancellationToken) -> Option<Response> {
    let accept = accept_key(request.headers())?;
    let upgraded = hyper::upgrade::on(request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgraded.await {
            let config = WebSocketConfig::default().max_message_size(Some(LONGEST));
            let socket =
                WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
            // An error here means that the client is gone, so there is nobody to report it to.
            let _gone = tick(socket, stop).await;
        }
    });
    let headers = [
        (header::CONNECTION, HeaderValue::from_static("upgrade")),
        (header::UPGRADE, HeaderValue::from_static("websocket")),
        (header::SEC_WEBSOCKET_ACCEPT, accept),
    ];
    Some((StatusCode::SWITCHING_PROTOCOLS, headers).into_response())
}

fn accept_key(headers: &HeaderMap) -> Option<HeaderValue> {
    let upgrade = headers.get(header::UPGRADE)?.as_bytes();
    if !upgrade.eq_ignore_ascii_case(b"websocket") {
        return None;
    }
    HeaderValue::from_str(&derive_accept_key(headers.get(header::SEC_WEBSOCKET_KEY)?.as_bytes())).ok()
}

async fn tick(mut socket: Socket, stop: CancellationToken) -> Result<(), Error> {
    let mut beat = tokio::time::interval(BEAT);
    let mut count = 0_u64;
    loop {
        tokio::select! {
            () = stop.cancelled() => return socket.close(None).await,
            _ = beat.tick() => {
                count += 1;
                socket.send(said("tick", count)).await?;
            }
            heard = socket.next() => match heard {
                Some(Ok(Message::Text(text))) => socket.send(said("echo", text.as_str())).await?,
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            },
        }
    }
}

fn said(what: &str, value: impl serde::Serialize) -> Message {
    Message::text(serde_json::json!({ what: value }).to_string())
}
