//! Of two that change one row, one alone succeeds.

use super::*;
use countersign_openid::{CodeChallenge, Scopes};

const NOON: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

fn authorization(n: u128) -> StoredAuthorization {
    StoredAuthorization {
        id: Uuid::from_u128(n),
        client: "wiki-web".parse().unwrap(),
        session: SessionId::new(Uuid::from_u128(7)),
        person: PersonId::new(Uuid::from_u128(1)),
        scopes: Scopes::parse("openid email offline_access").unwrap(),
        nonce: Some("n".to_owned()),
        redirect_uri: "https://wiki.example/cb".to_owned(),
        challenge: CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").unwrap(),
        key: Some(Digest::new([3; 32])),
        address: Some("2001:db8::1".parse().unwrap()),
        code: Digest::new([1; 32]),
        code_expires_at: NOON.plus(Duration::from_secs(60)),
        redeemed: false,
        refresh: None,
        expires_at: NOON.plus(Duration::from_secs(3600)),
        ended: false,
    }
}

async fn tables() -> AuthorizationTables {
    AuthorizationTables::open(Database::open_scratch().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn what_is_stored_is_read_again_with_and_without_what_may_be_missing() {
    let tables = tables().await;
    let whole = authorization(1);
    let bare = StoredAuthorization { nonce: None, key: None, address: None, ..authorization(2) };
    for it in [&whole, &bare] {
        tables.add(it).await.unwrap();
        assert_eq!(tables.get(it.id).await.unwrap().as_ref(), Some(it));
    }
    assert_eq!(tables.get(Uuid::from_u128(9)).await.unwrap(), None);
}

#[tokio::test]
async fn a_code_is_used_up_once_and_a_refresh_token_is_replaced_once() {
    let tables = tables().await;
    let it = authorization(1);
    tables.add(&it).await.unwrap();
    let [first, second, third] = [1, 2, 3].map(|n| Digest::new([n; 32]));
    assert!(tables.redeem(&it, Some(first), NOON).await.unwrap());
    assert!(!tables.redeem(&it, Some(second), NOON).await.unwrap());
    assert!(tables.rotate(it.id, &first, &second).await.unwrap());
    assert!(!tables.rotate(it.id, &first, &third).await.unwrap());
    let known = tables.get(it.id).await.unwrap().unwrap();
    assert!(known.redeemed && known.is_refresh(&second) && !known.is_refresh(&first));
    tables.end(it.id, NOON).await.unwrap();
    assert!(!tables.rotate(it.id, &second, &third).await.unwrap(), "nothing is refreshed after the end");
    let known = tables.get(it.id).await.unwrap().unwrap();
    assert!(known.ended && known.refresh.is_none());
}

#[tokio::test]
async fn a_logout_is_taken_up_by_one_and_again_when_it_is_due() {
    let tables = tables().await;
    let it = authorization(1);
    tables.add(&it).await.unwrap();
    tables.redeem(&it, None, NOON).await.unwrap();
    assert_eq!(tables.watched().await.unwrap(), [it.session].into());
    let later = NOON.plus(Duration::from_secs(5));
    let due = async |now| tables.take_due((now, 50), |_| later).await.unwrap();
    assert_eq!(due(NOON).await, [], "the session goes on");
    tables.session_ended(it.session, NOON).await.unwrap();
    assert_eq!(tables.watched().await.unwrap(), BTreeSet::new());
    assert_eq!(due(NOON).await.iter().map(|it| it.attempts).collect::<Vec<_>>(), [0]);
    assert_eq!(due(NOON).await, [], "another process finds nothing");
    let again = due(later).await;
    assert_eq!(again.iter().map(|it| it.attempts).collect::<Vec<_>>(), [1]);
    for logout in &again {
        tables.told(logout).await.unwrap();
    }
    assert_eq!(due(NOON.plus(Duration::from_secs(3600))).await, []);
}

#[tokio::test]
async fn codes_that_nobody_used_and_old_authorizations_are_deleted() {
    let tables = tables().await;
    let (unused, used) = (authorization(1), authorization(2));
    tables.add(&unused).await.unwrap();
    tables.add(&used).await.unwrap();
    tables.redeem(&used, None, NOON).await.unwrap();
    let left = async || {
        (tables.get(unused.id).await.unwrap().is_some(), tables.get(used.id).await.unwrap().is_some())
    };
    tables.clean(NOON).await.unwrap();
    assert_eq!(left().await, (true, true));
    tables.clean(NOON.plus(Duration::from_secs(2 * 3600))).await.unwrap();
    assert_eq!(left().await, (false, true));
    tables.clean(NOON.plus(Duration::from_secs(26 * 3600))).await.unwrap();
    assert_eq!(left().await, (false, false));
}

#[test]
fn a_client_is_tried_again_at_growing_distances_and_given_up() {
    let pace = crate::LogoutPace::default();
    let pauses: Vec<_> = (0..6).map(|n| pace.again(n, NOON).since(NOON).as_secs()).collect();
    assert_eq!(pauses, [5, 20, 80, 320, 1280, 5120]);
}
