//! Signing in with an account at an OpenID provider: the request, the answer, and whose account it is.

use crate::ceremony::{Ceremonies, Pending};
use crate::identify::{Identified, Worth};
use crate::once::SeenTokens;
use crate::signing_in::{FederatedProof, active};
use crate::token::Secret;
use crate::{Authn, Refusal, SignedInAs, Target};
use countersign_facts::{Actor, Fact, IdentityProvider, ProviderFact};
use countersign_federation::{
    AuthorizationRequest, CLOCK_SKEW, ClientIdentity, CodeExchange, FederationError, IdToken, Issuer,
    ProviderClient,
};
use countersign_names::{InvitationId, ProviderName, Timestamp};
use countersign_world::{Provider, World};
use http::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use url::form_urlencoded;

/// How long a person may take at the provider.
const AT_PROVIDER: Duration = Duration::from_secs(15 * 60);

/// How this process reaches providers.
pub(crate) struct Federation {
    pub(crate) providers: ProviderClient,
    secrets: BTreeMap<ProviderName, SecretString>,
    /// The requests that have no answer yet.
    requests: Ceremonies,
    /// The logout tokens that were accepted.
    pub(crate) logouts: SeenTokens,
}

/// An authorization request that waits for its answer.
pub struct FederatedRequest {
    provider: ProviderName,
    /// The declaration at the time of the request.
    about: IdentityProvider,
    nonce: SecretString,
    verifier: SecretString,
    invitation: Option<InvitationId>,
    target: Option<Target>,
}

/// The answer to an authorization request.
struct ProviderResponse {
    code: Option<SecretString>,
    state: String,
    issuer: Option<String>,
    error: bool,
}

impl Federation {
    pub(crate) fn new(
        providers: ProviderClient,
        secrets: BTreeMap<ProviderName, SecretString>,
        requests: usize,
    ) -> Self {
        let requests = Ceremonies::new(AT_PROVIDER, requests);
        Self { providers, secrets, requests, logouts: SeenTokens::default() }
    }

    fn client(&self, provider: &ProviderName, about: &IdentityProvider) -> ClientIdentity {
        ClientIdentity { id: about.client_id.clone(), secret: self.secrets.get(provider).cloned() }
    }
}

/// Returns a refusal because of the provider, with the cause for the log.
pub(crate) fn failed(title: &str, cause: impl std::fmt::Display) -> Refusal {
    Refusal::ProviderFailed { title: title.to_owned(), cause: cause.to_string() }
}

pub(crate) fn issuer_of(about: &IdentityProvider) -> Result<Issuer, Refusal> {
    about.issuer.parse().map_err(|error| failed(&about.title, error))
}

impl Authn {
    pub(crate) fn federation(&self) -> Result<&Federation, Refusal> {
        let missing = || Refusal::Unavailable("this process was given no way to reach providers".to_owned());
        self.federation.as_ref().ok_or_else(missing)
    }

    /// Returns the declared provider of that name.
    pub(crate) fn declared_provider(&self, name: &str) -> Result<Arc<Provider>, Refusal> {
        self.world().provider(name).cloned().ok_or(Refusal::NoProvider)
    }

    /// Returns the URI to which a provider sends the browser back. Each provider has its own, so an answer that another
    /// one caused is told from the right one.
    fn redirect_uri(&self, provider: &ProviderName) -> String {
        self.config.origin.url(&format!("/sign-in/with/{provider}/callback"))
    }

    /// Starts a sign-in with a provider. Returns the address at the provider, and the cookie that ties the answer to this
    /// browser, if it had none.
    pub(crate) async fn ask_provider(
        &self,
        name: &str,
        invitation: Option<InvitationId>,
        target: Option<Target>,
        headers: &HeaderMap,
    ) -> Result<(String, Option<HeaderValue>), Refusal> {
        let federation = self.federation()?;
        let provider = self.declared_provider(name)?;
        let about = &provider.about;
        let (issuer, now) = (issuer_of(about)?, self.now());
        let known = federation
            .providers
            .provider(&issuer, now)
            .await
            .map_err(|error: FederationError| failed(&about.title, error))?;
        let (nonce, verifier) = (Secret::draw()?.text(), Secret::draw()?.text());
        let pending = Pending::Federate(Box::new(FederatedRequest {
            provider: provider.name.clone(),
            about: about.clone(),
            nonce: nonce.clone(),
            verifier: verifier.clone(),
            invitation,
            target,
        }));
        let begun = federation.requests.begin(pending, headers, now)?;
        let request = AuthorizationRequest {
            client_id: &about.client_id,
            redirect_uri: &self.redirect_uri(&provider.name),
            scopes: &about.scopes,
            state: &begun.ceremony,
            nonce: nonce.expose_secret(),
            verifier: &verifier,
            max_age: about.max_age,
        };
        Ok((request.url(&known.metadata).to_string(), begun.cookie))
    }

    /// Signs in the person whose account the provider's answer proves.
    ///
    /// The request is used up, whatever the result: an answer that was seen once is no longer secret.
    pub(crate) async fn provider_answered(
        &self,
        name: &str,
        query: &str,
        headers: &HeaderMap,
        address: Option<IpAddr>,
    ) -> Result<(SignedInAs, Option<Target>), Refusal> {
        let federation = self.federation()?;
        let response = ProviderResponse::parse(query)?;
        let pending = federation.requests.take(&response.state, headers, self.now())?;
        let Pending::Federate(request) = pending else { return Err(Refusal::CeremonyOver) };
        let token = self.token_of(federation, name, &request, response).await?;
        let signed_in = self.federated_session(&request, token, headers, address).await?;
        Ok((signed_in, request.target))
    }

    /// Checks the answer against its request, and exchanges its code for the checked ID token.
    async fn token_of(
        &self,
        federation: &Federation,
        name: &str,
        request: &FederatedRequest,
        response: ProviderResponse,
    ) -> Result<IdToken, Refusal> {
        let title = &request.about.title;
        if request.provider.as_str() != name {
            return Err(failed(title, "the answer came to the address of another provider: a mix-up"));
        }
        let (issuer, now) = (issuer_of(&request.about)?, self.now());
        let known =
            federation.providers.provider(&issuer, now).await.map_err(|error| failed(title, error))?;
        match &response.issuer {
            Some(stated) if stated != issuer.as_str() => {
                return Err(failed(title, "the answer states another issuer: a mix-up"));
            }
            None if known.metadata.states_issuer => {
                return Err(failed(title, "the answer states no issuer, although the provider always does"));
            }
            Some(_) | None => {}
        }
        if response.error {
            return Err(Refusal::ProviderDeclined { title: title.clone() });
        }
        let code = response.code.ok_or_else(|| failed(title, "the answer has no code"))?;
        let code = CodeExchange {
            code: &code,
            redirect_uri: &self.redirect_uri(&request.provider),
            verifier: &request.verifier,
        };
        let client = federation.client(&request.provider, &request.about);
        let token = federation
            .providers
            .sign_in(&issuer, &client, &code, request.nonce.expose_secret(), now)
            .await
            .map_err(|error| failed(title, error))?;
        lately(&request.about, &token, self.now())?;
        Ok(token)
    }

    async fn federated_session(
        &self,
        request: &FederatedRequest,
        token: IdToken,
        headers: &HeaderMap,
        address: Option<IpAddr>,
    ) -> Result<SignedInAs, Refusal> {
        let (name, invitation) = (request.provider.clone(), request.invitation);
        let now = self.now();
        let provider = same_declaration(&self.world(), request)?;
        let found = Identified::find(&self.world(), &provider, &token, invitation, now)?;
        let person = found.person();
        let (start, secret) = self.new_session(person, address, headers)?;
        let signed_in = SignedInAs { session: start.id, person, secret };
        let (acr, amr) = (token.acr.clone().unwrap_or_default(), token.amr.join(" "));
        let about = request.about.clone();
        let proof_of = move |world: &World, now| -> Result<FederatedProof, Refusal> {
            let link = found.still(world, &provider, &token, invitation, now)?;
            let Worth { assurance, phishing_resistant } = Worth::of(&about, &token);
            Ok(FederatedProof {
                facts: link.facts,
                link: link.id,
                assurance,
                phishing_resistant,
                authenticated_at: token.authenticated_at,
                provider_session: token.session.as_deref().map(|sid| crate::token::sha256(sid.as_bytes())),
                longest: about.session.map(Duration::from_secs),
            })
        };
        self.command(Actor::Person(person), move |world, now| {
            // A person who is added now is not known yet.
            if world.person(person).is_some() {
                active(world, person)?;
            }
            let proof = proof_of(world, now)?;
            Ok((start.federated(world, proof, now), ()))
        })
        .await?;
        tracing::info!(%person, session = %signed_in.session, provider = %name, acr, amr, "signed in with a provider");
        Ok(signed_in)
    }
}

/// Returns the provider, if it is still declared as it was when the request was made.
fn same_declaration(world: &World, request: &FederatedRequest) -> Result<Arc<Provider>, Refusal> {
    let declared = world.provider(request.provider.as_str()).filter(|known| known.about == request.about);
    declared.cloned().ok_or(Refusal::CeremonyOver)
}

/// Checks that the person authenticated as lately as the declaration asks.
fn lately(about: &IdentityProvider, token: &IdToken, now: Timestamp) -> Result<(), Refusal> {
    let Some(longest) = about.max_age else { return Ok(()) };
    let skew = u64::try_from(CLOCK_SKEW).unwrap_or(0);
    let then = token
        .authenticated_at
        .ok_or_else(|| failed(&about.title, "auth_time is missing, although max_age was requested"))?;
    if now.since(then) > Duration::from_secs(longest.saturating_add(skew)) {
        return Err(failed(&about.title, "auth_time is older than the max_age that was requested"));
    }
    Ok(())
}

impl ProviderResponse {
    fn parse(query: &str) -> Result<Self, Refusal> {
        let (mut code, mut state, mut issuer, mut error) = (None, None, None, None);
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            let slot = match &*key {
                "code" => &mut code,
                "state" => &mut state,
                "iss" => &mut issuer,
                "error" => &mut error,
                _ => continue,
            };
            if slot.replace(value.into_owned()).is_some() {
                return Err(Refusal::field(
                    "query",
                    "a parameter is given twice: start again at the sign-in page",
                ));
            }
        }
        // Without a state it answers nothing that was asked here.
        let state = state.ok_or(Refusal::CeremonyOver)?;
        Ok(Self { code: code.map(SecretString::from), state, issuer, error: error.is_some() })
    }
}

/// Returns the fact that links an account.
pub(crate) fn linked(link: countersign_names::CredentialId, about: countersign_facts::ProviderLink) -> Fact {
    Fact::Provider(ProviderFact::Linked { link, about })
}
