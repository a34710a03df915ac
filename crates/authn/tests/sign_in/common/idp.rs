//! An OpenID provider on this machine that can lie in every way.

use super::{Answer, Browser, House};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_facts::{Fact, IdentityProvider, ProviderFact, ProviderLink};
use countersign_names::{CredentialId, PersonId};
use http::StatusCode;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

pub const CLIENT: &str = "countersign-client";
/// What no log, fact or URL of ours may contain.
pub const CODE: &str = "code-0815-secret";
pub const ACCESS_TOKEN: &str = "access-0815-secret";

/// A key of the provider.
pub struct Key {
    pub id: String,
    signing: EncodingKey,
}

impl Key {
    pub fn new(id: &str) -> Self {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        Self { id: id.to_owned(), signing: EncodingKey::from_ec_der(pkcs8.unwrap().as_ref()) }
    }

    pub fn public(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.signing, Algorithm::ES256).unwrap();
        jwk.common.key_id = Some(self.id.clone());
        serde_json::to_value(jwk).unwrap()
    }

    pub fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.id.clone());
        jsonwebtoken::encode(&header, claims, &self.signing).unwrap()
    }
}

/// A token with a header and claims of one's choice, and this signature.
pub fn unsigned(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(header), part(claims))
}

/// What the provider answers next.
pub struct ProviderScript {
    /// Members that are put into the discovery document, or taken out (`null`).
    pub metadata: BTreeMap<&'static str, Value>,
    pub keys: Vec<Value>,
    /// The ID token.
    pub token: String,
    pub access_token: Option<&'static str>,
    /// The status of each path, if it is not 200.
    pub status: BTreeMap<&'static str, StatusCode>,
    /// Bytes of padding in the document of each path.
    pub padding: BTreeMap<&'static str, usize>,
    /// Paths that never answer.
    pub silent: BTreeSet<&'static str>,
    /// How often each path was requested.
    pub requests: BTreeMap<&'static str, usize>,
    /// The bodies and `Authorization` that the token endpoint got.
    pub exchanges: Vec<(String, Option<String>)>,
}

#[derive(Clone)]
pub struct Idp {
    pub issuer: String,
    pub key: Arc<Key>,
    pub script: Arc<Mutex<ProviderScript>>,
}

impl Idp {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let key = Arc::new(Key::new("k1"));
        let script = Arc::new(Mutex::new(ProviderScript {
            metadata: BTreeMap::new(),
            keys: vec![key.public()],
            token: String::new(),
            access_token: Some(ACCESS_TOKEN),
            status: BTreeMap::new(),
            padding: BTreeMap::new(),
            silent: BTreeSet::new(),
            requests: BTreeMap::new(),
            exchanges: Vec::new(),
        }));
        let idp = Self { issuer, key, script };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .with_state(idp.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        idp
    }

    pub fn requests(&self, path: &str) -> usize {
        self.script.lock().requests.get(path).copied().unwrap_or_default()
    }

    /// The claims of a good ID token.
    pub fn claims(&self, house: &House, begun: &BegunSignIn) -> Value {
        let now = house.ledger.now().as_seconds();
        json!({
            "iss": self.issuer, "sub": "account-1", "aud": CLIENT, "exp": now + 300, "iat": now,
            "nonce": begun.nonce, "auth_time": now - 30, "sid": "session-1", "acr": "phr", "amr": ["hwk"],
        })
    }

    /// Lets the next exchange give this ID token.
    pub fn gives(&self, token: String) {
        self.script.lock().token = token;
    }

    async fn reply(&self, path: &'static str, document: Value) -> Response {
        let (status, padding, silent) = {
            let mut script = self.script.lock();
            *script.requests.entry(path).or_default() += 1;
            (
                script.status.get(path).copied().unwrap_or(StatusCode::OK),
                script.padding.get(path).copied().unwrap_or_default(),
                script.silent.contains(path),
            )
        };
        if silent {
            std::future::pending::<()>().await;
        }
        let mut answer = if padding > 0 {
            Body::from(format!("{}{document}", " ".repeat(padding))).into_response()
        } else {
            Json(document).into_response()
        };
        *answer.status_mut() = status;
        if status.is_redirection() {
            answer.headers_mut().insert("location", format!("{}/jwks", self.issuer).parse().unwrap());
        }
        answer
    }
}

async fn discovery(State(idp): State<Idp>) -> Response {
    let mut document = json!({
        "issuer": idp.issuer,
        "authorization_endpoint": format!("{}/auth?tenant=1", idp.issuer),
        "token_endpoint": format!("{}/token", idp.issuer),
        "jwks_uri": format!("{}/jwks", idp.issuer),
        "id_token_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": true,
    });
    for (member, value) in &idp.script.lock().metadata {
        document[member] = value.clone();
    }
    idp.reply("discovery", document).await
}

async fn keys(State(idp): State<Idp>) -> Response {
    let keys = idp.script.lock().keys.clone();
    idp.reply("jwks", json!({ "keys": keys })).await
}

async fn token(State(idp): State<Idp>, headers: http::HeaderMap, body: String) -> Response {
    let authorization = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let document = {
        let mut script = idp.script.lock();
        script.exchanges.push((body, authorization));
        json!({ "token_type": "Bearer", "id_token": script.token, "access_token": script.access_token })
    };
    idp.reply("token", document).await
}

/// An authorization request, as the browser takes it to the provider.
#[derive(Debug, Clone)]
pub struct BegunSignIn {
    pub state: String,
    pub nonce: String,
    pub parameters: BTreeMap<String, String>,
}

impl BegunSignIn {
    pub fn of(location: &str) -> Self {
        let url = url::Url::parse(location).unwrap();
        let parameters: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        Self { state: parameters["state"].clone(), nonce: parameters["nonce"].clone(), parameters }
    }
}

impl House {
    /// Declares the provider as `corp`.
    pub async fn provider(&self, idp: &Idp, change: impl FnOnce(&mut IdentityProvider)) {
        self.provider_named("corp", idp, change).await;
    }

    pub async fn provider_named(&self, name: &str, idp: &Idp, change: impl FnOnce(&mut IdentityProvider)) {
        let mut about = IdentityProvider {
            title: "Example Corp".to_owned(),
            issuer: idp.issuer.clone(),
            client_id: CLIENT.to_owned(),
            scopes: ["email".to_owned()].into(),
            domains: BTreeSet::new(),
            creates_people: None,
            assurance: Vec::new(),
            max_age: None,
            session: None,
        };
        change(&mut about);
        self.state([Fact::Provider(ProviderFact::Declared { provider: name.parse().unwrap(), about })]).await;
    }

    pub async fn link(&self, person: PersonId, subject: &str) {
        let about = ProviderLink {
            provider: "corp".parse().unwrap(),
            subject: subject.to_owned(),
            person,
            invitation: None,
        };
        let link = CredentialId::new(Uuid::new_v4());
        self.state([Fact::Provider(ProviderFact::Linked { link, about })]).await;
    }
}

impl Browser {
    pub async fn begin_with(&mut self, provider: &str, query: &str) -> BegunSignIn {
        let answer = self.get(&format!("/sign-in/with/{provider}{query}")).await;
        BegunSignIn::of(&answer.expect_status(StatusCode::SEE_OTHER).location())
    }

    /// Brings the provider's answer.
    pub async fn bring(&mut self, provider: &str, state: &str, more: &str) -> Answer {
        self.get(&format!("/sign-in/with/{provider}/callback?code={CODE}&state={state}{more}")).await
    }

    /// Signs in with `corp`, with a token that `change` makes of the good claims.
    pub async fn federate(&mut self, house: &House, idp: &Idp, change: impl FnOnce(&mut Value)) -> Answer {
        let begun = self.begin_with("corp", "").await;
        let mut claims = idp.claims(house, &begun);
        change(&mut claims);
        idp.gives(idp.key.sign(&claims));
        self.bring("corp", &begun.state, &idp.stated()).await
    }
}

impl Idp {
    /// The parameter that states the issuer.
    pub fn stated(&self) -> String {
        let issuer: String = url::form_urlencoded::byte_serialize(self.issuer.as_bytes()).collect();
        format!("&iss={issuer}")
    }
}
