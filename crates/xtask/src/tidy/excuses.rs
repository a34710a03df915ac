//! Rule: no `#[allow]`, and no unfinished code.
//!
//! Clippy denies the same in the code that it checks; this rule also covers macros, and code behind a disabled `cfg`.

use super::tree::Tree;
use super::{Finding, Report};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Macros that stand for missing code.
const UNFINISHED: [&str; 2] = ["todo", "unimplemented"];

pub(super) fn check(tree: &Tree, report: &mut Report) {
    for (path, source) in &tree.sources {
        // A file that cannot be split into tokens is reported by the rule on modules.
        if let Ok(tokens) = source.text.parse::<TokenStream>() {
            walk(path, tokens, &mut report.findings);
        }
    }
}

fn walk(path: &str, tokens: TokenStream, found: &mut Vec<Finding>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (tree, next) in tokens.iter().zip(tokens.iter().skip(1)) {
        if let (TokenTree::Ident(name), TokenTree::Punct(bang)) = (tree, next)
            && bang.as_char() == '!'
            && UNFINISHED.iter().any(|macro_name| name == macro_name)
        {
            let says = format!("`{name}!` is not code: finish it, or leave it out");
            found.push(Finding::at(path, name.span().start().line, says));
        }
    }
    for (before, tree) in std::iter::once(None).chain(tokens.iter().map(Some)).zip(&tokens) {
        let TokenTree::Group(group) = tree else { continue };
        let is_attribute = group.delimiter() == Delimiter::Bracket
            && matches!(before, Some(TokenTree::Punct(mark)) if matches!(mark.as_char(), '#' | '!'));
        if is_attribute && allows(group.stream()) {
            let says =
                "use `#[expect(lint, reason = \"...\")]` where `#[allow]` stands, or mend what it hides";
            found.push(Finding::at(path, group.span_open().start().line, says));
        }
        walk(path, group.stream(), found);
    }
}

/// Returns whether an attribute is `allow(...)`, or `cfg_attr` with one inside.
fn allows(attribute: TokenStream) -> bool {
    let mut tokens = attribute.into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(name)), Some(TokenTree::Group(_))) if name == "allow" => true,
        (Some(TokenTree::Ident(name)), Some(TokenTree::Group(inside))) if name == "cfg_attr" => {
            inside.stream().into_iter().any(|tree| matches!(tree, TokenTree::Ident(name) if name == "allow"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(text: &str, found: usize) {
        let mut report = Report::default();
        check(&Tree::of([("crates/a/src/b.rs".to_owned(), text.to_owned())]), &mut report);
        assert_eq!(report.findings.len(), found, "{text}: {:?}", report.findings);
    }

    #[test]
    fn an_allow_is_found_wherever_it_hides() {
        check_text("#[allow(dead_code)] fn f() {}", 1);
        check_text("#![allow(dead_code)]", 1);
        check_text("#[cfg_attr(test, allow(dead_code))] fn f() {}", 1);
        check_text("macro_rules! m { () => { #[allow(dead_code)] fn f() {} } }", 1);
        check_text("fn f() { let _x = { #[allow(unused)] 1 }; }", 1);
        check_text("#[expect(dead_code, reason = \"x\")] fn f() {}", 0);
        check_text("// #[allow(dead_code)]\nfn f() { let s = \"#[allow(x)]\"; allow([1]); }", 0);
    }

    #[test]
    fn what_is_left_undone_is_found() {
        check_text("fn f() { todo!() }", 1);
        check_text("fn f() { if x { core::unimplemented!(\"later\") } }", 1);
        check_text("fn todo() { todo(); \"todo!()\"; }", 0);
    }
}
