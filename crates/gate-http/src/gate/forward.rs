//! Forwards an admitted request, and handles the application's answer.

use super::download::download_type;
use super::{Connection, Gate};
use crate::assertion::Subject;
use crate::body::{Answer, Flow, Upload, UploadFault};
use crate::framing::check_answer;
use crate::headers::{DECISION, ForwardedHeaders, cleanse_request, cleanse_response};
use crate::heard::RequestHead;
use crate::pages::Notice;
use crate::routes::Routed;
use crate::stream::Exchange;
use crate::tunnel::Tunnelled;
use crate::upgrade::WEBSOCKET;
use crate::upstream::{NoAnswer, Sent, Unsent};
use countersign_admission::{Admitted, Completion, Ended, OngoingAccess, Request as Question};
use countersign_gate::HeldAccess;
use countersign_names::{Action, DecisionId, Principal};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode, Version};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use std::sync::Arc;
use std::time::Instant;

/// The parts of a request that are still needed after it was sent, for answers and refusals.
struct ExchangeContext<'a> {
    connection: &'a Connection,
    heard: &'a RequestHead,
    routed: &'a Routed,
    /// The client's headers, reduced to those that a refusal's links need.
    headers: HeaderMap,
    flow: Arc<Flow>,
    switch: Option<OnUpgrade>,
    begun: Instant,
}

impl Gate {
    /// Forwards an admitted request, and returns the answer.
    pub(super) async fn forward(
        &self,
        connection: &Connection,
        heard: &RequestHead,
        routed: &Routed,
        admitted: Admitted,
        mut request: Request<Incoming>,
    ) -> Response<Answer> {
        let flow = Arc::new(Flow::default());
        if declared_length(request.headers()).is_some_and(|bytes| bytes > self.config.limits.body_bytes) {
            let notice = upload_notice(UploadFault::TooLarge);
            admitted.complete(completion(notice.status, &flow, Ended::Finished));
            return self.pages.answer(&notice, heard.reader);
        }
        let switch = heard.opens_stream.then(|| hyper::upgrade::on(&mut request));
        let (parts, body) = request.into_parts();
        let asking = ExchangeContext {
            connection,
            heard,
            routed,
            headers: leading_on(&parts.headers),
            flow: Arc::clone(&flow),
            switch,
            begun: Instant::now(),
        };
        let times = &self.config.times;
        let upload = Upload::new(body, Arc::clone(&flow), self.config.limits.body_bytes, times.body);
        let Some(request) = self.outgoing(&admitted, &asking, parts, upload) else {
            let notice = Notice::unavailable("The request could not be prepared for the application.");
            admitted.complete(completion(notice.status, &flow, Ended::UpstreamFailed));
            return self.pages.answer(&notice, heard.reader);
        };
        match self.upstreams.send(admitted, request, &flow, times.answer).await {
            Ok(sent) => self.answered(asking, sent).await,
            Err(unsent) => self.not_answered(&asking, unsent),
        }
    }

    /// Returns the request as the application receives it, or `None` if the assertion cannot be made.
    fn outgoing(
        &self,
        admitted: &Admitted,
        asking: &ExchangeContext<'_>,
        parts: Parts,
        upload: Upload,
    ) -> Option<Request<Upload>> {
        let ExchangeContext { connection, heard, routed, .. } = *asking;
        let mut headers = parts.headers;
        let scheme = if connection.peer.tls { "https" } else { "http" };
        let asked = ForwardedHeaders { address: &connection.address, authority: &heard.authority, scheme };
        let trailing = cleanse_request(&mut headers, routed.accepted(), asked);
        for (name, value) in self.word(admitted, routed.assertion())? {
            headers.insert(name, value);
        }
        self.pass_on_span(&mut headers);
        if heard.opens_stream {
            headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
            headers.insert(header::UPGRADE, WEBSOCKET);
            headers.remove(header::TE);
        }
        if !upload.is_end_stream() && !headers.contains_key(header::CONTENT_LENGTH) {
            // Without this, hyper sends no body of unknown length with a GET, which it considers a mistake.
            headers.insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        let mut request = Request::new(upload.followed_by(trailing));
        *request.method_mut() = heard.method.clone();
        *request.uri_mut() = heard.target.to_uri(&parts.uri)?;
        *request.version_mut() = Version::HTTP_11;
        *request.headers_mut() = headers;
        Some(request)
    }

    /// Returns the gate's own headers: the decision, and the assertion unless the requester is anonymous.
    pub(crate) fn word(
        &self,
        admitted: &Admitted,
        assertion: &HeaderName,
    ) -> Option<Vec<(HeaderName, HeaderValue)>> {
        let application = admitted.permit().application();
        let mut word = vec![(DECISION, id_header(admitted.id())?)];
        let principal = admitted.permit().principal();
        if principal != Principal::Anonymous {
            let answer = admitted.answer();
            let evidence = answer.evidence()?;
            let subject = Subject {
                principal,
                person: evidence.person.clone(),
                session: evidence.session.clone(),
                device: evidence.device.clone(),
            };
            let token =
                self.asserter.assert(&subject, &application.name, admitted.id(), self.admission.now());
            let token = token.inspect_err(|error| tracing::error!(%error, "an assertion failed")).ok()?;
            word.push((assertion.clone(), token));
        }
        Some(word)
    }

    /// Handles the beginning of the application's answer.
    async fn answered(&self, asking: ExchangeContext<'_>, sent: Sent) -> Response<Answer> {
        let Sent { ongoing, mut response, lease } = sent;
        asking.routed.answered(asking.begun.elapsed());
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return self.switch(asking, ongoing, response);
        }
        if let Err(why) = check_answer(&response) {
            tracing::warn!(decision = %ongoing.id(), %why, "an application's answer was refused");
            asking.flow.cut();
            let mut notice = bad_gateway("The application's answer can be read in two ways.");
            notice.decision = Some(ongoing.id());
            ongoing.complete(completion(notice.status, &asking.flow, Ended::UpstreamFailed));
            return self.pages.answer(&notice, asking.heard.reader);
        }
        let mut held = HeldAccess::new(ongoing);
        if let Some(question) = as_download(held.first(), &response) {
            // Before any byte is passed on. Rarely executed, and large: boxed to keep it out of the state of every
            // request.
            match Box::pin(self.admission.ask(question)).await {
                // The first permit was used to reach the application; this one permits passing its answer on.
                Ok(download) => held.also(download.spend().1),
                Err(refused) => {
                    asking.flow.cut();
                    held.complete(completion(StatusCode::FORBIDDEN, &asking.flow, Ended::Revoked));
                    return self.refusal(&refused, asking.heard, &asking.headers);
                }
            }
        }
        let id = held.first().id();
        let trailing = cleanse_response(response.headers_mut(), &asking.heard.host);
        let (mut parts, body) = response.into_parts();
        let exchange = Exchange {
            held,
            lease,
            flow: Arc::clone(&asking.flow),
            connection: asking.connection.cut.clone(),
            place: Arc::clone(&asking.connection.place),
            times: self.config.times,
            status: parts.status.as_u16(),
            trailing,
            room: self.room.clone(),
        };
        let body = match exchange.pass_on(body).await {
            Ok(body) => body,
            Err((held, refused)) => {
                held.complete(completion(StatusCode::FORBIDDEN, &asking.flow, refused.ended()));
                return self.refusal(&refused, asking.heard, &asking.headers);
            }
        };
        if let Some(id) = id_header(id) {
            parts.headers.insert(DECISION, id);
        }
        // hyper writes the client's own protocol version.
        parts.version = Version::default();
        parts.extensions.clear();
        Response::from_parts(parts, body)
    }

    /// Switches both sides to the upgraded protocol.
    fn switch(
        &self,
        asking: ExchangeContext<'_>,
        ongoing: OngoingAccess,
        mut response: Response<Incoming>,
    ) -> Response<Answer> {
        let Some(client) = asking.switch else {
            let notice = bad_gateway("The application switched protocols without a request to do so.");
            ongoing.complete(completion(notice.status, &asking.flow, Ended::UpstreamFailed));
            return self.pages.answer(&notice, asking.heard.reader);
        };
        let application = hyper::upgrade::on(&mut response);
        let id = ongoing.id();
        let tunnelled = Tunnelled {
            held: HeldAccess::new(ongoing),
            idle: self.config.times.tunnel,
            stop: self.connections.stopping().clone(),
            place: Arc::clone(&asking.connection.place),
        };
        self.connections.spawn(&asking.connection.place, tunnelled.run(client, application));
        let mut answer = Response::new(Answer::Empty);
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let mut headers = std::mem::take(response.headers_mut());
        cleanse_response(&mut headers, &asking.heard.host);
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, WEBSOCKET);
        if let Some(id) = id_header(id) {
            headers.insert(DECISION, id);
        }
        *answer.headers_mut() = headers;
        answer
    }

    /// The application did not answer, or was interrupted.
    fn not_answered(&self, asking: &ExchangeContext<'_>, unsent: Unsent) -> Response<Answer> {
        let Unsent { ongoing, why } = unsent;
        let (notice, ended) = match (asking.flow.fault(), &why) {
            (_, NoAnswer::Revoked(refused)) => {
                let status = StatusCode::FORBIDDEN;
                ongoing.complete(completion(status, &asking.flow, refused.ended()));
                let mut answer = self.refusal(refused, asking.heard, &asking.headers);
                answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                return answer;
            }
            (Some(UploadFault::Late), _) => (upload_notice(UploadFault::Late), Ended::TimedOut),
            (Some(fault), _) => (upload_notice(fault), Ended::ClientGone),
            (None, NoAnswer::Late | NoAnswer::ConnectTimeout { .. }) => (late(), Ended::TimedOut),
            (None, NoAnswer::Crowded) => {
                (Notice::unavailable("Too many connections to applications are open."), Ended::UpstreamFailed)
            }
            (None, NoAnswer::NotHttp | NoAnswer::Connect { .. }) => {
                (bad_gateway("The application cannot be reached."), Ended::UpstreamFailed)
            }
            (None, NoAnswer::Broken { .. }) => {
                (bad_gateway("The application broke off before it answered."), Ended::UpstreamFailed)
            }
        };
        // The system's error stays in the log, because it contains inner addresses.
        tracing::warn!(decision = %ongoing.id(), %why, "an application did not answer");
        let mut notice = notice;
        notice.decision = Some(ongoing.id());
        ongoing.complete(completion(notice.status, &asking.flow, ended));
        self.pages.answer(&notice, asking.heard.reader)
    }
}

/// Returns the question to ask if the answer is a download.
fn as_download(ongoing: &OngoingAccess, response: &Response<Incoming>) -> Option<Question> {
    let question = ongoing.request();
    let bodiless = question.operation == Method::HEAD.as_str();
    if question.action == Action::Download || bodiless || !response.status().is_success() {
        return None;
    }
    let content_type = download_type(ongoing.application().about.http()?, response.headers())?;
    Some(Question { action: Action::Download, content_type: Some(content_type), ..question.clone() })
}

fn completion(status: StatusCode, flow: &Flow, ended: Ended) -> Completion {
    Completion { status: status.as_u16(), bytes_in: flow.bytes_in(), bytes_out: 0, ended }
}

fn id_header(id: DecisionId) -> Option<HeaderValue> {
    HeaderValue::try_from(id.to_string()).ok()
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Returns the client's headers that the links of a refusal need: its cookies.
fn leading_on(headers: &HeaderMap) -> HeaderMap {
    headers.get_all(header::COOKIE).iter().map(|cookie| (header::COOKIE, cookie.clone())).collect()
}

fn late() -> Notice {
    let text = "The application did not answer in time.";
    Notice::new(StatusCode::GATEWAY_TIMEOUT, "late", "The application takes too long", text)
}

fn bad_gateway(text: &str) -> Notice {
    Notice::new(StatusCode::BAD_GATEWAY, "bad-gateway", "The application does not answer", text)
}

fn upload_notice(fault: UploadFault) -> Notice {
    let (status, kind, title) = match fault {
        UploadFault::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "This is too large"),
        UploadFault::Late => (StatusCode::REQUEST_TIMEOUT, "too-slow", "This took too long"),
        UploadFault::Broken => (StatusCode::BAD_REQUEST, "bad-request", "This request cannot be read"),
    };
    Notice::new(status, kind, title, format!("In this request {fault}.")).closing()
}
