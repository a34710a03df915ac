//! `countersign up`: everything embedded, on this machine, with sample applications and a first administrator.

use crate::config::Config;
use crate::publishing::publish;
use crate::running::{Running, StartError};
use countersign_api::Declaration;
use countersign_authn::Bootstrap;
use countersign_facts::{Actor, ApplicationFact, Fact};
use countersign_names::ApplicationName;
use countersign_samples::Samples;
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The options of `countersign up`.
#[derive(Debug, Clone)]
pub struct UpOptions {
    /// The data folder.
    pub data: PathBuf,
    /// The address of the plain front.
    pub http: SocketAddr,
    /// The address of the encrypted front, if any.
    pub https: Option<SocketAddr>,
    /// The address of the decision point, if any.
    pub decision_point: Option<SocketAddr>,
    /// The address of the metrics, if any.
    pub metrics: Option<SocketAddr>,
    /// The first administrator's e-mail address.
    pub email: String,
    /// The first administrator's name.
    pub name: String,
    /// Whether to start the samples.
    pub samples: bool,
}

impl UpOptions {
    /// Returns the configuration for these options.
    pub fn config(&self) -> Config {
        let mut config = Config::embedded(self.data.clone(), self.http, self.https);
        config.listen.decision_point = self.decision_point;
        config.listen.metrics = self.metrics;
        config
    }
}

/// The running process and its samples.
pub struct Up {
    /// The running process.
    pub running: Running,
    /// The text for the console, with the next steps.
    pub greeting: String,
    _samples: Option<Samples>,
}

/// Starts everything.
///
/// # Errors
/// The same as [`Running::start`]; also if the samples cannot be declared.
pub async fn up(options: UpOptions) -> Result<Up, StartError> {
    let failed = |why: String| StartError::Bootstrap(why);
    let samples = match options.samples {
        true => Some(Samples::start().await.map_err(|error| failed(format!("the samples: {error}")))?),
        false => None,
    };
    let running = Running::start(options.config()).await?;
    if let Some(samples) = &samples {
        declare(&running, samples).await?;
    }
    let first = running
        .authn
        .bootstrap(&options.email, &options.name)
        .await
        .map_err(|error| failed(error.to_string()))?;
    let greeting = greeting(&running, &options, &first);
    Ok(Up { running, greeting, _samples: samples })
}

/// Declares the samples at the ports of this start, and lets every signed-in user try them.
async fn declare(running: &Running, samples: &Samples) -> Result<(), StartError> {
    let failed = |why: String| StartError::Bootstrap(format!("the samples: {why}"));
    let actor = Actor::System("samples".to_owned());
    let mut declared = Vec::new();
    for sample in samples.declarations() {
        let path = format!("{}.toml", sample.name);
        let (name, declaration) =
            Declaration::from_toml(&path, &sample.text).map_err(|error| failed(error.to_string()))?;
        let about =
            countersign_control::declared(&name, &declaration).map_err(|error| failed(error.to_string()))?;
        declared.push((name, about));
    }
    let names: Vec<ApplicationName> = declared.iter().map(|(name, _)| name.clone()).collect();
    let facts = declared
        .into_iter()
        .map(|(application, about)| Fact::Application(ApplicationFact::Declared { application, about }))
        .collect();
    running.ledger.state(actor.clone(), facts).await.map_err(|error| failed(error.to_string()))?;
    permit(running, actor, &names).await.map_err(failed)
}

/// Publishes each sample's initial permits, unless an author wrote others.
async fn permit(running: &Running, actor: Actor, names: &[ApplicationName]) -> Result<(), String> {
    let world = running.ledger.world();
    let published = world.policies().map(|policies| policies.files.clone()).unwrap_or_default();
    let mut files: BTreeMap<String, String> =
        published.into_iter().map(|(path, file)| (path, file.0)).collect();
    let before = files.len();
    for name in names {
        files
            .entry(format!("applications/{name}.cedar"))
            .or_insert_with(|| countersign_policy::starter_permits(name, None));
    }
    if files.len() == before {
        return Ok(());
    }
    publish(&running.ledger, &running.admission.policies(), actor, &files)
        .await
        .map(|_| ())
        .map_err(|error| error.to_string())
}

fn greeting(running: &Running, options: &UpOptions, first: &Bootstrap) -> String {
    let config = running.authn.config();
    let mut lines = vec![String::new(), format!("Countersign is running at {}", config.origin)];
    match first {
        Bootstrap::Invited(invite) => {
            lines.push(String::new());
            lines.push(
                "Register a passkey for the first administrator; this link works once, until".to_owned(),
            );
            lines.push(format!("{}:", invite.expires_at));
            lines.push(String::new());
            lines.push(format!("  {}", invite.link.expose_secret()));
        }
        Bootstrap::Done => lines.push(format!("Sign in at {}", config.origin.url("/sign-in"))),
    }
    if options.samples {
        lines.push(String::new());
        lines.push("Then open an application, each more sensitive than the one before:".to_owned());
        lines.push(String::new());
        for name in ["wiki", "payroll", "vault"] {
            lines.push(format!("  {}", config.application_url(&format!("{name}.localhost"), "/")));
        }
    }
    lines.push(String::new());
    lines.push(
        "Protect one of your own:   countersign protect http://127.0.0.1:3000 --name my-app".to_owned(),
    );
    lines.push("See what was decided:      countersign decisions --since 1h".to_owned());
    if let Some(folder) = &running.policy_folder {
        lines.push(format!("Change a policy:           edit a file in {}", folder.display()));
    }
    lines.push(String::new());
    lines.join("\n")
}
