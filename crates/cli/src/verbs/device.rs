//! `countersign device`: devices and their posture.

use crate::client::{ListOptions, ServerAnswer};
use crate::console::read;
use crate::context::{Context, Sure};
use crate::exit::Failure;
use crate::{span, words};
use clap::{ArgGroup, Args, Subcommand};
use countersign_api::{Device, Items, NewDevice, PostureReport, rows};
use countersign_names::{CheckResult, DeviceId, PostureCheck};
use std::path::PathBuf;

/// Commands about devices.
#[derive(Debug, Subcommand)]
pub(crate) enum DeviceVerb {
    /// List the devices
    #[command(after_help = "Examples:\n  countersign device list")]
    List(ListOptions),
    /// Show one device with its posture
    #[command(after_help = "Examples:\n  countersign device show dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    Show {
        /// The device's id
        device: DeviceId,
    },
    /// Register a device with its client certificate
    #[command(
        after_help = "Examples:\n  countersign device register 'Ada laptop' --platform Debian --managed \\\n    --owner ada@example.org --certificate laptop.pem"
    )]
    Register(Register),
    /// Change the properties of a device; those that are not named stay as they are
    #[command(
        after_help = "Examples:\n  countersign device change dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --owner ada@example.org\n  \
                            countersign device change dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --managed no --no-owner\n  \
                            countersign device change dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 \\\n    --certificate renewed.pem"
    )]
    Change(ChangeDeviceArgs),
    /// Report the results of a device's checks; a check that is not named counts as not passed
    #[command(
        after_help = "Examples:\n  countersign device posture dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 \\\n    --check disk_encryption=pass --check firewall=fail\n  \
                            countersign device posture dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --all pass"
    )]
    Posture(PostureArgs),
    /// Remove a device; access that depends on it ends now
    #[command(
        after_help = "Examples:\n  countersign device remove dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --yes"
    )]
    Remove {
        /// The device's id
        device: DeviceId,
        #[command(flatten)]
        sure: Sure,
    },
}

/// A new device.
#[derive(Debug, Args)]
pub(crate) struct Register {
    /// The name of the device
    name: String,
    /// The owner: a person's id, mail address or alias; a shared machine has no owner
    #[arg(long)]
    owner: Option<String>,
    /// Its operating system, as text
    #[arg(long)]
    platform: String,
    /// The organisation manages it
    #[arg(long)]
    managed: bool,
    #[command(flatten)]
    key: DeviceKeyArgs,
}

/// The key that identifies a device.
#[derive(Debug, Args)]
struct DeviceKeyArgs {
    /// A PEM file with its client certificate
    #[arg(long, value_name = "FILE", conflicts_with = "key_sha256")]
    certificate: Option<PathBuf>,
    /// SHA-256 of its public key (DER SubjectPublicKeyInfo) in hexadecimal digits, instead of a certificate
    #[arg(long, value_name = "HEX")]
    key_sha256: Option<String>,
}

/// The changes of a device.
#[derive(Debug, Args)]
#[command(override_usage = "countersign device change [OPTIONS] <DEVICE>", group(ArgGroup::new("difference").required(true).multiple(true).args([
    "name", "owner", "no_owner", "platform", "managed", "certificate", "key_sha256", "no_key",
])))]
pub(crate) struct ChangeDeviceArgs {
    /// The device's id
    device: DeviceId,
    /// The name of the device
    #[arg(long)]
    name: Option<String>,
    /// The owner: a person's id, mail address or alias
    #[arg(long, conflicts_with = "no_owner")]
    owner: Option<String>,
    /// The device is a shared machine, without an owner
    #[arg(long)]
    no_owner: bool,
    /// Its operating system, as text
    #[arg(long)]
    platform: Option<String>,
    /// Whether the organisation manages it: yes or no
    #[arg(long, value_name = "YES|NO", value_parser = ["yes", "no"])]
    managed: Option<String>,
    #[command(flatten)]
    key: DeviceKeyArgs,
    /// Remove its key: the device cannot prove its identity any more
    #[arg(long, conflicts_with_all = ["certificate", "key_sha256"])]
    no_key: bool,
}

/// A posture report.
#[derive(Debug, Args)]
pub(crate) struct PostureArgs {
    /// The device's id
    device: DeviceId,
    /// One check as NAME=pass, NAME=fail or NAME=unknown; may be repeated. The names: disk_encryption, os_patched,
    /// endpoint_protection, firewall, secure_boot, screen_lock
    #[arg(long = "check", value_name = "NAME=RESULT", value_parser = parse_check, required_unless_present = "all")]
    checks: Vec<(PostureCheck, CheckResult)>,
    /// The result of every check that is not named
    #[arg(long, value_name = "RESULT", value_parser = words::parse::<CheckResult>)]
    all: Option<CheckResult>,
    /// When the checks were made: a moment, or a duration before now [default: now]
    #[arg(long, value_name = "MOMENT", value_parser = span::parse_since)]
    collected: Option<span::Since>,
}

fn parse_check(text: &str) -> Result<(PostureCheck, CheckResult), String> {
    let (check, result) = text.split_once('=').ok_or("write NAME=pass, NAME=fail or NAME=unknown")?;
    Ok((words::parse(check)?, words::parse(result)?))
}

impl DeviceVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(options) => list(cx, &options).await,
            Self::Show { device } => show(cx, device).await,
            Self::Register(register) => register.run(cx).await,
            Self::Change(change) => change.run(cx).await,
            Self::Posture(posture) => posture.run(cx).await,
            Self::Remove { device, sure } => {
                let found: Device = read(get(cx, device).await?)?;
                let goes = ["its posture, and every access that depends on it".to_owned()];
                if !sure.agree(cx, &format!("the device {} ({device})", found.name), &goes)? {
                    return Ok(());
                }
                let answer = cx.client()?.call(rows::devices::REMOVE.to([&device.to_string()])).await?;
                cx.console.say(&answer, format!("The device {} is removed.", found.name))
            }
        }
    }
}

async fn get(cx: &Context, device: DeviceId) -> Result<ServerAnswer<Device>, Failure> {
    cx.client()?.call(rows::devices::SHOW.to([&device.to_string()])).await
}

async fn list(cx: &mut Context, options: &ListOptions) -> Result<(), Failure> {
    let answer = cx.client()?.list(rows::devices::LIST.to([]), options).await?;
    let now = cx.now();
    cx.console.show(answer, |console, devices: Items<Device>| {
        let rows = devices.items.into_iter().map(|device| {
            [
                device.name,
                words::or_dash(device.owner),
                device.platform,
                if device.managed { "managed" } else { "unmanaged" }.to_owned(),
                if device.compliant { "compliant" } else { "not compliant" }.to_owned(),
                device.collected_at.map_or_else(|| "never".to_owned(), |at| span::relative(at, now)),
                span::last_use(device.last_use.as_ref(), now),
                device.id.to_string(),
            ]
        });
        let none = "There is no device. Register one with `countersign device register`.";
        let heading = ["DEVICE", "OWNER", "PLATFORM", "MANAGED", "POSTURE", "REPORTED", "USED", "ID"];
        console.table(heading, rows, none)
    })
}

async fn show(cx: &mut Context, device: DeviceId) -> Result<(), Failure> {
    let answer = get(cx, device).await?;
    let now = cx.now();
    cx.console.show(answer, |console, device: Device| {
        console.facts([
            ("Name", device.name),
            ("Id", device.id.to_string()),
            ("Owner", words::or_dash(device.owner)),
            ("Platform", device.platform),
            ("Managed", if device.managed { "yes" } else { "no" }.to_owned()),
            ("Key (SHA-256)", words::or_dash(device.key_sha256)),
            ("Reported", device.collected_at.map_or_else(|| "never".to_owned(), |at| span::moment(at, now))),
            ("Last use", span::last_use_in_full(device.last_use.as_ref(), now)),
            ("Compliant", if device.compliant { "yes" } else { "no" }.to_owned()),
        ])?;
        console.line("")?;
        let rows = PostureCheck::ALL.iter().map(|check| {
            let result = device.checks.get(check).map_or_else(|| "not reported".to_owned(), words::of);
            [check.as_str().to_owned(), result]
        });
        console.table(["CHECK", "RESULT"], rows, "")
    })
}

impl Register {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let certificate = self.key.certificate()?;
        let new = NewDevice {
            name: self.name,
            owner: self.owner,
            platform: self.platform,
            managed: self.managed,
            certificate,
            key_sha256: self.key.key_sha256,
        };
        let answer = cx.client()?.send(rows::devices::REGISTER.to([]), &new).await?;
        cx.console.show(answer, |console, device: Device| {
            console.line(format!("The device {} is registered, as {}.", device.name, device.id))
        })
    }
}

impl ChangeDeviceArgs {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let known: Device = read(get(cx, self.device).await?)?;
        let certificate = self.key.certificate()?;
        let keeps_key = !self.no_key && certificate.is_none();
        let keeps_owner = known.owner.filter(|_| !self.no_owner).map(|owner| owner.to_string());
        let new = NewDevice {
            name: self.name.unwrap_or(known.name),
            owner: self.owner.or(keeps_owner),
            platform: self.platform.unwrap_or(known.platform),
            managed: self.managed.map_or(known.managed, |said| said == "yes"),
            certificate,
            key_sha256: self.key.key_sha256.or(known.key_sha256.filter(|_| keeps_key)),
        };
        let path = rows::devices::CHANGE.to([&self.device.to_string()]);
        let answer = cx.client()?.send(path, &new).await?;
        cx.console.say(&answer, format!("The device {} is changed.", new.name))
    }
}

impl DeviceKeyArgs {
    /// Reads the certificate's text, if one is named.
    fn certificate(&self) -> Result<Option<String>, Failure> {
        let Some(path) = &self.certificate else { return Ok(None) };
        std::fs::read_to_string(path).map(Some).map_err(|error| Failure::unreadable(path, &error))
    }
}

impl PostureArgs {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let rest = PostureCheck::ALL.iter().copied().zip(self.all.into_iter().cycle());
        let mut checks: std::collections::BTreeMap<_, _> = rest.collect();
        checks.extend(self.checks);
        let now = cx.now();
        let report = PostureReport { collected_at: self.collected.map(|since| since.moment(now)), checks };
        let path = rows::devices::REPORT.to([&self.device.to_string()]);
        let answer = cx.client()?.send(path, &report).await?;
        let failing = report.checks.values().filter(|result| **result != CheckResult::Pass).count();
        let found =
            if failing == 0 { "everything passed".to_owned() } else { format!("{failing} did not pass") };
        let sentence =
            format!("{} reported for {}: {found}.", words::count(report.checks.len(), "check"), self.device);
        cx.console.say(&answer, sentence)
    }
}
