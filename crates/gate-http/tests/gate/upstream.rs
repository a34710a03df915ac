//! An application for tests: it reports the request that it received, and does a few other things by path.

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http::{Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Message, handshake::derive_accept_key, protocol::Role};

type Body = UnsyncBoxBody<Bytes, std::io::Error>;

pub async fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut number = 0;
        while let Ok((stream, _)) = listener.accept().await {
            number += 1;
            serve(stream, number);
        }
    });
    address
}

/// The same over TLS.
pub async fn start_tls(tls: tokio_rustls::TlsAcceptor) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = tls.accept(stream).await {
                serve(stream, 0);
            }
        }
    });
    address
}

/// Every answer states the number of the connection, counted from the first, on which its request arrived.
fn serve<S>(stream: S, number: u32)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let service = service_fn(move |request| async move {
        let mut response = answer(request).await?;
        response.headers_mut().insert("x-connection", number.into());
        Ok::<_, Infallible>(response)
    });
    let serving = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::spawn(serving);
}

fn whole(text: impl Into<Bytes>) -> Body {
    Full::new(text.into()).map_err(|never| match never {}).boxed_unsync()
}

async fn answer(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path().to_owned();
    Ok(match path.as_str() {
        "/ws" => websocket(request),
        "/hang" => std::future::pending().await,
        "/ticks" => Response::new(ticks()),
        "/large" => Response::new(whole(vec![b'x'; 3 << 20])),
        "/report.pdf" => {
            Response::builder().header("content-type", "application/pdf").body(whole("%PDF")).unwrap()
        }
        "/attachment" => Response::builder()
            .header("content-disposition", "attachment; filename=a.txt")
            .body(whole("take me"))
            .unwrap(),
        "/cookies" => Response::builder()
            .header("set-cookie", "theme=dark")
            .header("set-cookie", "__Host-countersign-app=stolen; Path=/")
            .header("x-countersign-decision", "mine")
            .body(whole(""))
            .unwrap(),
        "/far-reaching" => far_reaching(),
        "/trailers" => with_trailers(Duration::ZERO),
        "/trailers-later" => with_trailers(Duration::from_millis(50)),
        "/empty" => Response::builder().status(StatusCode::NO_CONTENT).body(whole("")).unwrap(),
        "/switch" => Response::builder()
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header("connection", "upgrade")
            .header("upgrade", "anything")
            .body(whole(""))
            .unwrap(),
        _ => Response::new(whole(what_was_asked(request).await)),
    })
}

/// An answer that tries to affect other hosts than its own.
fn far_reaching() -> Response<Body> {
    let mut response = Response::new(whole(""));
    for (name, value) in [
        ("set-cookie", "own=1; Path=/"),
        ("set-cookie", "narrowed=1; Domain=board.localhost; Secure"),
        ("set-cookie", "parent=1; Domain=localhost"),
        ("set-cookie", "other=1; Domain=.wiki.localhost"),
        ("set-cookie", "=__Host-countersign-app=evil"),
        ("set-cookie", "nameless"),
        ("set-cookie2", "a=1"),
        ("clear-site-data", "\"cookies\", \"storage\", \"cache\""),
        ("strict-transport-security", "max-age=0; includeSubDomains"),
        ("public-key-pins", "max-age=1; includeSubDomains"),
        ("nel", "{\"report_to\":\"x\",\"max_age\":1,\"include_subdomains\":true}"),
        ("report-to", "{\"group\":\"x\",\"max_age\":1,\"endpoints\":[{\"url\":\"https://evil.example\"}]}"),
        ("alt-svc", "h3=\":443\""),
        ("x-accel-redirect", "/internal"),
        ("service-worker-allowed", "/"),
        ("accept-ch", "sec-ch-ua"),
        ("refresh", "60"),
    ] {
        response.headers_mut().append(name, value.parse().unwrap());
    }
    response
}

async fn what_was_asked(request: Request<Incoming>) -> String {
    let headers: Vec<_> = request
        .headers()
        .iter()
        .map(|(name, value)| serde_json::json!([name.as_str(), String::from_utf8_lossy(value.as_bytes())]))
        .collect();
    let (method, target) = (request.method().to_string(), request.uri().to_string());
    let body = request.into_body().collect().await.ok();
    let trailers: Vec<_> = body
        .iter()
        .filter_map(http_body_util::Collected::trailers)
        .flatten()
        .map(|(name, value)| serde_json::json!([name.as_str(), String::from_utf8_lossy(value.as_bytes())]))
        .collect();
    let bytes = body.map_or(-1, |body| body.to_bytes().len() as i64);
    let said = serde_json::json!({
        "method": method, "target": target, "headers": headers, "bytes": bytes, "trailers": trailers
    });
    said.to_string()
}

/// An answer with trailers, like gRPC's over HTTP/1.1; `pause` precedes each part.
fn with_trailers(pause: Duration) -> Response<Body> {
    let trailers = [("grpc-status", "0"), ("x-sum", "abc"), ("x-countersign-decision", "dec_forged")];
    let trailers = trailers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    let parts = [Frame::data(Bytes::from("hello")), Frame::trailers(trailers.into_iter().collect())];
    let parts = futures_util::stream::iter(parts).then(move |part| async move {
        tokio::time::sleep(pause).await;
        Ok(part)
    });
    Response::builder()
        .header("trailer", "grpc-status, x-sum, x-countersign-decision")
        .body(http_body_util::StreamBody::new(parts).boxed_unsync())
        .unwrap()
}

fn ticks() -> Body {
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<Bytes>(1);
    tokio::spawn(async move {
        for tick in 0.. {
            tokio::time::sleep(Duration::from_millis(10)).await;
            if sender.send(Bytes::from(format!("tick {tick}\n"))).await.is_err() {
                return;
            }
        }
    });
    let stream = futures_util::stream::poll_fn(move |cx| receiver.poll_recv(cx));
    http_body_util::StreamBody::new(stream.map(|data| Ok(Frame::data(data)))).boxed_unsync()
}

fn websocket(mut request: Request<Incoming>) -> Response<Body> {
    let Some(key) = request.headers().get("sec-websocket-key").cloned() else {
        return Response::builder().status(StatusCode::BAD_REQUEST).body(whole("no key")).unwrap();
    };
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let io = TokioIo::new(upgraded.await.unwrap());
        let mut socket = WebSocketStream::from_raw_socket(io, Role::Server, None).await;
        while let Some(Ok(message)) = socket.next().await {
            if message.is_text() && socket.send(Message::text(format!("echo {message}"))).await.is_err() {
                break;
            }
        }
    });
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-accept", derive_accept_key(key.as_bytes()))
        .body(whole(""))
        .unwrap()
}
