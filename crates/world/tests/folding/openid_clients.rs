//! OpenID clients: their declarations, their secrets, and what ends them.

use super::refused as refused_after;
use countersign_facts::{Digest, Fact, OpenIdClient, OpenIdClientFact};
use countersign_names::OpenIdClientName;
use countersign_testkit::story::*;
use countersign_world::{Kind, StatedBy, World};

fn about(application: &str, public: bool) -> OpenIdClient {
    OpenIdClient {
        application: application.parse().unwrap(),
        redirect_uris: ["https://wiki.example/callback".to_owned()].into(),
        post_logout_redirect_uris: std::collections::BTreeSet::new(),
        backchannel_logout_uri: None,
        public,
    }
}

fn name(text: &str) -> OpenIdClientName {
    text.parse().unwrap()
}

fn declare(client: &str, about: OpenIdClient) -> Line {
    Line::of(Fact::OpenIdClient(OpenIdClientFact::Declared { client: name(client), about }))
}

fn issue(client: &str, secret: u8) -> Line {
    let secret = Digest::new([secret; 32]);
    Line::of(Fact::OpenIdClient(OpenIdClientFact::SecretIssued { client: name(client), secret }))
}

fn withdraw(client: &str) -> Line {
    Line::of(Fact::OpenIdClient(OpenIdClientFact::Withdrawn { client: name(client) }))
}

/// Tells the line after the story, which is refused.
fn refused(before: &[Line], line: Line, kind: Kind, words: &str) {
    let story = before.iter().cloned().chain([line]).collect();
    refused_after(story, kind, words);
}

fn secret(world: &World, client: &str) -> Option<Digest> {
    world.openid_client(&name(client)).unwrap().secret.map(|(secret, _)| secret)
}

#[test]
fn a_client_belongs_to_one_application_and_keeps_its_secret() {
    let story = [application("wiki"), application("todo"), declare("web", about("wiki", false))];
    let mut world = told(&story);
    assert_eq!(secret(&world, "web"), None);
    tell(&mut world, &[issue("web", 1), issue("web", 2)]);
    assert_eq!(secret(&world, "web"), Some(Digest::new([2; 32])), "a secret replaces the one before");
    tell(&mut world, &[declare("web", about("wiki", false))]);
    assert_eq!(secret(&world, "web"), Some(Digest::new([2; 32])), "another declaration keeps it");
    refused(&story, declare("web", about("todo", false)), Kind::Impossible, "application");
    tell(&mut world, &[declare("web", about("wiki", true))]);
    assert_eq!(secret(&world, "web"), None, "a public client has none");
    let public = [application("wiki"), declare("web", about("wiki", true))];
    refused(&public, issue("web", 3), Kind::Impossible, "is public");
    assert_eq!(world.stated_by(&declare("web", about("wiki", true)).stated().fact), StatedBy::One);
}

#[test]
fn a_client_is_of_an_application_that_there_is_and_never_of_the_control_plane() {
    let story = [application("wiki")];
    refused(&story, declare("web", about("nothing", true)), Kind::Unknown, "nothing");
    refused(&story, declare("web", about("countersign", true)), Kind::Impossible, "control plane");
    refused(&story, issue("web", 1), Kind::Unknown, "web");
    refused(&story, withdraw("web"), Kind::Unknown, "web");
}

#[test]
fn a_name_is_never_used_again_and_a_client_goes_with_its_application() {
    let story = [
        application("wiki"),
        application("todo"),
        declare("web", about("wiki", true)),
        declare("phone", about("wiki", true)),
        declare("other", about("todo", true)),
        withdraw("web"),
        remove_application("wiki"),
    ];
    let left: Vec<_> = told(&story).openid_clients().map(|known| known.name.to_string()).collect();
    assert_eq!(left, ["other"]);
    refused(&story, declare("web", about("todo", true)), Kind::Over, "never used again");
    refused(&story, declare("phone", about("todo", true)), Kind::Over, "never used again");
}
