//! A software authenticator with discoverable passkeys (CTAP2 with `rk` and `uv`), written from WebAuthn level 2,
//! section 6. The verifier's own test authenticator does not support discoverable passkeys, so it cannot test signing
//! in without a user name; and it cannot misbehave, while this one can.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

pub struct Soft {
    key: EcdsaKeyPair,
    pub id: Vec<u8>,
    pub user: Vec<u8>,
    /// Incremented with each signature, unless it is zero.
    pub counter: u32,
    /// The ways to misbehave.
    pub origin: String,
    pub rp: String,
    pub verified: bool,
    pub kind: Option<&'static str>,
    pub names_user: bool,
    pub spoil: bool,
    pub keeps_record: Option<bool>,
}

impl Soft {
    pub fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let id = digest(&SHA256, key.public_key().as_ref()).as_ref()[..16].to_vec();
        Self {
            key,
            id,
            user: Vec::new(),
            counter: 0,
            origin: super::ORIGIN.to_owned(),
            rp: "countersign.localhost".to_owned(),
            verified: true,
            kind: None,
            names_user: true,
            spoil: false,
            keeps_record: Some(true),
        }
    }

    pub fn create(&mut self, options: &Value) -> Value {
        assert_eq!(options["rp"]["id"], self.rp.as_str());
        let selection = &options["authenticatorSelection"];
        assert_eq!(selection["residentKey"], "required");
        assert_eq!(selection["requireResidentKey"], true);
        assert_eq!(selection["userVerification"], "required");
        let kinds: Vec<i64> = options["pubKeyCredParams"]
            .as_array()
            .unwrap()
            .iter()
            .map(|kind| kind["alg"].as_i64().unwrap())
            .collect();
        assert!(kinds.contains(&-7) && kinds.contains(&-257), "{kinds:?}");
        ids(&options["excludeCredentials"]);
        self.user = bytes(&options["user"]["id"]);
        let client = self.client_data("webauthn.create", options);
        let mut data = self.authenticator_data(ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.cose_key());
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(&data);
        let mut results = json!({});
        if let Some(rk) = self.keeps_record {
            results["credProps"] = json!({ "rk": rk });
        }
        self.answer(json!({ "clientDataJSON": text(&client), "attestationObject": text(&object) }), results)
    }

    pub fn get(&mut self, options: &Value) -> Value {
        assert_eq!(options["rpId"], self.rp.as_str());
        assert_eq!(options["userVerification"], "required");
        ids(&options["allowCredentials"]);
        if self.counter > 0 {
            self.counter += 1;
        }
        let client = self.client_data("webauthn.get", options);
        let data = self.authenticator_data(0);
        let mut signed = data.clone();
        signed.extend(digest(&SHA256, &client).as_ref());
        let mut signature = self.key.sign(&SystemRandom::new(), &signed).unwrap().as_ref().to_vec();
        if self.spoil {
            let last = signature.len() - 1;
            signature[last] ^= 1;
        }
        let mut response = json!({
            "clientDataJSON": text(&client),
            "authenticatorData": text(&data),
            "signature": text(&signature),
        });
        if self.names_user {
            response["userHandle"] = json!(text(&self.user));
        }
        self.answer(response, json!({}))
    }

    fn answer(&self, response: Value, results: Value) -> Value {
        json!({
            "id": text(&self.id),
            "rawId": text(&self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": results,
        })
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        json!({
            "type": self.kind.unwrap_or(kind),
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        })
        .to_string()
        .into_bytes()
    }

    fn authenticator_data(&self, more: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, self.rp.as_bytes()).as_ref().to_vec();
        let verified = if self.verified { USER_VERIFIED } else { 0 };
        data.push(USER_PRESENT | verified | more);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// Returns the public key as COSE: an EC2 key for ES256 on P-256.
    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let (x, y) = (&point[1..33], &point[33..65]);
        [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", x, b"\x22\x58\x20", y].concat()
    }
}

/// Returns the ids in a list of passkeys. A browser refuses the whole list if one id is not base64url.
fn ids(list: &Value) -> Vec<Vec<u8>> {
    list.as_array().unwrap().iter().map(|one| bytes(&one["id"])).collect()
}

fn bytes(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
