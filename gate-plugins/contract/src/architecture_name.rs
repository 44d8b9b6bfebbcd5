//! `ARCHITECTURE_NAME`: the name a family is shown under on the public board.

use prism_pyast::Module;
use prism_pyast::ast::{Expr, Stmt};

/// Characters of a name at most.
const MAX_CHARS: usize = 48;

/// The moderated name out of the architecture's entry file; none when there is none or nothing of it
/// remains. The last top-level assignment of a string literal counts.
pub(crate) fn find(module: &Module) -> Option<String> {
    let literal = module
        .body()
        .iter()
        .rev()
        .find_map(|statement| match statement {
            Stmt::Assign(assign) if assign.targets.iter().any(is_name) => {
                Some(assign.value.as_ref())
            }
            Stmt::AnnAssign(assign) if is_name(&assign.target) => assign.value.as_deref(),
            _ => None,
        })?;
    match literal {
        Expr::StringLiteral(text) => {
            Some(moderate(text.value.to_str())).filter(|name| !name.is_empty())
        }
        _ => None,
    }
}

fn is_name(target: &Expr) -> bool {
    matches!(target, Expr::Name(name) if name.id.as_str() == "ARCHITECTURE_NAME")
}

/// Contract of the reference, section 5.6: collapse white space, keep plain ASCII, collapse again,
/// cut, trim.
fn moderate(name: &str) -> String {
    let collapsed = collapse(name);
    let kept: String = collapsed
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || " -_.()[]/+&".contains(*c))
        .collect();
    let cut: String = collapse(&kept).chars().take(MAX_CHARS).collect();
    cut.trim().to_owned()
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::moderate;

    #[test]
    fn names_are_plain_short_and_single_spaced() {
        for (given, shown) in [
            ("  Tiny\t\nGPT  ", "Tiny GPT"),
            ("<b>Bold</b> & [x]", "bBold/b & [x]"),
            ("Ünï ✨ net", "n net"),
            ("a\u{202e}b\u{0}c", "abc"),
            ("✨", ""),
            (
                &"ab ".repeat(40),
                "ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab",
            ),
        ] {
            assert_eq!(moderate(given), shown, "{given:?}");
        }
    }
}
