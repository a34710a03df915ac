//! Which resource of the control plane an endpoint is, and which action on it: the input of policies for a request to
//! it.

use countersign_names::Action;

/// The resources of the control plane's own application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ControlResource {
    /// Everything else of the control plane.
    Control,
    /// Grants and proposals of all people. It is separate so that approvers need not be administrators.
    Approvals,
    /// What identity providers push, over SCIM. It is separate because a provider in the cloud has no key of a managed
    /// machine to show, and is to reach nothing else.
    Provisioning,
    /// The caller's own data. It is separate so that policies can let everybody read it and request grants.
    Own,
}

impl ControlResource {
    /// The part of its name that follows the application's.
    pub const fn part(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Approvals => "approvals",
            Self::Provisioning => "provisioning",
            Self::Own => "self",
        }
    }
}

/// The part of a request that names the owner of the requested data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnedBy {
    /// The path parameter `person` names the owner.
    PersonInPath,
    /// The query parameter `person`, given once, names the owner.
    PersonInQuery,
    /// The query parameter `owner`, given once, names the owner.
    OwnerInQuery,
    /// The path parameter `id` names a grant; its person is the owner.
    PersonOfGrant,
    /// The query parameter `application`, given once, names an application; who is responsible for it is the owner.
    ApplicationInQuery,
    /// The path parameter `label` names a label; who is responsible for its application is the owner.
    ApplicationOfLabel,
}

/// Who may call an endpoint, as a policy decision: may the caller perform this action on this resource?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointAccess {
    /// The resource.
    pub resource: ControlResource,
    /// The action.
    pub action: Action,
    /// How to find the owner of the requested data. A request for the caller's own data is this action on
    /// [`ControlResource::Own`] instead, where administering what is one's own is writing it. `None` if the endpoint has no such requests.
    pub own: Option<OwnedBy>,
}

/// Reads the control plane's state or computes a result; changes nothing.
pub const READS: EndpointAccess = EndpointAccess::to(ControlResource::Control, Action::Read);
/// Changes the control plane's state.
pub const ADMINISTERS: EndpointAccess = EndpointAccess::to(ControlResource::Control, Action::Administer);
/// Reads grants and proposals.
pub const READS_APPROVALS: EndpointAccess = EndpointAccess::to(ControlResource::Approvals, Action::Read);
/// Decides for another person: approves a grant, countersigns a proposal, confirms an identity.
pub const ANSWERS: EndpointAccess = EndpointAccess::to(ControlResource::Approvals, Action::Write);
/// Shows the caller's own data.
pub const READS_OWN: EndpointAccess = EndpointAccess::to(ControlResource::Own, Action::Read);
/// Requests something for the caller.
pub const ASKS_FOR_ONESELF: EndpointAccess = EndpointAccess::to(ControlResource::Own, Action::Write);

impl EndpointAccess {
    const fn to(resource: ControlResource, action: Action) -> Self {
        Self { resource, action, own: None }
    }

    /// The same access, with a rule for the caller's own data.
    pub(crate) const fn or_own(mut self, own: OwnedBy) -> Self {
        self.own = Some(own);
        self
    }
}
