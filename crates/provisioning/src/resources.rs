//! What users and groups have in common: how one is shown, listed, and changed by one writer at a time.

use crate::call::{ProvisioningAnswer, ProvisioningCall};
use crate::tables::{ProvisionedRow, RowQuery, RowWrite, RowsOf};
use crate::{Provisioning, groups, users};
use countersign_database::DatabaseError;
use countersign_ledger::CommandError;
use countersign_scim::{
    ListRequest, PatchRequest, ResourceType, SCIM_GROUP, SCIM_USER, ScimError, ScimErrorType, ScimResource,
    ShownAttributes, list_response,
};
use countersign_world::{Contradiction, Kind, World};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};

/// How often a change begins again because another one came first.
const ATTEMPTS: usize = 5;
/// Number of rows that are looked at in one step.
const STEP: i64 = 500;

/// What clients say of a resource and this server knows better: it is shown, and not kept.
const KNOWN_HERE: [&str; 3] = ["active", "groups", "members"];

/// The names that groups are shown by, by the groups' ids.
pub(crate) type GroupTitles = HashMap<String, String>;

impl Provisioning {
    pub(crate) const fn of<'a>(call: &ProvisioningCall, kind: &'a ResourceType) -> RowsOf<'a> {
        RowsOf { client: call.client, kind: kind.name }
    }

    /// Returns a resource with everything that is known of it.
    pub(crate) async fn whole(
        &self,
        call: &ProvisioningCall,
        kind: &'static ResourceType,
        row: &ProvisionedRow,
    ) -> Result<Map<String, Value>, ScimError> {
        let world = self.ledger.world();
        let titles = self.titles(call, kind, &world, std::slice::from_ref(row)).await?;
        Ok(self.represent(kind, &world, &titles, row))
    }

    /// Answers with a resource.
    pub(crate) fn answer_with(
        kind: &'static ResourceType,
        status: u16,
        whole: &Map<String, Value>,
        shown: &ShownAttributes,
    ) -> ProvisioningAnswer {
        let meta = |name: &str| {
            whole.get("meta").and_then(|meta| meta.get(name)).and_then(Value::as_str).map(str::to_owned)
        };
        ProvisioningAnswer {
            location: meta("location"),
            version: meta("version"),
            ..ProvisioningAnswer::of(status, Some(Value::Object(shown.of(kind, whole))))
        }
    }

    pub(crate) async fn show(
        &self,
        call: &ProvisioningCall,
        kind: &'static ResourceType,
        id: &str,
    ) -> Result<ProvisioningAnswer, ScimError> {
        let shown = shown(call, kind)?;
        let row = self.known(call, kind, id).await?;
        let answer = Self::answer_with(kind, 200, &self.whole(call, kind, &row).await?, &shown);
        let is_known = match (&call.if_none_match, &answer.version) {
            (Some(versions), Some(version)) => names_version(versions, version),
            _ => false,
        };
        Ok(if is_known { ProvisioningAnswer { status: 304, body: None, ..answer } } else { answer })
    }

    pub(crate) async fn list(
        &self,
        call: &ProvisioningCall,
        kind: &'static ResourceType,
        wanted: &ListRequest,
    ) -> Result<ProvisioningAnswer, ScimError> {
        let of = Self::of(call, kind);
        let skip = wanted.start - 1;
        let page = |all: Vec<Map<String, Value>>| -> Vec<Value> {
            all.iter().map(|whole| Value::Object(wanted.shown.of(kind, whole))).collect()
        };
        if wanted.filter.is_none() && wanted.sorted_by.is_none() {
            let total = self.count(of).await.map_err(unavailable)?;
            let (skip, limit) =
                (i64::try_from(skip).unwrap_or(i64::MAX), i64::try_from(wanted.count).unwrap_or(0));
            let rows = self.rows(of, RowQuery::Page { skip, limit }).await.map_err(unavailable)?;
            let found = self.wholes(call, kind, &rows).await?;
            return Ok(ProvisioningAnswer::of(200, Some(list_response(total, wanted.start, page(found)))));
        }
        let mut found = self.selected(call, kind, wanted).await?;
        found.sort_by(|left, right| wanted.order(left, right));
        let total = found.len();
        let found = found.into_iter().skip(skip).take(wanted.count).collect();
        Ok(ProvisioningAnswer::of(200, Some(list_response(total, wanted.start, page(found)))))
    }

    /// Returns everything that a filter selects, in the order of ids. A name or an identifier that the filter asks for is
    /// looked up; for any other filter every resource of the client is looked at.
    async fn selected(
        &self,
        call: &ProvisioningCall,
        kind: &'static ResourceType,
        wanted: &ListRequest,
    ) -> Result<Vec<Map<String, Value>>, ScimError> {
        let of = Self::of(call, kind);
        let unique = unique_attribute(kind);
        let text = |name: &str| wanted.filter.as_ref().and_then(|filter| filter.required_text(name));
        let query =
            text(unique).map(RowQuery::UniqueName).or_else(|| text("externalId").map(RowQuery::ExternalId));
        let mut found = Vec::new();
        if let Some(query) = query {
            let rows = self.rows(of, query).await.map_err(unavailable)?;
            found.extend(
                self.wholes(call, kind, &rows).await?.into_iter().filter(|whole| wanted.selects(whole)),
            );
            return Ok(found);
        }
        let mut after = String::new();
        loop {
            let rows = self.rows(of, RowQuery::After(&after, STEP)).await.map_err(unavailable)?;
            let Some(last) = rows.last() else { return Ok(found) };
            after.clone_from(&last.id);
            found.extend(
                self.wholes(call, kind, &rows).await?.into_iter().filter(|whole| wanted.selects(whole)),
            );
        }
    }

    async fn wholes(
        &self,
        call: &ProvisioningCall,
        kind: &'static ResourceType,
        rows: &[ProvisionedRow],
    ) -> Result<Vec<Map<String, Value>>, ScimError> {
        let world = self.ledger.world();
        let titles = self.titles(call, kind, &world, rows).await?;
        Ok(rows.iter().map(|row| self.represent(kind, &world, &titles, row)).collect())
    }

    /// Returns the titles of the client's groups that these resources name.
    async fn titles(
        &self,
        call: &ProvisioningCall,
        kind: &'static ResourceType,
        world: &World,
        rows: &[ProvisionedRow],
    ) -> Result<GroupTitles, ScimError> {
        let named: BTreeSet<String> = if kind.name == SCIM_USER.name {
            rows.iter().flat_map(|row| users::groups_of(world, &row.id)).collect()
        } else {
            rows.iter().flat_map(|row| groups::groups_in(world, &row.id)).collect()
        };
        let mut titles = GroupTitles::new();
        for id in named {
            // Few: the groups of a page of users, and the groups within a group.
            if let Some(row) = self.row(Self::of(call, &SCIM_GROUP), &id).await.map_err(unavailable)? {
                let title =
                    row.document.get("displayName").and_then(Value::as_str).unwrap_or_default().to_owned();
                titles.insert(id, title);
            }
        }
        Ok(titles)
    }

    fn represent(
        &self,
        kind: &'static ResourceType,
        world: &World,
        titles: &GroupTitles,
        row: &ProvisionedRow,
    ) -> Map<String, Value> {
        let mut whole = row.document.clone();
        if kind.name == SCIM_USER.name {
            users::complete(world, &self.base, titles, row, &mut whole);
        } else {
            groups::complete(world, &self.base, titles, row, &mut whole);
        }
        whole.insert("id".to_owned(), row.id.as_str().into());
        let version = version_of(&whole);
        let meta = json!({
            "resourceType": kind.name,
            "created": row.created_at.to_string(),
            "lastModified": row.changed_at.to_string(),
            "location": format!("{}{}/{}", self.base, kind.endpoint, row.id),
            "version": version,
        });
        whole.insert("meta".to_owned(), meta);
        whole
    }

    /// Returns the row of a resource.
    pub(crate) async fn known(
        &self,
        call: &ProvisioningCall,
        kind: &'static ResourceType,
        id: &str,
    ) -> Result<ProvisionedRow, ScimError> {
        let row = self.row(Self::of(call, kind), id).await.map_err(unavailable)?;
        row.ok_or_else(|| ScimError::plain(404, format!("this client has pushed no {} {id:?}", kind.name)))
    }

    /// Replaces or patches a resource.
    pub(crate) async fn change(
        &self,
        call: &ProvisioningCall,
        kind: &'static ResourceType,
        id: &str,
        change: &ResourceChange,
    ) -> Result<ProvisioningAnswer, ScimError> {
        let shown = shown(call, kind)?;
        for _ in 0..ATTEMPTS {
            let row = self.known(call, kind, id).await?;
            // What is changed is what the client saw or says it did: the facts hold only while that is still so.
            let world = self.ledger.world();
            let titles = self.titles(call, kind, &world, std::slice::from_ref(&row)).await?;
            let before = self.represent(kind, &world, &titles, &row);
            check_version(call, &before)?;
            let wanted = match change {
                ResourceChange::Replace(resource) => resource.clone(),
                ResourceChange::Patch(patch) => kind.kept(said_by_clients(&before)).patched(patch)?,
            };
            let wrote = if kind.name == SCIM_USER.name {
                self.change_user(call, &row, &wanted, &world).await
            } else {
                self.change_group(call, &row, &wanted, &world).await
            };
            match wrote {
                Ok(()) => {
                    let row = self.known(call, kind, id).await?;
                    return Ok(Self::answer_with(kind, 200, &self.whole(call, kind, &row).await?, &shown));
                }
                Err(Unchanged::Overtaken) => {}
                Err(Unchanged::Refused(error)) => return Err(error),
            }
        }
        Err(ScimError::plain(409, "others change the same resource all the time: try again"))
    }
}

impl Provisioning {
    /// Checks that no other resource of the client has the name of this one.
    pub(crate) async fn check_name_is_free(
        &self,
        call: &ProvisioningCall,
        resource: &ScimResource,
        id: Option<&str>,
    ) -> Result<(), ScimError> {
        let unique = unique_text(resource).to_lowercase();
        let others = self.rows(Self::of(call, resource.kind()), RowQuery::UniqueName(&unique)).await;
        match others.map_err(unavailable)?.iter().any(|other| Some(other.id.as_str()) != id) {
            true => Err(name_taken(resource)),
            false => Ok(()),
        }
    }

    /// Keeps what a client says of a new resource.
    pub(crate) async fn keep_new(
        &self,
        call: &ProvisioningCall,
        id: String,
        resource: &ScimResource,
    ) -> Result<ProvisionedRow, ScimError> {
        let now = self.ledger.now();
        let external_id = resource.text("externalId").unwrap_or_default().to_owned();
        let document = kept(resource);
        let row = ProvisionedRow { id, document, revision: 1, created_at: now, changed_at: now, external_id };
        let unique = unique_text(resource).to_lowercase();
        match self.add_row(Self::of(call, resource.kind()), &row, &unique).await.map_err(unavailable)? {
            RowWrite::Done => Ok(row),
            RowWrite::Changed | RowWrite::NameTaken => Err(name_taken(resource)),
        }
    }

    /// Keeps what a client says of a resource now, if the row is still as it was read.
    pub(crate) async fn keep_changed(
        &self,
        call: &ProvisioningCall,
        row: &ProvisionedRow,
        resource: &ScimResource,
    ) -> Result<(), Unchanged> {
        let external_id = resource.text("externalId").unwrap_or_default().to_owned();
        let (document, changed_at) = (kept(resource), self.ledger.now());
        let row = ProvisionedRow { document, changed_at, external_id, ..row.clone() };
        let unique = unique_text(resource).to_lowercase();
        match self.change_row(Self::of(call, resource.kind()), &row, &unique).await.map_err(unavailable)? {
            RowWrite::Done => Ok(()),
            RowWrite::Changed => Err(Unchanged::Overtaken),
            RowWrite::NameTaken => Err(name_taken(resource).into()),
        }
    }
}

/// The attribute that no two resources of a type share.
fn unique_attribute(kind: &ResourceType) -> &'static str {
    if kind.name == SCIM_USER.name { "userName" } else { "displayName" }
}

fn unique_text(resource: &ScimResource) -> &str {
    resource.text(unique_attribute(resource.kind())).unwrap_or_default()
}

fn name_taken(resource: &ScimResource) -> ScimError {
    let kind = resource.kind();
    let (what, attribute) = (kind.name.to_lowercase(), unique_attribute(kind));
    taken(format!("there is a {what} with the {attribute} {:?} already", unique_text(resource)))
}

/// Why a resource was not changed.
#[derive(Debug)]
pub(crate) enum Unchanged {
    /// It changed since it was read: what the client wants has to be worked out again.
    Overtaken,
    /// The client may not, or cannot, have it so.
    Refused(ScimError),
}

impl From<ScimError> for Unchanged {
    fn from(error: ScimError) -> Self {
        Self::Refused(error)
    }
}

impl From<CommandError<Self>> for Unchanged {
    fn from(error: CommandError<Self>) -> Self {
        match error {
            CommandError::Refused(why) => why,
            CommandError::Contradiction(contradiction) => Self::Refused(contradicted(contradiction)),
            CommandError::Unavailable(why) | CommandError::Early(why) => Self::Refused(not_now(&why)),
        }
    }
}

/// What a client wants a resource to be.
#[derive(Debug, Clone)]
pub(crate) enum ResourceChange {
    /// This.
    Replace(ScimResource),
    /// What it is, with these changes.
    Patch(PatchRequest),
}

/// Returns what is kept of a resource.
pub(crate) fn kept(resource: &ScimResource) -> Map<String, Value> {
    let mut document = resource.attributes().clone();
    document.retain(|name, _| !KNOWN_HERE.contains(&name.as_str()));
    document
}

/// Returns the attributes that a client could have said: what a patch changes.
fn said_by_clients(whole: &Map<String, Value>) -> Map<String, Value> {
    let mut said = whole.clone();
    said.retain(|name, _| !["id", "meta", "groups"].contains(&name.as_str()));
    said
}

pub(crate) fn shown(call: &ProvisioningCall, kind: &ResourceType) -> Result<ShownAttributes, ScimError> {
    let get = |wanted: &str| {
        let parameter = call.parameters.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        parameter.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let names = |name: &str| get(name).split(',').filter(|name| !name.trim().is_empty());
    ShownAttributes::read(kind, names("attributes"), names("excludedAttributes"))
}

/// Refuses a change of a version that the client does not have.
pub(crate) fn check_version(call: &ProvisioningCall, whole: &Map<String, Value>) -> Result<(), ScimError> {
    let version =
        whole.get("meta").and_then(|meta| meta.get("version")).and_then(Value::as_str).unwrap_or_default();
    match &call.if_match {
        Some(versions) if !names_version(versions, version) => {
            Err(ScimError::plain(412, format!("the resource has changed: its version is {version}")))
        }
        _ => Ok(()),
    }
}

/// Returns whether a header names a version. Versions of SCIM are weak, and compare as such.
fn names_version(header: &str, version: &str) -> bool {
    let plain = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    header.trim() == "*" || header.split(',').any(|one| plain(one) == plain(version))
}

/// Returns the version of a resource: a digest of all that is shown of it, so that it also changes when an administrator
/// changes the person or the group here.
fn version_of(whole: &Map<String, Value>) -> String {
    let text = Value::Object(whole.clone()).to_string();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let start: String = digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{start}\"")
}

/// The tables do not answer. What the reason is stands in the log.
#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err")]
pub(crate) fn unavailable(error: DatabaseError) -> ScimError {
    tracing::warn!(%error, "a SCIM request cannot be answered");
    ScimError::plain(503, "the service cannot reach its database at present: try again")
}

pub(crate) fn taken(detail: impl Into<String>) -> ScimError {
    ScimError::new(ScimErrorType::Uniqueness, detail)
}

/// Converts the reason why facts were not stated.
pub(crate) fn refused(error: CommandError<ScimError>) -> ScimError {
    match error {
        CommandError::Refused(error) => error,
        CommandError::Contradiction(contradiction) => contradicted(contradiction),
        CommandError::Unavailable(why) | CommandError::Early(why) => not_now(&why),
    }
}

fn contradicted(Contradiction { kind, message, .. }: Contradiction) -> ScimError {
    match kind {
        Kind::Taken => taken(message),
        Kind::Countersign => ScimError::plain(
            403,
            format!("{message}: two administrators have to do this, and a provisioning client is neither"),
        ),
        Kind::Unknown | Kind::Impossible => ScimError::new(ScimErrorType::InvalidValue, message),
        Kind::Over | Kind::Last => ScimError::plain(409, message),
    }
}

fn not_now(why: &str) -> ScimError {
    ScimError::plain(503, format!("nothing can be changed at present: {why}"))
}
