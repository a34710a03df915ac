//! Groups: commands and views.

use crate::input::{Json, QueryParameters, in_path};
use crate::page::{PageParameters, Search, SortKey};
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal, find};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_api::{self as api, rows};
use countersign_facts::{Fact, GroupFact, Member};
use countersign_names::GroupName;
use countersign_world::{Group, World};

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::groups::GroupFilter>,
) -> JsonResult<api::Items<api::Group>> {
    let (page, search) = (page.usual(&rows::groups::LIST)?, Search::from(asked.q));
    let world = control.world();
    let groups = world.groups().filter(|group| search.finds([group.name.as_str(), &group.purpose]));
    let found = page.select(groups, |group, _| (SortKey::text(group.name.as_str()), SortKey::text("")));
    Ok(axum::Json(found.shown(|group| shown(&world, group))))
}

pub async fn show(State(control): State<Control>, Path(group): Path<String>) -> JsonResult<api::Group> {
    view(&control, &in_path("group", &group)?)
}

pub async fn add(
    State(control): State<Control>,
    caller: Caller,
    Json(new): Json<api::NewGroup>,
) -> Result<(StatusCode, axum::Json<api::Group>), Refusal> {
    let (group, purpose) = (new.name.clone(), new.purpose.trim().to_owned());
    control
        .command(&caller, move |_, _| {
            Ok((vec![Fact::Group(GroupFact::Added { group: group.clone(), purpose: purpose.clone() })], ()))
        })
        .await
        // The world names this field `group`; in this body it is `name`.
        .map_err(|refusal| match refusal.problem().field.as_deref() {
            Some("group") => refusal.about_field("name"),
            _ => refusal,
        })?;
    Ok((StatusCode::CREATED, view(&control, &new.name)?))
}

pub async fn remove(
    State(control): State<Control>,
    caller: Caller,
    Path(group): Path<String>,
) -> Result<StatusCode, Refusal> {
    let group: GroupName = in_path("group", &group)?;
    if group.as_str() == countersign_world::ADMINISTRATORS {
        return Err(Refusal::conflict("the group of the administrators is part of the product")
            .about_field("group")
            .remedy("remove its members instead"));
    }
    control
        .command(&caller, move |world, _| {
            known(world, &group)?;
            Ok((vec![Fact::Group(GroupFact::Removed { group: group.clone() })], ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn join(
    State(control): State<Control>,
    caller: Caller,
    Path((group, member)): Path<(String, String)>,
) -> JsonResult<api::Group> {
    move_member(&control, &caller, &group, member, true).await
}

pub async fn leave(
    State(control): State<Control>,
    caller: Caller,
    Path((group, member)): Path<(String, String)>,
) -> JsonResult<api::Group> {
    move_member(&control, &caller, &group, member, false).await
}

async fn move_member(
    control: &Control,
    caller: &Caller,
    group: &str,
    member: String,
    joins: bool,
) -> JsonResult<api::Group> {
    let group: GroupName = in_path("group", group)?;
    let moved = group.clone();
    control
        .command(caller, move |world, _| {
            let inside = known(world, &moved)?;
            let member = find::member(world, &member)?;
            let group = moved.clone();
            let facts = match (joins, inside.members.contains(&member)) {
                // PUT is idempotent: adding a member again changes nothing.
                (true, true) => Vec::new(),
                (true, false) => vec![Fact::Group(GroupFact::MemberAdded { group, member })],
                (false, _) => vec![Fact::Group(GroupFact::MemberRemoved { group, member })],
            };
            Ok((facts, ()))
        })
        .await?;
    view(control, &group)
}

fn known<'a>(world: &'a World, group: &GroupName) -> Result<&'a Group, Refusal> {
    let known = world.group(group.as_str());
    known.map(|group| &**group).ok_or_else(|| Refusal::not_found("group", group).about_field("group"))
}

fn view(control: &Control, group: &GroupName) -> JsonResult<api::Group> {
    let world = control.world();
    known(&world, group).map(|group| axum::Json(shown(&world, group)))
}

fn shown(world: &World, group: &Group) -> api::Group {
    let member = |member: &Member| match member {
        Member::Person(id) => api::Member {
            kind: api::MemberKind::Person,
            id: id.to_string(),
            name: world.person(*id).map_or_else(String::new, |person| person.about.email.clone()),
        },
        Member::Service(id) => api::Member {
            kind: api::MemberKind::Service,
            id: id.to_string(),
            name: world.service(*id).map_or_else(String::new, |service| service.name.clone()),
        },
        Member::Group(name) => {
            api::Member { kind: api::MemberKind::Group, id: name.to_string(), name: name.to_string() }
        }
    };
    api::Group {
        name: group.name.clone(),
        purpose: group.purpose.clone(),
        members: group.members.iter().map(member).collect(),
    }
}
