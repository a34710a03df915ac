//! The style sheet and the mark of the pages that the server renders: at the sign-in host, at a gate, and where the
//! console does not open. They look like the console (`console/src/shell/theme.ts`), which an end-to-end suite compares.
//!
//! The sign-in host serves both as files. A gate answers at hosts of applications, where it has no files of its own, so it
//! writes them into the page.
//!
//! This room must not know which pages there are.

/// The style sheet. It names no other file, so it also works within a page whose policy allows nothing else.
pub const STYLE: &str = include_str!("pages.css");

/// The mark, an SVG image. Its colour is readable on the ground of both schemes.
pub const MARK: &str = include_str!("mark.svg");

#[cfg(test)]
mod tests {
    use super::{MARK, STYLE};

    #[test]
    fn nothing_is_loaded_from_elsewhere_and_nothing_ends_the_element_that_holds_it() {
        for part in ["url(", "@import", "</", "expression("] {
            assert!(!STYLE.contains(part), "the style sheet contains {part}");
        }
        for part in ["href", "<script", "style=", "<style", "onload"] {
            assert!(!MARK.contains(part), "the mark contains {part}");
        }
    }

    #[test]
    fn every_colour_has_a_value_in_both_schemes() {
        let (light, dark) = STYLE.split_once("@media (prefers-color-scheme: dark)").unwrap();
        let dark = dark.split_once("\n}\n").unwrap().0;
        let names = |text: &'static str| -> Vec<&'static str> {
            text.split("--").skip(1).filter_map(|rest| rest.split_once(": ")).map(|(name, _)| name).collect()
        };
        assert!(names(light).len() >= 10, "{:?}", names(light));
        assert_eq!(names(light), names(dark));
    }
}
