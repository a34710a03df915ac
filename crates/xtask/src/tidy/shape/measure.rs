//! Measures of one file: its production lines, and the length and nesting of each function.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, ExprIf, Item, Meta, Signature};

/// Returns whether the attributes make an item a test, or put it under `#[cfg(test)]`.
pub(in crate::tidy) fn is_test_only(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| match &attr.meta {
        Meta::Path(path) => path.segments.last().is_some_and(|segment| segment.ident == "test"),
        Meta::List(list) => {
            list.path.is_ident("cfg") && list.tokens.to_string().replace(' ', "").starts_with("test")
        }
        Meta::NameValue(_) => false,
    })
}

/// A function of production code.
pub(super) struct Function {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) lines: usize,
    pub(super) depth: usize,
}

/// The measures of a file without its tests.
pub(super) struct Measures {
    pub(super) lines: usize,
    pub(super) functions: Vec<Function>,
}

impl Measures {
    pub(super) fn of(file: &syn::File, total: usize) -> Self {
        let tests: usize =
            file.items.iter().filter(|item| is_test_only(attrs(item))).map(|item| lines(item.span())).sum();
        let mut functions = Functions(Vec::new());
        functions.visit_file(file);
        Self { lines: total.saturating_sub(tests), functions: functions.0 }
    }
}

fn attrs(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn lines(span: Span) -> usize {
    span.end().line.saturating_sub(span.start().line) + 1
}

/// Collects the functions, including those inside other functions.
struct Functions(Vec<Function>);

impl Functions {
    fn add(&mut self, signature: &Signature, block: &Block) {
        let line = signature.span().start().line;
        let mut nesting = Nesting::default();
        nesting.visit_block(block);
        self.0.push(Function {
            name: signature.ident.to_string(),
            line,
            lines: block.span().end().line.saturating_sub(line) + 1,
            depth: nesting.deepest,
        });
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test_only(attrs(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.add(&function.sig, block);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

/// The nesting of branches, loops, closures with a block and async blocks.
#[derive(Default)]
struct Nesting {
    now: usize,
    deepest: usize,
}

impl Nesting {
    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        self.now += 1;
        self.deepest = self.deepest.max(self.now);
        visit(self);
        self.now -= 1;
    }
}

impl<'ast> Visit<'ast> for Nesting {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Match(_) | Expr::While(_) | Expr::ForLoop(_) | Expr::Loop(_) | Expr::Async(_) => {
                self.within(|nesting| visit::visit_expr(nesting, expr));
            }
            Expr::Closure(closure) if matches!(*closure.body, Expr::Block(_)) => {
                self.within(|nesting| visit::visit_expr(nesting, expr));
            }
            _ => visit::visit_expr(self, expr),
        }
    }

    /// A chain of `else if` is one branch: its arms have the same depth.
    fn visit_expr_if(&mut self, branch: &'ast ExprIf) {
        self.visit_expr(&branch.cond);
        self.within(|nesting| nesting.visit_block(&branch.then_branch));
        match branch.else_branch.as_ref().map(|(_, other)| &**other) {
            Some(Expr::If(next)) => self.visit_expr_if(next),
            Some(Expr::Block(block)) => self.within(|nesting| nesting.visit_block(&block.block)),
            Some(other) => self.visit_expr(other),
            None => {}
        }
    }

    /// A function inside a function is measured separately.
    fn visit_item(&mut self, _item: &'ast Item) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, usize, usize)]) {
        let file = syn::parse_file(text).unwrap();
        let measures = Measures::of(&file, text.lines().count());
        let found: Vec<_> = measures.functions.iter().map(|f| (f.name.as_str(), f.lines, f.depth)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn depth_counts_what_a_reader_must_hold() {
        check("fn f() { a(); { b(); } }", &[("f", 1, 0)]);
        check("fn f() { if a {} else if b {} else { if c {} } }", &[("f", 1, 2)]);
        check("fn f() { let x = |y| y + 1; }", &[("f", 1, 0)]);
        check("fn f() { spawn(async move { loop { x.map(|y| { y }) } }) }", &[("f", 1, 3)]);
        check("fn f() { if a { fn g() { if b {} } } }", &[("f", 1, 1), ("g", 1, 1)]);
        check("trait T { fn f(&self) {\n match x { _ => 1 }\n } fn g(); }", &[("f", 3, 1)]);
    }

    #[test]
    fn tests_are_left_out_and_longer_conditions_on_test_too() {
        check("#[cfg(test)] mod t { fn f() {} }\n#[test] fn g() {}\n#[tokio::test] async fn h() {}", &[]);
        check("#[cfg(test)] impl A { fn f() {} }\n#[cfg(unix)] fn g() {}", &[("g", 1, 0)]);
        check("#[cfg(not(test))] fn f() {}", &[("f", 1, 0)]);
    }
}
