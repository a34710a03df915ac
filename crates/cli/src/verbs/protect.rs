//! `countersign protect`: puts a web application on this machine behind the gate with one command.

use crate::client::Client;
use crate::console::read;
use crate::context::Context;
use crate::exit::Failure;
use crate::upstream;
use crate::verbs::application::declare;
use clap::Args;
use countersign_api::rows::policies::StarterOptions;
use countersign_api::{
    Application, ApplicationKind, ApplicationStage, DEFAULT_ASSERTION_HEADER, Declaration, NewUpstreamCheck,
    PolicyFiles, Publication, StarterPermit, UpstreamCheck, rows,
};
use countersign_names::{ApplicationName, GroupName, Sensitivity};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// An application to put behind the gate.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  countersign protect http://127.0.0.1:3000 --name wiki\n  \
                        countersign protect http://127.0.0.1:3000 --name payroll \\\n    --sensitivity confidential --group finance\n\n\
                        People reach it at NAME.localhost (or --host). Unless it has policies, it gets an initial file of\n\
                        permits: its people may use it, and the group administrators may administer it.")]
pub(crate) struct Protect {
    /// Its upstream: an origin such as http://127.0.0.1:3000
    #[arg(value_name = "URL")]
    upstream: String,
    /// Its name, and the first label of its host
    #[arg(long)]
    name: ApplicationName,
    /// Its name for people [default: its name]
    #[arg(long)]
    title: Option<String>,
    /// Who is responsible for it, as text (a team or a person)
    #[arg(long, default_value = "unassigned")]
    owner: String,
    /// Its sensitivity: public, internal, confidential or restricted; without it, it counts as restricted
    #[arg(long)]
    sensitivity: Option<Sensitivity>,
    /// The group whose members may use it; without it, every person may
    #[arg(long)]
    group: Option<GroupName>,
    /// A host at which people reach it; may be repeated [default: NAME.localhost]
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// Only record denials for now
    #[arg(long)]
    observe: bool,
}

impl Protect {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let client = cx.client()?;
        let declaration = self.declaration();
        refuse_other(&client, &self.name, &declaration).await?;
        // Asked for before anything is changed, since this is where a group that is not there is found out.
        let starter = starter(&client, &self.name, self.group.as_ref()).await?;
        // Declared before it is permitted: until a permit names it, everybody is refused, which is the right way round.
        let mut answer = declare(&client, &self.name, &declaration).await?;
        let permit = publish_starter(&client, starter).await?;
        let silent = silent(&client, &declaration).await;
        let addresses = addresses(&client, &declaration.hosts).await;
        if cx.console.wants_json() {
            if let Value::Object(answer) = &mut *answer {
                answer.insert("addresses".to_owned(), json!(addresses));
                answer.insert("starter_permit".to_owned(), json!(permit));
                answer.insert("upstream_problem".to_owned(), json!(silent));
            }
            return cx.console.json(&answer);
        }
        cx.console.line(format!("{} is behind the gate. Open:", self.name))?;
        addresses.iter().try_for_each(|address| cx.console.line(format!("  {address}")))?;
        match &permit {
            Some(path) => {
                cx.console.line(format!("Its permits are in the new policy file {path}: adapt it."))?
            }
            None => cx.console.line("It has permits already, which stay as they are.")?,
        }
        if self.sensitivity.is_none() {
            cx.console.line(format!(
                "It has no label, so it counts as restricted: label it with `countersign application label {} internal`.",
                self.name
            ))?;
        }
        if let Some(silent) = silent {
            cx.console.remark(format!("warning: {silent}; start it, or the gate will answer instead"));
        }
        Ok(())
    }

    fn declaration(&self) -> Declaration {
        let mut hosts: BTreeSet<String> = self.hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        if hosts.is_empty() {
            hosts.insert(format!("{}.localhost", self.name));
        }
        Declaration {
            kind: ApplicationKind::Http,
            title: self.title.clone().unwrap_or_else(|| self.name.to_string()),
            owner: self.owner.clone(),
            hosts,
            upstream: self.upstream.clone(),
            stage: if self.observe { ApplicationStage::Observe } else { ApplicationStage::Enforce },
            sensitivity: self.sensitivity,
            assertion_header: DEFAULT_ASSERTION_HEADER.to_owned(),
            download_types: BTreeSet::new(),
            operations: BTreeMap::new(),
            request_headers: None,
            resources: Vec::new(),
        }
    }
}

/// Refuses if an application of this name has a larger declaration, because declaring it again would lose its parts. An
/// equal declaration is fine, so that an interrupted command can be repeated.
async fn refuse_other(client: &Client, name: &ApplicationName, new: &Declaration) -> Result<(), Failure> {
    let found = match client.call(rows::applications::SHOW.to([name.as_str()])).await {
        Ok(found) => read::<Application>(found)?.declared,
        Err(Failure::Problem(problem)) if problem.status == 404 => return Ok(()),
        Err(failure) => return Err(failure),
    };
    // An upstream comes back in one spelling, port included, so it is compared in that spelling.
    let same = found.resources.is_empty()
        && found.hosts == new.hosts
        && upstream::origin(&found.upstream) == upstream::origin(&new.upstream);
    if same {
        return Ok(());
    }
    Err(Failure::Conflict {
        message: format!("there is an application {name} already, with another declaration"),
        remedy: format!(
            "look at it with `countersign application show {name}`; take another name, or change it with \
             `countersign application add --file FILE`"
        ),
    })
}

/// Returns why the gate would get no answer from the upstream, as the server finds. A check that the server does not
/// carry out says nothing: the application is declared all the same.
async fn silent(client: &Client, declaration: &Declaration) -> Option<String> {
    let (upstream, host) = (declaration.upstream.clone(), declaration.hosts.first().cloned());
    let asked = NewUpstreamCheck { upstream, host };
    let found: UpstreamCheck = read(client.send(rows::upstreams::CHECK.to([]), &asked).await.ok()?).ok()?;
    (!found.answers).then(|| format!("{}: {}", found.upstream, found.message))
}

/// Returns the initial permits of an application.
async fn starter(
    client: &Client,
    name: &ApplicationName,
    group: Option<&GroupName>,
) -> Result<StarterPermit, Failure> {
    let whose = StarterOptions { application: name.clone(), group: group.cloned() };
    read(client.call(rows::policies::STARTER.ask([], &whose)).await?)
}

/// Publishes the initial permits, unless the application has some. Returns the path of the new file, if it is new.
async fn publish_starter(client: &Client, starter: StarterPermit) -> Result<Option<String>, Failure> {
    let mut known: PolicyFiles = read(client.call(rows::policies::FILES.to([])).await?)?;
    if known.files.contains_key(&starter.path) {
        return Ok(None);
    }
    known.files.insert(starter.path.clone(), starter.text);
    let set = Publication {
        files: known.files,
        settings: None,
        why: None,
        plan: None,
        accept_unknown: None,
        dry_run: false,
        expected_version: known.version,
        removes: BTreeSet::new(),
    };
    client.send(rows::policies::PUBLISH.to([]), &set).await?;
    Ok(Some(starter.path))
}

/// Returns the addresses of the hosts. Scheme and port are the gate's, which only the server knows.
async fn addresses(client: &Client, hosts: &BTreeSet<String>) -> Vec<String> {
    let status = client.call(rows::status::SHOW.to([])).await.ok();
    let origin = status
        .as_ref()
        .and_then(|status| status.get("origin"))
        .and_then(Value::as_str)
        .and_then(|origin| url::Url::parse(origin).ok());
    let address = |host: &String| match &origin {
        Some(origin) => {
            let port = origin.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}://{host}{port}/", origin.scheme())
        }
        None => host.clone(),
    };
    hosts.iter().map(address).collect()
}
