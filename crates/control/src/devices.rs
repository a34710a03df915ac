//! Devices: commands and views.

use crate::input::{Json, QueryParameters, in_path, on_record};
use crate::names::person_name;
use crate::page::{PageParameters, Search, SortKey};
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal, find, last_use, secret};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_admission::ObservationKind;
use countersign_api::{self as api, rows};
use countersign_facts::{DeviceFact, Digest, Fact, Posture};
use countersign_names::{CheckResult, DeviceId, PostureCheck, Timestamp};
use countersign_world::{Device, World};
use std::sync::Arc;

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::devices::DeviceFilter>,
) -> JsonResult<api::Items<api::Device>> {
    let (page, search) = (page.usual(&rows::devices::LIST)?, Search::from(asked.q));
    let world = control.world();
    let owner = asked.owner.map(|owner| find::person_in_field(&world, "owner", &owner.0)).transpose()?;
    let devices = world
        .devices()
        .filter(|device| owner.is_none_or(|owner| device.about.owner == Some(owner.id)))
        .filter(|device| search.finds([&device.about.name, &device.about.platform]));
    let found = page.select(devices, |device, sort| {
        let id = SortKey::id(device.id.bits());
        (if sort == "id" { id.clone() } else { SortKey::text(&device.about.name) }, id)
    });
    Ok(axum::Json(found.shown(|device| shown(&control, &world, device))))
}

pub async fn show(State(control): State<Control>, Path(id): Path<String>) -> JsonResult<api::Device> {
    view(&control, in_path("id", &id)?)
}

pub async fn register(
    State(control): State<Control>,
    caller: Caller,
    Json(new): Json<api::NewDevice>,
) -> Result<(StatusCode, axum::Json<api::Device>), Refusal> {
    let device = DeviceId::new(secret::fresh(control.now())?);
    let (about, owner) = about(new)?;
    control
        .command(&caller, move |world, _| {
            let about = owned(world, &about, owner.as_deref())?;
            Ok((vec![Fact::Device(DeviceFact::Registered { device, about })], ()))
        })
        .await?;
    Ok((StatusCode::CREATED, view(&control, device)?))
}

pub async fn change(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(new): Json<api::NewDevice>,
) -> JsonResult<api::Device> {
    let device: DeviceId = in_path("id", &id)?;
    let (about, owner) = about(new)?;
    control
        .command(&caller, move |world, _| {
            let known = known(world, device)?;
            let about = owned(world, &about, owner.as_deref())?;
            let unchanged = known.about == about;
            Ok((
                if unchanged {
                    Vec::new()
                } else {
                    vec![Fact::Device(DeviceFact::Changed { device, about })]
                },
                (),
            ))
        })
        .await?;
    view(&control, device)
}

pub async fn remove(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let device: DeviceId = in_path("id", &id)?;
    control
        .command(&caller, move |world, _| {
            known(world, device)?;
            Ok((vec![Fact::Device(DeviceFact::Removed { device })], ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn report(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(report): Json<api::PostureReport>,
) -> JsonResult<api::Device> {
    let device: DeviceId = in_path("id", &id)?;
    if report.checks.is_empty() {
        return Err(Refusal::invalid("checks", "no check was made")
            .remedy("report at least one, such as disk_encryption"));
    }
    let (reporting, checks) = (control.clone(), report.checks.clone());
    let confirmed = control
        .command(&caller, move |world, now| {
            let known = known(world, device)?;
            let collected_at = report.collected_at.unwrap_or(now).min(now);
            let newest = newest(&reporting, known);
            Ok(match newest {
                // The report is older than the known posture.
                Some(newest) if collected_at < newest => (Vec::new(), None),
                // An unchanged posture is confirmed but is no new fact.
                Some(_) if *known.checks == report.checks => (Vec::new(), Some(collected_at)),
                _ => {
                    let posture = Posture { collected_at, checks: report.checks.clone() };
                    (vec![Fact::Device(DeviceFact::PostureReported { device, posture })], None)
                }
            })
        })
        .await?;
    if let Some(collected_at) = confirmed {
        control.admission().posture_confirmed(device, &checks, collected_at);
    }
    view(&control, device)
}

/// Returns when the device's posture was last known: when it was reported or observed to be unchanged.
fn newest(control: &Control, device: &Device) -> Option<Timestamp> {
    device.collected_at.max(control.admission().posture_confirmed_at(device))
}

fn known(world: &World, device: DeviceId) -> Result<&Arc<Device>, Refusal> {
    world.device(device).ok_or_else(|| Refusal::not_found("device", device).about_field("id"))
}

/// Returns the device's details without its owner, and the text that names the owner, whom only the world can find.
fn about(new: api::NewDevice) -> Result<(countersign_facts::Device, Option<String>), Refusal> {
    let key = match (new.certificate, new.key_sha256) {
        (Some(_), Some(_)) => {
            return Err(
                Refusal::invalid("key_sha256", "a certificate is given too").remedy("give one of the two")
            );
        }
        (Some(pem), None) => Some(key_of(&pem)?),
        (None, Some(digest)) => Some(
            digest.parse::<Digest>().map_err(|error| Refusal::invalid("key_sha256", error.to_string()))?,
        ),
        (None, None) => None,
    };
    let name = on_record("name", &new.name)?;
    let platform = new.platform.trim().to_owned();
    Ok((countersign_facts::Device { name, owner: None, platform, managed: new.managed, key }, new.owner))
}

fn owned(
    world: &World,
    about: &countersign_facts::Device,
    owner: Option<&str>,
) -> Result<countersign_facts::Device, Refusal> {
    let owner = owner.map(|owner| find::person_in_field(world, "owner", owner)).transpose()?;
    Ok(countersign_facts::Device { owner: owner.map(|owner| owner.id), ..about.clone() })
}

/// Returns the SHA-256 of the public key in a PEM certificate. The certificate's issuer does not matter: a device is
/// identified by its key, whose possession it proves on every connection.
fn key_of(pem: &str) -> Result<Digest, Refusal> {
    let refused = |why: &str| {
        Refusal::invalid("certificate", format!("not a certificate in PEM: {why}"))
            .remedy("send the text from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----")
    };
    let mut blocks = x509_parser::pem::Pem::iter_from_buffer(pem.as_bytes());
    let block = match blocks.next() {
        Some(Ok(block)) => block,
        Some(Err(error)) => return Err(refused(&error.to_string())),
        None => return Err(refused("there is none in the text")),
    };
    if block.label != "CERTIFICATE" {
        return Err(refused(&format!("it is a {}", block.label)));
    }
    if blocks.next().is_some() {
        return Err(refused("there is more than one"));
    }
    let certificate = block.parse_x509().map_err(|error| refused(&error.to_string()))?;
    Ok(secret::sha256(certificate.tbs_certificate.subject_pki.raw))
}

fn view(control: &Control, id: DeviceId) -> JsonResult<api::Device> {
    let world = control.world();
    known(&world, id).map(|device| axum::Json(shown(control, &world, device)))
}

fn shown(control: &Control, world: &World, device: &Device) -> api::Device {
    let (now, collected_at) = (control.now(), newest(control, device));
    let passed = |check: &PostureCheck| device.checks.get(check) == Some(&CheckResult::Pass);
    api::Device {
        id: device.id,
        name: device.about.name.clone(),
        owner: device.about.owner,
        owner_name: device.about.owner.and_then(|owner| person_name(world, owner)),
        platform: device.about.platform.clone(),
        managed: device.about.managed,
        key_sha256: device.about.key.map(|key| key.to_string()),
        collected_at,
        posture_age_seconds: collected_at.map(|collected| now.age_of(collected)),
        checks: device.checks.iter().map(|(check, result)| (*check, *result)).collect(),
        compliant: PostureCheck::ALL.iter().all(passed),
        last_use: last_use(control, ObservationKind::DeviceUse, device.id.bits()),
    }
}
