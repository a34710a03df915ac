//! Which resource of the control plane an endpoint is, and which action on it: what policies see of a request to it.

use countersign_names::Action;

/// The resources of the application that the control plane itself is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ControlResource {
    /// The control plane.
    Control,
    /// Everybody's grants and proposals, apart so that those who answer them need not be administrators.
    Approvals,
    /// What is a person's own, apart so that everybody may be let see it and ask for grants.
    Own,
}

impl ControlResource {
    /// The part of its name that follows the application's.
    pub const fn part(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Approvals => "approvals",
            Self::Own => "self",
        }
    }
}

/// What of a request names the person whose own it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnedBy {
    /// The path parameter `person`.
    PersonInPath,
    /// The query parameter `person`, given once.
    PersonInQuery,
    /// The person of the grant that the path parameter `id` names.
    PersonOfGrant,
}

/// Who may call an endpoint, as policies are asked: may the caller do this action on this resource?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointAccess {
    /// The resource.
    pub resource: ControlResource,
    /// The action.
    pub action: Action,
    /// A request for what is the caller's own is this action on [`ControlResource::Own`] instead. `None`: no request to this
    /// endpoint is.
    pub own: Option<OwnedBy>,
}

/// Shows the control plane's state, or works out what would happen; changes nothing.
pub const READS: EndpointAccess = EndpointAccess::to(ControlResource::Control, Action::Read);
/// Changes the control plane's state.
pub const ADMINISTERS: EndpointAccess = EndpointAccess::to(ControlResource::Control, Action::Administer);
/// Shows grants and proposals.
pub const READS_APPROVALS: EndpointAccess = EndpointAccess::to(ControlResource::Approvals, Action::Read);
/// Decides for another person: approves a grant, countersigns a proposal, confirms an identity.
pub const ANSWERS: EndpointAccess = EndpointAccess::to(ControlResource::Approvals, Action::Write);
/// Asks for something for the caller.
pub const ASKS_FOR_ONESELF: EndpointAccess = EndpointAccess::to(ControlResource::Own, Action::Write);

impl EndpointAccess {
    const fn to(resource: ControlResource, action: Action) -> Self {
        Self { resource, action, own: None }
    }

    /// The same, but for what is the caller's own.
    pub(crate) const fn or_own(mut self, own: OwnedBy) -> Self {
        self.own = Some(own);
        self
    }
}
