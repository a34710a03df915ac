//! OpenID providers and links to accounts there: commands and views.

use crate::input::{Json, in_path, on_record, span};
use crate::page::{PageParameters, SortKey};
use crate::refusal::{CreatedResult, JsonResult};
use crate::{Caller, Control, Refusal, find, secret};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_api::{self as api, rows};
use countersign_facts::{
    AssuranceRule, EndReason, Fact, IdentityProvider, PersonKind, ProviderFact, ProviderLink, SessionFact,
};
use countersign_federation::Issuer;
use countersign_names::{CredentialId, ProviderName, SessionId};
use countersign_world::{LinkedAccount, Provider, World};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Maximum number of scopes, domains and rules.
const MOST: usize = 50;
/// Maximum length of a scope, domain, `acr` or method, in characters.
const LONGEST: usize = 253;
/// Maximum length of an account's subject: what OpenID Connect allows.
const LONGEST_SUBJECT: usize = 255;
/// The longest age and session that may be declared: 30 days.
const LONGEST_SPAN: u64 = 30 * 24 * 3600;

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
) -> JsonResult<api::Items<api::DeclaredProvider>> {
    let page = page.usual(&rows::providers::LIST)?;
    let world = control.world();
    let found = page.select(world.providers(), |known, _| {
        (SortKey::text(known.name.as_str()), SortKey::text(known.name.as_str()))
    });
    Ok(axum::Json(found.shown(|known| shown(&control, &world, known))))
}

pub async fn show(
    State(control): State<Control>,
    Path(provider): Path<String>,
) -> JsonResult<api::DeclaredProvider> {
    view(&control, &in_path("provider", &provider)?)
}

pub async fn declare(
    State(control): State<Control>,
    caller: Caller,
    Path(provider): Path<String>,
    Json(declaration): Json<api::ProviderDeclaration>,
) -> JsonResult<api::DeclaredProvider> {
    let name: ProviderName = in_path("provider", &provider)?;
    let about = declared(&declaration)?;
    let provider = name.clone();
    control
        .command(&caller, move |world, _| {
            let unchanged = world.provider(provider.as_str()).is_some_and(|known| known.about == about);
            let (provider, about) = (provider.clone(), about.clone());
            let declared = vec![Fact::Provider(ProviderFact::Declared { provider, about })];
            Ok((if unchanged { Vec::new() } else { declared }, ()))
        })
        .await?;
    view(&control, &name)
}

pub async fn withdraw(
    State(control): State<Control>,
    caller: Caller,
    Path(provider): Path<String>,
) -> Result<StatusCode, Refusal> {
    let name: ProviderName = in_path("provider", &provider)?;
    control
        .command(&caller, move |world, now| {
            known(world, &name)?;
            let mut facts = ended(world.sessions_of_provider(&name, now).map(|session| session.id));
            facts.push(Fact::Provider(ProviderFact::Withdrawn { provider: name.clone() }));
            Ok((facts, ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn links(
    State(control): State<Control>,
    Path(person): Path<String>,
    page: PageParameters,
) -> JsonResult<api::Items<api::PersonLink>> {
    let page = page.usual(&rows::people::LINKS)?;
    let world = control.world();
    let id = find::person_in_path(&world, &person)?.id;
    let found = page.select(world.links_of(id), |known, _| (SortKey::id(known.id.bits()), SortKey::text("")));
    Ok(axum::Json(found.shown(|known| shown_link(known))))
}

pub async fn link(
    State(control): State<Control>,
    caller: Caller,
    Path(person): Path<String>,
    Json(new): Json<api::NewPersonLink>,
) -> CreatedResult<api::PersonLink> {
    let id = CredentialId::new(secret::fresh(control.now())?);
    let subject = new.subject.clone();
    if subject.is_empty() || subject.len() > LONGEST_SUBJECT || subject.chars().any(char::is_control) {
        return Err(Refusal::invalid("subject", "the subject is not 1 to 255 printable characters")
            .remedy("copy the `sub` of the account, which the page of a refused sign-in shows"));
    }
    control
        .command(&caller, move |world, _| {
            let person = find::person_in_path(world, &person)?.id;
            if world.provider(new.provider.as_str()).is_none() {
                return Err(Refusal::invalid("provider", format!("there is no provider {}", new.provider))
                    .remedy("`countersign provider list` shows those there are"));
            }
            let (provider, subject) = (new.provider.clone(), new.subject.clone());
            let about = ProviderLink { provider, subject, person, invitation: None };
            Ok((vec![Fact::Provider(ProviderFact::Linked { link: id, about })], ()))
        })
        .await?;
    let world = control.world();
    let made = world.linked_account(id).ok_or_else(|| Refusal::not_found("link", id))?;
    Ok((StatusCode::CREATED, axum::Json(shown_link(made))))
}

pub async fn unlink(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let link: CredentialId = in_path("id", &id)?;
    control
        .command(&caller, move |world, now| {
            world.linked_account(link).ok_or_else(|| Refusal::not_found("link", link).about_field("id"))?;
            let mut facts = ended(world.sessions_begun_by(link, now).map(|session| session.id));
            facts.push(Fact::Provider(ProviderFact::Unlinked { link }));
            Ok((facts, ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn ended(sessions: impl Iterator<Item = SessionId>) -> Vec<Fact> {
    let reason = EndReason::CredentialRemoved;
    sessions.map(|session| Fact::Session(SessionFact::Ended { session, reason })).collect()
}

fn known<'a>(world: &'a World, name: &ProviderName) -> Result<&'a Arc<Provider>, Refusal> {
    world.provider(name.as_str()).ok_or_else(|| {
        Refusal::not_found("provider", name)
            .about_field("provider")
            .remedy("`countersign provider list` shows those there are")
    })
}

fn view(control: &Control, name: &ProviderName) -> JsonResult<api::DeclaredProvider> {
    let world = control.world();
    let provider = known(&world, name)?;
    Ok(axum::Json(shown(control, &world, provider)))
}

fn shown(control: &Control, world: &World, provider: &Provider) -> api::DeclaredProvider {
    let at =
        |end: &str| format!("{}/sign-in/with/{}/{end}", control.settings().sign_in_origin, provider.name);
    let about = &provider.about;
    api::DeclaredProvider {
        name: provider.name.clone(),
        declaration: api::ProviderDeclaration {
            title: about.title.clone(),
            issuer: about.issuer.clone(),
            client_id: about.client_id.clone(),
            scopes: about.scopes.clone(),
            domains: about.domains.clone(),
            creates_people: about.creates_people.map(|kind| match kind {
                PersonKind::Employee => api::PersonKind::Employee,
                PersonKind::Contractor => api::PersonKind::Contractor,
                PersonKind::Vendor => api::PersonKind::Vendor,
            }),
            assurance: about.assurance.iter().map(shown_rule).collect(),
            max_age_seconds: about.max_age,
            session_seconds: about.session,
        },
        declared_at: provider.declared_at,
        links: u64::try_from(world.links_at(&provider.name)).unwrap_or(u64::MAX),
        redirect_uri: at("callback"),
        logout_uri: at("logout"),
    }
}

fn shown_rule(rule: &AssuranceRule) -> api::ProviderAssurance {
    api::ProviderAssurance {
        acr: rule.acr.clone(),
        amr: rule.amr.clone(),
        assurance: rule.assurance,
        phishing_resistant: rule.phishing_resistant,
    }
}

fn shown_link(link: &LinkedAccount) -> api::PersonLink {
    api::PersonLink {
        id: link.id,
        person: link.person,
        provider: link.provider.clone(),
        subject: link.subject.clone(),
        linked_at: link.linked_at,
    }
}

/// Checks a declaration, and converts it to the form of facts.
fn declared(given: &api::ProviderDeclaration) -> Result<IdentityProvider, Refusal> {
    given.issuer.parse::<Issuer>().map_err(|error| Refusal::invalid("issuer", error.to_string()))?;
    let mut assurance = Vec::new();
    most("assurance", given.assurance.len())?;
    for (place, rule) in given.assurance.iter().enumerate() {
        let amr = texts(&format!("assurance[{place}].amr"), &rule.amr, is_printable)?;
        let acr = rule.acr.as_ref();
        if acr.is_some_and(|acr| !is_printable(acr)) {
            return Err(not_printable(format!("assurance[{place}].acr")));
        }
        let (acr, level) = (acr.cloned(), rule.assurance);
        assurance.push(AssuranceRule {
            acr,
            amr,
            assurance: level,
            phishing_resistant: rule.phishing_resistant,
        });
    }
    for domain in &given.domains {
        if !is_domain(domain) {
            return Err(Refusal::invalid("domains", format!("{domain:?} is no mail domain"))
                .remedy("write what stands after the @ in lower case, as in example.com"));
        }
    }
    if let Some(age) = given.max_age_seconds {
        span("max_age_seconds", age, 1, LONGEST_SPAN)?;
    }
    if let Some(length) = given.session_seconds {
        span("session_seconds", length, 60, LONGEST_SPAN)?;
    }
    Ok(IdentityProvider {
        title: short("title", &given.title, 100)?,
        issuer: given.issuer.clone(),
        client_id: short("client_id", &given.client_id, 200)?,
        scopes: texts("scopes", &given.scopes, is_scope)?,
        domains: texts("domains", &given.domains, is_domain)?,
        creates_people: given.creates_people.map(|kind| match kind {
            api::PersonKind::Employee => PersonKind::Employee,
            api::PersonKind::Contractor => PersonKind::Contractor,
            api::PersonKind::Vendor => PersonKind::Vendor,
        }),
        assurance,
        max_age: given.max_age_seconds,
        session: given.session_seconds,
    })
}

fn short(field: &str, text: &str, longest: usize) -> Result<String, Refusal> {
    if text.chars().count() > longest || text.chars().any(char::is_control) {
        return Err(Refusal::invalid(field, format!("{field} is not 1 to {longest} printable characters")));
    }
    on_record(field, text)
}

fn most(field: &str, count: usize) -> Result<(), Refusal> {
    if count > MOST {
        return Err(Refusal::invalid(field, format!("{field} has more than {MOST} entries")));
    }
    Ok(())
}

fn texts(field: &str, given: &BTreeSet<String>, fits: fn(&str) -> bool) -> Result<BTreeSet<String>, Refusal> {
    most(field, given.len())?;
    if given.iter().all(|text| fits(text)) { Ok(given.clone()) } else { Err(not_printable(field.to_owned())) }
}

fn not_printable(field: String) -> Refusal {
    Refusal::invalid(
        field,
        "an entry is empty, longer than 253 characters, or has characters that are not allowed",
    )
    .remedy("write it as the provider's documentation does")
}

fn is_printable(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control)
}

fn is_scope(text: &str) -> bool {
    is_printable(text) && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'))
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.len() <= LONGEST && text.contains('.') && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declaration() -> api::ProviderDeclaration {
        serde_json::from_str(
            r#"{"title": "Corp", "issuer": "https://idp.example.com", "client_id": "us", "domains": ["example.com"]}"#,
        )
        .unwrap()
    }

    #[test]
    fn each_wrong_field_is_named() {
        let check = |field: &str, change: fn(&mut api::ProviderDeclaration)| {
            let mut given = declaration();
            change(&mut given);
            let refusal = format!("{:?}", declared(&given).unwrap_err());
            assert!(refusal.contains(&format!("{field:?}")), "{field}: {refusal}");
        };
        assert!(declared(&declaration()).is_ok());
        check("title", |it| it.title = "  ".to_owned());
        check("title", |it| it.title = "a".repeat(101));
        check("issuer", |it| it.issuer = "http://idp.example.com".to_owned());
        check("issuer", |it| it.issuer = "idp".to_owned());
        check("client_id", |it| it.client_id.clear());
        check("scopes", |it| it.scopes = ["two words".to_owned()].into());
        check("scopes", |it| it.scopes = (0..51).map(|n| n.to_string()).collect());
        check("domains", |it| it.domains = ["Example.com".to_owned()].into());
        check("domains", |it| it.domains = ["ada@example.com".to_owned()].into());
        check("domains", |it| it.domains = ["com".to_owned()].into());
        check("max_age_seconds", |it| it.max_age_seconds = Some(0));
        check("session_seconds", |it| it.session_seconds = Some(59));
        check("assurance[0].acr", |it| {
            it.assurance = serde_json::from_str(r#"[{"acr": "", "assurance": "aal2"}]"#).unwrap();
        });
        check("assurance[0].amr", |it| {
            it.assurance = serde_json::from_str(r#"[{"amr": ["\n"], "assurance": "aal2"}]"#).unwrap();
        });
    }
}
