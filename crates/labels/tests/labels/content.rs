//! Files: CSV, JSON and text; columns by name; what is no text.

use countersign_labels::{Recogniser, UnreadContent, scan_file};
use countersign_names::{LabelKind, Sensitivity};
use countersign_testkit::planted::PlantedNumbers;

type FoundLabel = (String, LabelKind, Sensitivity, Vec<(Recogniser, u64, u64)>);

fn found(name: &str, content: &str) -> Vec<FoundLabel> {
    let columns = scan_file(name, content.as_bytes()).unwrap();
    let each = columns.iter().flat_map(|column| {
        column.sample.proposals().into_iter().map(|proposal| {
            let evidence =
                proposal.evidence.iter().map(|share| (share.recogniser, share.matched, share.sampled));
            (column.name.clone(), proposal.kind, proposal.sensitivity, evidence.collect())
        })
    });
    each.collect()
}

#[test]
fn the_columns_of_csv_are_looked_at_each_on_its_own() {
    let mut numbers = PlantedNumbers::new(3);
    let mut content = "id;E-Mail;card number;\"note;\"\"x\"\"\"\r\n".to_owned();
    for place in 0..20 {
        let (mail, card) = (numbers.valid("mail_address"), numbers.valid("payment_card"));
        content.push_str(&format!("{place};{mail};\"{card}\";\"a line\nand another\"\r\n"));
    }
    let mail = (
        "E-Mail".to_owned(),
        LabelKind::Personal,
        Sensitivity::Confidential,
        vec![(Recogniser::MailAddress, 20, 20)],
    );
    let card = (
        "card number".to_owned(),
        LabelKind::Payment,
        Sensitivity::Restricted,
        vec![(Recogniser::PaymentCard, 20, 20)],
    );
    assert_eq!(found("a.csv", &content), [mail, card]);
}

#[test]
fn the_fields_of_json_are_columns_by_their_keys() {
    let mut numbers = PlantedNumbers::new(4);
    let items: Vec<String> = (0..8)
        .map(|place| {
            format!(
                r#"{{"n": {place}, "owner": {{"iban": "{}"}}, "diagnosis": "J45"}}"#,
                numbers.valid("iban")
            )
        })
        .collect();
    for (name, content) in [("a.json", format!("[{}]", items.join(","))), ("a.jsonl", items.join("\n"))] {
        let labels = found(name, &content);
        let short: Vec<_> = labels.iter().map(|(column, kind, ..)| (column.as_str(), *kind)).collect();
        assert_eq!(short, [("iban", LabelKind::Payment), ("diagnosis", LabelKind::Health)], "{name}");
    }
}

#[test]
fn one_secret_in_a_text_is_enough_and_one_number_is_not() {
    let mut numbers = PlantedNumbers::new(5);
    for kind in
        ["private_key", "aws_key", "github_token", "slack_token", "stripe_key", "google_key", "web_token"]
    {
        let text = format!("# settings\nTOKEN={}\nother = 1\n", numbers.valid(kind));
        let labels = found("settings.env", &text);
        assert_eq!(labels.first().map(|label| label.1), Some(LabelKind::Credentials), "{kind}");
    }
    assert_eq!(found("note.txt", &format!("order {}", numbers.valid("payment_card"))), []);
    assert_eq!(found("note.txt", "the header -----BEGIN PRIVATE KEY----- begins one"), []);
}

#[test]
fn a_column_whose_name_promises_what_its_values_are_not_is_not_labelled() {
    let mut numbers = PlantedNumbers::new(6);
    let mut content = "iban,card_number\n".to_owned();
    for _ in 0..200 {
        content.push_str(&format!("DE{},4{}\n", numbers.digits(20), numbers.digits(15)));
    }
    assert_eq!(found("a.csv", &content), []);
}

#[test]
fn what_is_no_text_is_said() {
    assert_eq!(scan_file("a.bin", b"ab\0c").err(), Some(UnreadContent::Binary));
    let wide: Vec<String> = (0..600).map(|place| format!("c{place}")).collect();
    assert_eq!(scan_file("a.csv", wide.join(",").as_bytes()).err(), Some(UnreadContent::ManyColumns));
    assert_eq!(found("a.csv", ""), []);
    assert_eq!(found("a.json", "[[[[["), []);
}
