//! Requests as clients and strangers send them: what they mean, and how each mistake is refused.

use countersign_names::Timestamp;
use countersign_openid::{
    AskedPrompt, AuthorizationQuery, CodeChallenge, LONGEST_PARAMETERS, OAuthErrorCode, OpaqueKind,
    OpaqueToken, Parameters, PresentedClient, ProtocolError, Scopes, TokenQuery, bearer_token,
    discovery_document, redirected,
};
use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use uuid::Uuid;

/// The pair of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const USUAL: &str = "response_type=code&client_id=client_web&redirect_uri=https%3A%2F%2Fweb.example%2Fcb&scope=openid+email\
                     &state=s1&nonce=n1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn parameters(text: &str) -> Parameters {
    Parameters::parse(text).map_err(|error| format!("{text}: {error}")).unwrap()
}

fn asked(text: &str) -> Result<AuthorizationQuery, ProtocolError> {
    AuthorizationQuery::of(&Parameters::parse(text)?)
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

#[test]
fn a_usual_authorization_request_is_read_whole() {
    let query = asked(&format!("{USUAL}&acr_values=x&ui_locales=de&login_hint=ada&max_age=60")).unwrap();
    assert_eq!((query.state.as_deref(), query.nonce.as_deref()), (Some("s1"), Some("n1")));
    assert_eq!(query.challenge.as_str(), CHALLENGE);
    assert_eq!(query.scopes, Scopes { email: true, ..Scopes::default() });
    assert_eq!((query.prompt, query.max_age), (AskedPrompt::AsNeeded, Some(60)));
}

#[test]
fn every_wrong_authorization_request_is_refused_with_its_parameter() {
    use OAuthErrorCode as Code;
    let changed = |from: &str, to: &str| {
        assert!(USUAL.contains(from), "{from}");
        USUAL.replace(from, to)
    };
    let long = "x".repeat(1025);
    for (request, code, words) in [
        (
            changed("response_type=code", "response_type=token"),
            Code::UnsupportedResponseType,
            "response_type",
        ),
        (
            changed("response_type=code", "response_type=code+id_token"),
            Code::UnsupportedResponseType,
            "response_type",
        ),
        (changed("response_type=code", "response_type=none"), Code::UnsupportedResponseType, "response_type"),
        (changed("response_type=code&", ""), Code::InvalidRequest, "response_type is missing"),
        (changed("scope=openid+email", "scope=email"), Code::InvalidScope, "openid"),
        (changed("scope=openid+email", "scope=OPENID"), Code::InvalidScope, "openid"),
        (changed("&scope=openid+email", ""), Code::InvalidRequest, "scope is missing"),
        (changed("&code_challenge_method=S256", ""), Code::InvalidRequest, "means plain"),
        (changed("method=S256", "method=plain"), Code::InvalidRequest, "code_challenge_method"),
        (changed("method=S256", "method=s256"), Code::InvalidRequest, "code_challenge_method"),
        (
            changed("code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&", ""),
            Code::InvalidRequest,
            "PKCE",
        ),
        (changed("code_challenge=E9", "code_challenge="), Code::InvalidRequest, "SHA-256"),
        (changed("code_challenge=E9", "code_challenge=%2B%2F"), Code::InvalidRequest, "SHA-256"),
        (format!("{USUAL}&request=eyJ"), Code::RequestNotSupported, "request"),
        (format!("{USUAL}&request_uri=https://x"), Code::RequestUriNotSupported, "request_uri"),
        (format!("{USUAL}&registration=%7B%7D"), Code::RegistrationNotSupported, "registration"),
        (format!("{USUAL}&response_mode=fragment"), Code::InvalidRequest, "response_mode"),
        (format!("{USUAL}&response_mode=form_post"), Code::InvalidRequest, "response_mode"),
        (format!("{USUAL}&prompt=none+login"), Code::InvalidRequest, "prompt"),
        (format!("{USUAL}&prompt=create"), Code::InvalidRequest, "prompt"),
        (format!("{USUAL}&max_age=-1"), Code::InvalidRequest, "max_age"),
        (format!("{USUAL}&max_age=%2B1"), Code::InvalidRequest, "max_age"),
        (format!("{USUAL}&max_age=99999999999"), Code::InvalidRequest, "max_age"),
        (changed("state=s1", &format!("state={long}")), Code::InvalidRequest, "state"),
        (changed("nonce=n1", &format!("nonce={long}")), Code::InvalidRequest, "nonce"),
        (format!("{USUAL}&state=s2"), Code::InvalidRequest, "state is there twice"),
        (format!("{USUAL}&state=s1"), Code::InvalidRequest, "state is there twice"),
        (format!("{USUAL}&st%61te=s1"), Code::InvalidRequest, "state is there twice"),
        (format!("{USUAL}&redirect_uri="), Code::InvalidRequest, "redirect_uri is there twice"),
        (format!("{USUAL}&x=%"), Code::InvalidRequest, "percent"),
        (format!("{USUAL}&x=%f"), Code::InvalidRequest, "percent"),
        (format!("{USUAL}&x=%+1"), Code::InvalidRequest, "percent"),
        (format!("{USUAL}&x=%ff"), Code::InvalidRequest, "percent"),
        (format!("{USUAL}&x=%0d%0aset-cookie:"), Code::InvalidRequest, "control character"),
        (format!("{USUAL}&x={}", "y".repeat(LONGEST_PARAMETERS)), Code::InvalidRequest, "longer than"),
        (
            format!("{USUAL}{}", (0..50).map(|n| format!("&x{n}=1")).collect::<String>()),
            Code::InvalidRequest,
            "more than",
        ),
    ] {
        let error = asked(&request).unwrap_err();
        assert_eq!(error.code, code, "{request}: {error}");
        assert!(error.description.contains(words), "{request}: {error} should speak of {words:?}");
    }
}

#[test]
fn a_parameter_without_a_value_counts_as_left_out() {
    let query = asked(&format!("{USUAL}&prompt=&max_age=&request=&x")).unwrap();
    assert_eq!((query.prompt, query.max_age), (AskedPrompt::AsNeeded, None));
}

#[test]
fn a_proof_is_fresh_if_it_is_younger_than_asked_or_made_for_this_request() {
    let check = |more: &str, proved: i64, needs: bool| {
        let query = asked(&format!("{USUAL}{more}")).unwrap();
        assert_eq!(query.needs_proof(at(proved), at(10_000)), needs, "{more:?}, proved at {proved}");
    };
    check("", 0, false);
    check("&prompt=none", 0, false);
    check("&prompt=consent", 0, false);
    check("&prompt=login", 10_000, true);
    check("&prompt=login+consent", 10_000, true);
    check("&max_age=60", 9_940, false);
    check("&max_age=60", 9_939, true);
    check("&max_age=0", 9_999, true);
    // Back from proving it.
    check("&prompt=login&proved_since=9990", 9_990, false);
    check("&prompt=login&proved_since=9990", 9_989, true);
    check("&max_age=0&proved_since=9990", 9_995, false);
    // A request cannot carry such a value for long, nor from the future.
    check("&prompt=login&proved_since=9000", 9_999, true);
    check("&prompt=login&proved_since=10001", 9_999, true);
    check("&max_age=60&proved_since=1", 5, true);
}

#[test]
fn a_request_comes_back_from_signing_in_as_it_was() {
    let back = redirected(&format!("{USUAL}&prompt=login&proved_since=5"), at(77));
    let query = asked(&back).unwrap();
    assert!(query.needs_proof(at(76), at(80)));
    assert!(!query.needs_proof(at(77), at(80)));
    assert_eq!(query.state.as_deref(), Some("s1"));
    assert_eq!(back.matches("proved_since").count(), 1);
}

#[test]
fn an_error_for_a_client_holds_its_state_and_who_answers_and_nothing_of_the_request() {
    let error = ProtocolError::request("the \"value\" \\ of\nx");
    assert_eq!(error.description, "the 'value' ' of'x");
    let url = error.redirect("https://web.example/cb?tenant=1", Some("a&b=c"), "https://id.example");
    assert_eq!(
        url,
        "https://web.example/cb?tenant=1&error=invalid_request&error_description=the+%27value%27+%27+of%27x\
         &state=a%26b%3Dc&iss=https%3A%2F%2Fid.example"
    );
    let strange = Parameters::parse("%3Cscript%3E=1&%3Cscript%3E=2").err().unwrap();
    assert!(!strange.description.contains("script"), "{strange}");
}

#[test]
fn only_the_verifier_meets_its_challenge() {
    let challenge = CodeChallenge::parse(CHALLENGE).unwrap();
    assert!(challenge.is_met_by(VERIFIER));
    let other = VERIFIER.replace('d', "e");
    for wrong in
        ["", CHALLENGE, &other, &VERIFIER[1..], &format!("{VERIFIER}="), &"a".repeat(42), &"a".repeat(129)]
    {
        assert!(!challenge.is_met_by(wrong), "{wrong:?}");
    }
    // The challenge of a verifier that RFC 7636 does not allow is met by nothing.
    let short = CodeChallenge::parse("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0").unwrap();
    assert!(!short.is_met_by("abc"));
    for bad in ["", "x", &format!("{CHALLENGE}="), &CHALLENGE.replace('-', "+"), &"A".repeat(44)] {
        assert!(CodeChallenge::parse(bad).is_none(), "{bad:?}");
    }
}

fn code(secret: u8) -> String {
    OpaqueToken::write(OpaqueKind::Code, Uuid::from_u128(7), &[secret; 32]).0.expose_secret().to_owned()
}

#[test]
fn a_code_is_exchanged_with_its_redirect_uri_and_verifier() {
    let form = format!(
        "grant_type=authorization_code&code={}&redirect_uri=https://web.example/cb&code_verifier={VERIFIER}",
        code(1)
    );
    let Ok(TokenQuery::Code(query)) = TokenQuery::of(&parameters(&form)) else { panic!("{form}") };
    assert_eq!(query.code.authorization, Uuid::from_u128(7));
    assert_eq!(query.redirect_uri, "https://web.example/cb");
    assert_eq!(query.verifier.expose_secret(), VERIFIER);
}

#[test]
fn every_wrong_token_request_is_refused_with_its_parameter() {
    use OAuthErrorCode as Code;
    let refresh = OpaqueToken::write(OpaqueKind::Refresh, Uuid::from_u128(7), &[1; 32]).0;
    let (code, refresh) = (code(1), refresh.expose_secret());
    for (form, expected, words) in [
        (String::new(), Code::InvalidRequest, "grant_type is missing"),
        ("grant_type=password&username=a&password=b".to_owned(), Code::UnsupportedGrantType, "grant_type"),
        ("grant_type=implicit".to_owned(), Code::UnsupportedGrantType, "grant_type"),
        ("grant_type=authorization_code".to_owned(), Code::InvalidRequest, "code is missing"),
        ("grant_type=authorization_code&code=x".to_owned(), Code::InvalidGrant, "code"),
        (format!("grant_type=authorization_code&code={refresh}"), Code::InvalidGrant, "code"),
        (format!("grant_type=authorization_code&code={code}x&redirect_uri=a"), Code::InvalidGrant, "code"),
        (format!("grant_type=authorization_code&code={code}"), Code::InvalidRequest, "redirect_uri"),
        (
            format!("grant_type=authorization_code&code={code}&redirect_uri=a"),
            Code::InvalidRequest,
            "code_verifier",
        ),
        (format!("grant_type=authorization_code&code={code}&code={code}"), Code::InvalidRequest, "twice"),
        ("grant_type=refresh_token".to_owned(), Code::InvalidRequest, "refresh_token"),
        (format!("grant_type=refresh_token&refresh_token={code}"), Code::InvalidGrant, "refresh token"),
    ] {
        let error = Parameters::parse(&form).and_then(|all| TokenQuery::of(&all)).err().unwrap();
        assert_eq!(error.code, expected, "{form}: {error}");
        assert!(error.description.contains(words), "{form}: {error} should speak of {words:?}");
    }
}

#[test]
fn a_client_says_who_it_is_in_one_place() {
    let basic = |text: &str| format!("Basic {}", base64(text));
    let found = |form: &str, header: Option<String>| {
        let client = PresentedClient::of(&parameters(form), header.as_deref().map(str::as_bytes))?;
        let secret = client.secret.map(|secret| secret.expose_secret().to_owned());
        Ok::<_, ProtocolError>((client.id, secret, client.basic))
    };
    let both = |id: &str, secret: &str, basic| (id.to_owned(), Some(secret.to_owned()), basic);
    assert_eq!(found("", Some(basic("client_web:s-1"))).unwrap(), both("client_web", "s-1", true));
    assert_eq!(
        found("client_id=client_web", Some(basic("client_web:s%2D1"))).unwrap(),
        both("client_web", "s-1", true)
    );
    assert_eq!(found("client_id=client_web&client_secret=s", None).unwrap(), both("client_web", "s", false));
    assert_eq!(found("client_id=client_web", None).unwrap(), ("client_web".to_owned(), None, false));
    for (form, header, code) in [
        ("", None, OAuthErrorCode::InvalidClient),
        ("", Some("Basic !".to_owned()), OAuthErrorCode::InvalidClient),
        ("", Some("Bearer x".to_owned()), OAuthErrorCode::InvalidClient),
        ("", Some(basic("nocolon")), OAuthErrorCode::InvalidClient),
        ("", Some(basic("client_web:")), OAuthErrorCode::InvalidClient),
        ("", Some(basic(":s")), OAuthErrorCode::InvalidClient),
        ("", Some(basic("a&id=b:s")), OAuthErrorCode::InvalidClient),
        ("", Some(basic(&"a".repeat(3000))), OAuthErrorCode::InvalidClient),
        ("client_secret=s", Some(basic("client_web:s")), OAuthErrorCode::InvalidRequest),
        ("client_id=client_other", Some(basic("client_web:s")), OAuthErrorCode::InvalidRequest),
        ("client_id=client_web&client_assertion=x", None, OAuthErrorCode::InvalidClient),
    ] {
        assert_eq!(found(form, header.clone()).unwrap_err().code, code, "{form} {header:?}");
    }
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn an_opaque_token_is_of_one_kind_and_has_one_spelling() {
    let (text, written) = OpaqueToken::write(OpaqueKind::Refresh, Uuid::from_u128(3), &[9; 32]);
    let text = text.expose_secret();
    assert_eq!(OpaqueToken::parse(OpaqueKind::Refresh, text), Some(written));
    assert_eq!(OpaqueToken::parse(OpaqueKind::Code, text), None);
    for other in [
        text[1..].to_owned(),
        format!("{text}="),
        format!("{text}A"),
        text.replace("csr_", "csc_"),
        format!(" {text}"),
    ] {
        assert_eq!(OpaqueToken::parse(OpaqueKind::Refresh, &other), None, "{other:?}");
    }
}

#[test]
fn a_refresh_never_asks_for_more_than_was_granted() {
    let granted = Scopes::parse("openid email offline_access").unwrap();
    assert_eq!(granted.narrowed(None).unwrap(), granted);
    assert_eq!(granted.narrowed(Some("openid email")).unwrap().to_string(), "openid email");
    for more in ["openid profile", "openid groups", "email", ""] {
        assert_eq!(granted.narrowed(Some(more)).unwrap_err().code, OAuthErrorCode::InvalidScope, "{more:?}");
    }
    let all = Scopes::parse(&Scopes::ALL.join(" ")).unwrap();
    assert_eq!(all.to_string(), Scopes::ALL.join(" "));
}

#[test]
fn a_bearer_token_stands_in_its_header_alone() {
    assert_eq!(bearer_token(b"Bearer a.b.c"), Some("a.b.c"));
    assert_eq!(bearer_token(b"bearer a.b.c"), Some("a.b.c"));
    for bad in [&b""[..], b"Bearer", b"Bearer ", b"Basic a", b"Bearer a b", b"Bearer \xff", &[b'a'; 9000]] {
        assert_eq!(bearer_token(bad), None, "{bad:?}");
    }
}

#[test]
fn the_discovery_document_offers_what_there_is_and_nothing_weaker() {
    let document = discovery_document("https://id.example");
    assert_eq!(document["issuer"], "https://id.example");
    assert_eq!(document["authorization_endpoint"], "https://id.example/oauth2/authorize");
    assert_eq!(document["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    assert_eq!(document["response_types_supported"], serde_json::json!(["code"]));
    assert_eq!(document["grant_types_supported"], serde_json::json!(["authorization_code", "refresh_token"]));
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_stumble(text in any::<String>(), form in "[a-z_]{0,12}(=[%+&=A-Fa-f0-9]{0,40}){0,6}") {
        for text in [&text, &form] {
            if let Ok(parameters) = Parameters::parse(text) {
                let _ = AuthorizationQuery::of(&parameters);
                let _ = TokenQuery::of(&parameters);
                let _ = PresentedClient::of(&parameters, Some(text.as_bytes()));
            }
            let _ = OpaqueToken::parse(OpaqueKind::Code, text);
            let _ = bearer_token(text.as_bytes());
        }
    }

    /// What the strict parser takes, it reads as browsers do.
    #[test]
    fn a_form_that_is_taken_means_what_browsers_mean(text in "[a-z]{1,3}=[a-z+%0-9A-F]{0,20}(&[a-z]{4}=[a-z+]{1,9})?") {
        if let Ok(parameters) = Parameters::parse(&text) {
            for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
                prop_assert_eq!(parameters.get(&name).unwrap_or_default(), value.as_ref());
            }
        }
    }
}
