//! A file of a working folder that is no policy: an application, the labels, the exceptions. What is accepted can be
//! written and means the same afterwards; what is refused says why.

use crate::Fields;
use countersign_api::{Declaration, EXCEPTIONS, LABELS, Settings, application_file};
use std::collections::BTreeMap;

/// Reads the rest of the bytes as the file that the first byte names. Returns whether it was accepted.
pub fn settings_file(bytes: &[u8]) -> bool {
    let mut fields = Fields::new(bytes);
    let (place, text) = (fields.byte(), fields.rest_text());
    let problem = match place % 3 {
        0 => match Declaration::from_toml("applications/given.toml", text) {
            Ok((name, about)) => {
                let written = about.to_toml(&name);
                let read = Declaration::from_toml("applications/given.toml", &written);
                assert_eq!(read.expect("what was written can be read"), (name.clone(), about.clone()));
                let settings =
                    Settings { applications: BTreeMap::from([(name.clone(), about)]), ..Settings::default() };
                assert_eq!(settings.to_files().get(&application_file(&name)), Some(&written));
                return true;
            }
            Err(problem) => problem,
        },
        1 => match Settings::labels_from_toml(LABELS, text) {
            Ok(labels) => {
                let settings = Settings { labels: Some(labels.clone()), ..Settings::default() };
                let written = &settings.to_files()[LABELS];
                let read = Settings::labels_from_toml(LABELS, written);
                assert_eq!(read.expect("what was written can be read"), labels);
                return true;
            }
            Err(problem) => problem,
        },
        _ => match Settings::exceptions_from_toml(EXCEPTIONS, text) {
            Ok(exceptions) => {
                let settings = Settings { exceptions: Some(exceptions.clone()), ..Settings::default() };
                let written = &settings.to_files()[EXCEPTIONS];
                let read = Settings::exceptions_from_toml(EXCEPTIONS, written);
                assert_eq!(read.expect("what was written can be read"), exceptions);
                return true;
            }
            Err(problem) => problem,
        },
    };
    assert!(!problem.to_string().is_empty());
    false
}
