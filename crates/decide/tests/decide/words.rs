//! The texts for people: each remedy and each need has its own.

use countersign_decide::{Need, Remedy};
use countersign_names::PostureCheck;
use std::collections::BTreeSet;

fn remedies() -> Vec<(Remedy, &'static str)> {
    let both = vec![PostureCheck::Firewall, PostureCheck::ScreenLock];
    vec![
        (Remedy::SignIn, "sign-in"),
        (Remedy::Reauthenticate, "re-authenticate"),
        (Remedy::ReportPosture, "report-posture"),
        (Remedy::FixPosture(both), "fix-posture"),
        (Remedy::UseManagedDevice, "use-a-managed-device"),
        (Remedy::RequestGrant, "request-a-grant"),
        (Remedy::AskOwner, "ask-the-owner"),
    ]
}

#[test]
fn each_remedy_has_a_name_and_a_sentence() {
    let mut sentences = BTreeSet::new();
    for (remedy, name) in remedies() {
        assert_eq!(remedy.as_str(), name);
        let sentence = remedy.to_string();
        assert!(sentence.ends_with('.') && sentence.len() > 5, "{sentence}");
        assert!(sentences.insert(sentence));
    }
    let mend = Remedy::FixPosture(vec![PostureCheck::Firewall, PostureCheck::ScreenLock]);
    assert_eq!(
        mend.to_string(),
        "On this device, please turn on the firewall, and let the screen lock by itself."
    );
}

#[test]
fn each_need_is_a_clause_about_somebody_else() {
    let needs = remedies().into_iter().map(|(remedy, name)| (Need::Remedy(remedy), name));
    let mut clauses = BTreeSet::new();
    for (need, name) in needs.chain([(Need::EnrolPasskey, "enrol-a-passkey")]) {
        assert_eq!(need.as_str(), name);
        let clause = need.to_string();
        assert!(!clause.ends_with('.') && clause.len() > 5, "{clause}");
        assert!(clauses.insert(clause));
    }
    let mend = Need::Remedy(Remedy::FixPosture(vec![PostureCheck::Firewall]));
    assert_eq!(mend.to_string(), "on the device: turn on the firewall");
}
