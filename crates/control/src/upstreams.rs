//! Checks of upstreams for the administrator who is about to declare one.

use crate::input::Json;
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal};
use axum::extract::State;
use countersign_api::{self as api, UpstreamResult};
use countersign_facts::Upstream;
use countersign_probe::{ProbeRefusal, ProbedUpstream, UpstreamFinding};
use countersign_throttle::{CallerRates, Callers};
use std::num::NonZeroU32;

/// The cost of one check against [`rates`]: ten checks at once, then one every ten seconds.
const COST: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// The key of the operator among the callers. The ids of people and services are never zero.
const OPERATOR: u128 = 0;

/// The rates at which one caller may check upstreams. A check connects to an address of the caller's choice, so they
/// are far below those of other requests: at this rate a scan of one machine's ports takes a week.
pub fn rates() -> Callers {
    let burst = COST.saturating_mul(COST);
    Callers::new(&CallerRates::new(NonZeroU32::MIN, burst))
}

pub async fn check(
    State(control): State<Control>,
    caller: Caller,
    Json(asked): Json<api::NewUpstreamCheck>,
) -> JsonResult<api::UpstreamCheck> {
    let upstream: Upstream =
        asked.upstream.parse().map_err(|error: String| Refusal::invalid("upstream", error))?;
    let host = asked.host.as_deref().map(host).transpose()?;
    let probe = control.upstream_probe()?;
    let key = match caller {
        Caller::Operator => OPERATOR,
        Caller::Person { id, .. } => id.bits().as_u128(),
        Caller::Service(id) => id.bits().as_u128(),
    };
    control.upstream_checks().admit_several(key, COST).map_err(|wait| {
        Refusal::too_many(wait).remedy("checks of upstreams are few: wait as long as Retry-After says")
    })?;
    let probed = probe.check(&upstream, host).await.map_err(refused)?;
    // The decision on record says who checked something and when; where they made this machine connect is said here.
    let by = caller.actor().to_string();
    tracing::info!(%by, %upstream, answers = probed.finding.answers(), "an upstream was checked");
    Ok(axum::Json(shown(&upstream, &probed)))
}

/// Checks that a text can be the host of an application, so that nothing else gets into the request.
fn host(text: &str) -> Result<&str, Refusal> {
    let plausible = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
    if (1..=253).contains(&text.len()) && text.bytes().all(plausible) {
        return Ok(text);
    }
    Err(Refusal::invalid("host", format!("{text:?} is not a host"))
        .remedy("write the name as browsers send it: lower case, without a port"))
}

fn refused(refusal: ProbeRefusal) -> Refusal {
    match refusal {
        ProbeRefusal::Address(_) => Refusal::invalid("upstream", refusal.to_string()).remedy(
            "an application has an address of its own machine; the operator can allow a network in \
             limits.upstream_check_networks",
        ),
        ProbeRefusal::Busy => Refusal::unavailable(refusal.to_string()).remedy("try again in a moment"),
    }
}

fn shown(upstream: &Upstream, probed: &ProbedUpstream) -> api::UpstreamCheck {
    let finding = &probed.finding;
    let (status, redirect) = match finding {
        UpstreamFinding::Answers { status, redirect } => (Some(*status), redirect.clone()),
        _ => (None, None),
    };
    api::UpstreamCheck {
        upstream: upstream.to_string(),
        answers: finding.answers(),
        result: match finding {
            UpstreamFinding::Answers { .. } => UpstreamResult::Answers,
            UpstreamFinding::UnknownName => UpstreamResult::UnknownName,
            UpstreamFinding::Closed => UpstreamResult::Closed,
            UpstreamFinding::Unreachable(_) => UpstreamResult::Unreachable,
            UpstreamFinding::Silent(_) => UpstreamResult::Silent,
            UpstreamFinding::Certificate(_) => UpstreamResult::Certificate,
            UpstreamFinding::NoTls(_) => UpstreamResult::Tls,
            UpstreamFinding::NotHttp(_) => UpstreamResult::NotHttp,
        },
        message: finding.to_string(),
        remedy: finding.remedy().map(str::to_owned),
        address: probed.address.map(|address| address.to_string()),
        status,
        redirect,
    }
}
