//! Which request means what.

use crate::Provisioning;
use crate::call::{ProvisioningAnswer, ProvisioningCall, ProvisioningMethod};
use crate::resources::ResourceChange;
use countersign_scim::{
    ListRequest, PatchRequest, ResourceType, SCIM_GROUP, SCIM_USER, ScimError, ScimErrorType, list_response,
};
use serde_json::Value;

impl Provisioning {
    /// Answers a request. An error is an answer too, in the standard's form.
    pub async fn answer(&self, call: &ProvisioningCall) -> ProvisioningAnswer {
        let path: Vec<&str> = call.path.split('/').filter(|piece| !piece.is_empty()).collect();
        if let Some(found) = self.discover(call, &path) {
            if call.method != ProvisioningMethod::Get {
                return ProvisioningAnswer::no_such_method("GET");
            }
            return match found {
                Ok(found) => ProvisioningAnswer::of(200, Some(found)),
                Err(error) => error.into(),
            };
        }
        match path.as_slice() {
            ["Bulk"] if call.method == ProvisioningMethod::Post => {
                let done = match body(call) {
                    Ok(body) => self.bulk(call, body).await,
                    Err(error) => Err(error),
                };
                done.map_or_else(ProvisioningAnswer::from, |done| ProvisioningAnswer::of(200, Some(done)))
            }
            ["Bulk"] => ProvisioningAnswer::no_such_method("POST"),
            [".search"] if call.method == ProvisioningMethod::Post => {
                self.search(call).await.unwrap_or_else(ProvisioningAnswer::from)
            }
            [".search"] => ProvisioningAnswer::no_such_method("POST"),
            ["Me"] => {
                ScimError::plain(501, "a client is a service account here, and no user: there is no /Me")
                    .into()
            }
            _ => self.resource(call).await,
        }
    }

    /// Answers a request for users or groups.
    pub(crate) async fn resource(&self, call: &ProvisioningCall) -> ProvisioningAnswer {
        let path: Vec<&str> = call.path.split('/').filter(|piece| !piece.is_empty()).collect();
        let (kind, rest) = match path.as_slice() {
            ["Users", rest @ ..] => (&SCIM_USER, rest),
            ["Groups", rest @ ..] => (&SCIM_GROUP, rest),
            _ => return nothing_at(&call.path).into(),
        };
        let answered = match (rest, call.method) {
            ([], ProvisioningMethod::Get) => match ListRequest::from_parameters(kind, &call.parameters) {
                Ok(wanted) => self.list(call, kind, &wanted).await,
                Err(error) => Err(error),
            },
            ([], ProvisioningMethod::Post) => self.create(call, kind).await,
            ([], _) => return ProvisioningAnswer::no_such_method("GET, POST"),
            ([".search"], ProvisioningMethod::Post) => {
                match body(call).and_then(|body| ListRequest::from_body(kind, body)) {
                    Ok(wanted) => self.list(call, kind, &wanted).await,
                    Err(error) => Err(error),
                }
            }
            ([".search"], _) => return ProvisioningAnswer::no_such_method("POST"),
            ([id], ProvisioningMethod::Get) => self.show(call, kind, id).await,
            ([id], ProvisioningMethod::Delete) if kind.name == SCIM_USER.name => {
                self.delete_user(call, id).await
            }
            ([id], ProvisioningMethod::Delete) => self.delete_group(call, id).await,
            ([id], ProvisioningMethod::Put | ProvisioningMethod::Patch) => match read_change(call, kind) {
                Ok(change) => self.change(call, kind, id, &change).await,
                Err(error) => Err(error),
            },
            ([_], ProvisioningMethod::Post) => {
                return ProvisioningAnswer::no_such_method("GET, PUT, PATCH, DELETE");
            }
            _ => Err(nothing_at(&call.path)),
        };
        answered.unwrap_or_else(ProvisioningAnswer::from)
    }

    /// Searches users and groups: the users first. A filter is about the types that have its attributes.
    async fn search(&self, call: &ProvisioningCall) -> Result<ProvisioningAnswer, ScimError> {
        let body = body(call)?;
        let read = |kind| ListRequest::from_body(kind, body);
        let (users, groups) = match (read(&SCIM_USER), read(&SCIM_GROUP)) {
            (Err(error), Err(_)) => return Err(error),
            (users, groups) => (users.ok(), groups.ok()),
        };
        let (mut total, mut page) = (0, Vec::new());
        let (start, count) =
            users.as_ref().or(groups.as_ref()).map_or((1, 0), |asked| (asked.start, asked.count));
        for (kind, asked) in [(&SCIM_USER, users), (&SCIM_GROUP, groups)] {
            let Some(asked) = asked else { continue };
            let rest = count - page.len().min(count);
            let asked = ListRequest { start: start.saturating_sub(total).max(1), count: rest, ..asked };
            let found = self.list(call, kind, &asked).await?.body.unwrap_or_default();
            let of_kind = found.get("totalResults").and_then(Value::as_u64).unwrap_or(0);
            total += usize::try_from(of_kind).unwrap_or(usize::MAX);
            page.extend(found.get("Resources").and_then(Value::as_array).into_iter().flatten().cloned());
        }
        Ok(ProvisioningAnswer::of(200, Some(list_response(total, start, page))))
    }

    async fn create(
        &self,
        call: &ProvisioningCall,
        kind: &'static ResourceType,
    ) -> Result<ProvisioningAnswer, ScimError> {
        let resource = kind.read(body(call)?)?;
        if kind.name == SCIM_USER.name {
            self.create_user(call, &resource).await
        } else {
            self.create_group(call, &resource).await
        }
    }
}

fn read_change(call: &ProvisioningCall, kind: &'static ResourceType) -> Result<ResourceChange, ScimError> {
    let body = body(call)?;
    if call.method == ProvisioningMethod::Put {
        return Ok(ResourceChange::Replace(kind.read(body)?));
    }
    Ok(ResourceChange::Patch(PatchRequest::read(kind, body)?))
}

fn body(call: &ProvisioningCall) -> Result<&Value, ScimError> {
    call.body.as_ref().ok_or_else(|| ScimError::new(ScimErrorType::InvalidSyntax, "the body is missing"))
}

fn nothing_at(path: &str) -> ScimError {
    ScimError::plain(404, format!("there is nothing at {path:?}"))
}
