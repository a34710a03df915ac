//! `countersign application`: the applications behind the gate.

use crate::client::{Client, ListOptions, ServerAnswer};
use crate::console::read;
use crate::context::{Context, Sure};
use crate::exit::Failure;
use crate::verbs::protect::Protect;
use crate::{render, words};
use clap::{Args, Subcommand};
use countersign_api::rows::applications::DeclareOptions;
use countersign_api::{
    Application, ApplicationStage, Declaration, Items, Label, NewUpstreamCheck, PartsToTry, RequestMeaning,
    RequestToName, StageChange, UpstreamCheck, rows,
};
use countersign_names::{ApplicationName, ResourceName, Sensitivity};
use std::path::{Path, PathBuf};

/// Commands about applications.
#[derive(Debug, Subcommand)]
pub(crate) enum ApplicationVerb {
    /// List the applications
    #[command(after_help = "Examples:\n  countersign application list")]
    List(ListOptions),
    /// Show one application with its parts and labels
    #[command(
        after_help = "Examples:\n  countersign application show wiki\n  countersign application show wiki --json"
    )]
    Show {
        /// Its name
        application: ApplicationName,
    },
    /// Declare an application from its file, or replace its declaration
    #[command(
        after_help = "Examples:\n  countersign application add --file wiki.toml --dry-run\n  countersign application add --file wiki.toml"
    )]
    Add {
        /// The application file (TOML)
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
        /// Check only: say whether the server would take it, and declare nothing
        #[arg(long)]
        dry_run: bool,
        /// Refuse if there is an application of this name already
        #[arg(long)]
        new: bool,
        /// Refuse unless the declaration has this version, which `application show` says: nobody changed it since
        #[arg(long, value_name = "VERSION", conflicts_with = "new")]
        expected_version: Option<String>,
    },
    /// Check from the server's machine whether an upstream answers: connection, certificate, HTTP status, redirect
    #[command(after_help = "Examples:\n  countersign application check-upstream http://127.0.0.1:3000\n  \
                            countersign application check-upstream https://wiki.internal --host wiki.example.org\n\n\
                            Ends with 6 if the gate would get no answer.")]
    CheckUpstream {
        /// The upstream: an origin such as http://127.0.0.1:3000
        #[arg(value_name = "URL")]
        upstream: String,
        /// The host to ask for, as people will [default: the upstream itself]
        #[arg(long)]
        host: Option<String>,
    },
    /// Say what a request to an application means: which part, and which action; nothing is sent to the application
    #[command(after_help = "Examples:\n  countersign application meaning wiki GET /admin/users\n  \
                      countersign application meaning wiki POST /admin/users --file wiki.toml\n\n\
                      With a file it says what the request would mean if the file were declared.")]
    Meaning(RequestOfApplication),
    /// The same as `countersign protect`
    Protect(Protect),
    /// Set whether denials are enforced (enforce) or only recorded (observe)
    #[command(
        after_help = "Examples:\n  countersign application stage wiki observe\n  countersign application stage wiki enforce"
    )]
    Stage {
        /// Its name
        application: ApplicationName,
        /// observe or enforce
        #[arg(value_parser = words::parse::<ApplicationStage>)]
        stage: ApplicationStage,
    },
    /// Set the sensitivity of an application or one of its parts
    #[command(after_help = "Examples:\n  countersign application label wiki internal\n  \
                            countersign application label wiki/admin restricted\n  \
                            countersign application label wiki/admin none")]
    Label(Labelled),
    /// Remove an application from the gate; nobody can reach it afterwards
    #[command(
        after_help = "Examples:\n  countersign application remove wiki --dry-run\n  countersign application remove wiki --yes"
    )]
    Remove {
        /// Its name
        application: ApplicationName,
        #[command(flatten)]
        sure: Sure,
    },
}

/// A request whose meaning is asked for.
#[derive(Debug, Args)]
pub(crate) struct RequestOfApplication {
    /// The application
    application: ApplicationName,
    /// The method, in capital letters
    method: String,
    /// The path, without a query
    path: String,
    /// It asks for another protocol on its connection, as a WebSocket does
    #[arg(long)]
    upgrade: bool,
    /// The application file (TOML) whose parts are tried [default: those that are declared]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// A label.
#[derive(Debug, Args)]
pub(crate) struct Labelled {
    /// An application, or one of its parts as APP/PART
    #[arg(value_name = "APP[/PART]", value_parser = parse_target)]
    resource: LabelledPart,
    /// public, internal, confidential, restricted, or none to remove the label
    #[arg(value_parser = parse_level)]
    sensitivity: Level,
}

/// The target of a label.
#[derive(Debug, Clone)]
enum LabelledPart {
    Whole(ApplicationName),
    Part(ResourceName),
}

/// A label, or its absence; its own type because clap treats an `Option` as an optional argument.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Level(Option<Sensitivity>);

fn parse_target(text: &str) -> Result<LabelledPart, String> {
    let read = if text.contains('/') {
        text.parse().map(LabelledPart::Part)
    } else {
        text.parse().map(LabelledPart::Whole)
    };
    read.map_err(|error| error.to_string())
}

fn parse_level(text: &str) -> Result<Level, String> {
    if text == "none" {
        return Ok(Level(None));
    }
    let read: Result<Sensitivity, _> = text.parse();
    read.map(|level| Level(Some(level))).map_err(|error| format!("{error}, or none"))
}

impl ApplicationVerb {
    pub(crate) async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(options) => list(cx, &options).await,
            Self::Show { application } => show(cx, &application).await,
            Self::Add { file, dry_run, new, expected_version } => {
                let (name, declaration) = application_file(&file)?;
                let how = DeclareOptions {
                    new: new.then_some(true),
                    dry_run: dry_run.then_some(true),
                    expected_version,
                };
                let path = rows::applications::DECLARE.ask([name.as_str()], &how);
                let answer = cx.client()?.send(path, &declaration).await?;
                let said = if dry_run {
                    format!("The application {name} would be declared. Nothing has changed.")
                } else {
                    format!("The application {name} is declared.")
                };
                cx.console.say(&answer, said)
            }
            Self::CheckUpstream { upstream, host } => check_upstream(cx, upstream, host).await,
            Self::Meaning(asked) => asked.run(cx).await,
            Self::Protect(protect) => protect.run(cx).await,
            Self::Stage { application, stage } => {
                let path = rows::applications::STAGE.to([application.as_str()]);
                let answer = cx.client()?.send(path, &StageChange { stage }).await?;
                let sentence = match stage {
                    ApplicationStage::Observe => {
                        format!(
                            "{application} is in the stage observe: denials are recorded and not enforced."
                        )
                    }
                    ApplicationStage::Enforce => {
                        format!("{application} is in the stage enforce: denials are enforced.")
                    }
                };
                cx.console.say(&answer, sentence)
            }
            Self::Label(labelled) => labelled.run(cx).await,
            Self::Remove { application, sure } => remove(cx, &application, sure).await,
        }
    }
}

fn application_file(file: &Path) -> Result<(ApplicationName, Declaration), Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::unreadable(file, &error))?;
    Declaration::from_toml(&file.display().to_string(), &text)
        .map_err(|error| Failure::Underlined(render::diagnostic(&error)))
}

impl RequestOfApplication {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let Self { application, method, path, upgrade, file } = self;
        let parts = file.map(|file| parts_of_file(&application, &file)).transpose()?;
        let row = rows::applications::MEANING.to([application.as_str()]);
        let asked = RequestToName { method, path, upgrade, parts };
        let answer = cx.client()?.send(row, &asked).await?;
        cx.console.show(answer, |console, meant: RequestMeaning| {
            let label = meant.labelled.then_some(meant.sensitivity);
            console.facts([
                ("Path", meant.path),
                ("Resource", meant.resource.to_string()),
                ("Action", meant.action.to_string()),
                ("Sensitivity", level(label)),
            ])
        })
    }
}

/// Returns the parts of an application file, which must be that of this application.
fn parts_of_file(application: &ApplicationName, file: &Path) -> Result<PartsToTry, Failure> {
    let (name, declaration) = application_file(file)?;
    if name != *application {
        return Err(Failure::input(
            format!("{} is the file of {name}, not of {application}", file.display()),
            format!("name the application {name}, or give its own file"),
        ));
    }
    Ok(PartsToTry { sensitivity: declaration.sensitivity, resources: declaration.resources })
}

async fn check_upstream(cx: &mut Context, upstream: String, host: Option<String>) -> Result<(), Failure> {
    let asked = NewUpstreamCheck { upstream, host };
    let answer = cx.client()?.send(rows::upstreams::CHECK.to([]), &asked).await?;
    let found: UpstreamCheck = read(answer.clone())?;
    cx.console.show(answer, |console, found: UpstreamCheck| {
        console.line(format!("{}: {}", found.upstream, found.message))?;
        found.remedy.iter().try_for_each(|remedy| console.line(format!("what to do: {remedy}")))
    })?;
    if found.answers { Ok(()) } else { Err(Failure::CheckFailed) }
}

/// Declares an application as a whole.
pub(crate) async fn declare(
    client: &Client,
    name: &ApplicationName,
    declaration: &Declaration,
) -> Result<ServerAnswer<Application>, Failure> {
    client.send(rows::applications::DECLARE.to([name.as_str()]), declaration).await
}

async fn get(cx: &Context, application: &ApplicationName) -> Result<ServerAnswer<Application>, Failure> {
    cx.client()?.call(rows::applications::SHOW.to([application.as_str()])).await
}

fn level(sensitivity: Option<Sensitivity>) -> String {
    sensitivity.map_or_else(|| "unlabelled (counts as restricted)".to_owned(), |level| level.to_string())
}

async fn list(cx: &mut Context, options: &ListOptions) -> Result<(), Failure> {
    let answer = cx.client()?.list(rows::applications::LIST.to([]), options).await?;
    cx.console.show(answer, |console, applications: Items<Application>| {
        let rows = applications.items.into_iter().map(|application| {
            let declared = application.declared;
            let hosts: Vec<_> = declared.hosts.into_iter().collect();
            [
                application.name.to_string(),
                declared.title,
                words::of(&declared.stage),
                level(declared.sensitivity),
                words::list(&hosts),
                declared.upstream,
                declared.owner,
            ]
        });
        let none = "There is no application. Put one behind the gate with `countersign protect`.";
        console.table(
            ["APPLICATION", "TITLE", "STAGE", "SENSITIVITY", "HOSTS", "UPSTREAM", "OWNER"],
            rows,
            none,
        )
    })
}

async fn show(cx: &mut Context, application: &ApplicationName) -> Result<(), Failure> {
    let answer = get(cx, application).await?;
    cx.console.show(answer, |console, application: Application| {
        let Application { name, declared, labels, version } = application;
        let hosts: Vec<_> = declared.hosts.iter().collect();
        let downloads: Vec<_> = declared.download_types.iter().collect();
        let operations: Vec<_> =
            declared.operations.iter().map(|(word, action)| format!("{word} = {action}")).collect();
        let headers = declared.request_headers.as_ref().map_or_else(
            || "by the gate's rules".to_owned(),
            |headers| words::list(&headers.iter().collect::<Vec<_>>()),
        );
        console.facts([
            ("Name", name.to_string()),
            ("Title", declared.title),
            ("Owner", declared.owner),
            ("Hosts", words::list(&hosts)),
            ("Upstream", declared.upstream),
            ("Stage", words::of(&declared.stage)),
            ("Sensitivity", level(declared.sensitivity)),
            ("Assertion", declared.assertion_header),
            ("Downloads", words::list(&downloads)),
            ("Operations", words::list(&operations)),
            ("Request headers", headers),
            ("Version", version),
        ])?;
        console.line("")?;
        let mut rows: Vec<[String; 3]> = Vec::new();
        for part in declared.resources {
            let given = labels.iter().find(|(resource, _)| resource.part() == part.part);
            let label = given.map(|(_, label)| *label).or(part.sensitivity);
            let label = label.map_or_else(|| "as the application".to_owned(), |label| label.to_string());
            let routes: Vec<_> = part.routes.iter().map(route).collect();
            rows.push([part.part, label, routes.join("; ")]);
        }
        console.table(
            ["PART", "SENSITIVITY", "ROUTES"],
            rows,
            "It has no named parts: everything is `other`.",
        )
    })
}

fn route(route: &countersign_api::Route) -> String {
    let methods: Vec<_> = route.methods.iter().collect();
    let action = route.action.map(|action| format!(" ({action})")).unwrap_or_default();
    format!("{} {}{action}", words::list_or(&methods, "any"), route.path)
}

impl Labelled {
    async fn run(self, cx: &mut Context) -> Result<(), Failure> {
        let Level(sensitivity) = self.sensitivity;
        let (answer, what) = match self.resource {
            LabelledPart::Part(resource) => {
                let path = rows::labels::SET.to([resource.application().as_str(), resource.part()]);
                (cx.client()?.send(path, &Label { sensitivity }).await?, resource.to_string())
            }
            // The application's own label is part of its declaration.
            LabelledPart::Whole(name) => {
                let mut declared = read::<Application>(get(cx, &name).await?)?.declared;
                declared.sensitivity = sensitivity;
                (declare(&cx.client()?, &name, &declared).await?, name.to_string())
            }
        };
        let said = sensitivity.map_or_else(
            || format!("{what} has no label of its own now."),
            |level| format!("{what} is {level} now."),
        );
        cx.console.say(&answer, said)
    }
}

async fn remove(cx: &mut Context, name: &ApplicationName, sure: Sure) -> Result<(), Failure> {
    let found: Application = read(get(cx, name).await?)?;
    let hosts: Vec<_> = found.declared.hosts.iter().collect();
    let goes = [
        format!("the way to {} under {}", found.declared.upstream, words::list(&hosts)),
        "every access to it that is open now, and every grant for it".to_owned(),
        "its name, which is never used again".to_owned(),
    ];
    if !sure.agree(cx, &format!("the application {name} ({})", found.declared.title), &goes)? {
        return Ok(());
    }
    let answer = cx.client()?.call(rows::applications::REMOVE.to([name.as_str()])).await?;
    cx.console.say(
        &answer,
        format!("The application {name} is removed. Its policies stay until you publish a set without them."),
    )
}
