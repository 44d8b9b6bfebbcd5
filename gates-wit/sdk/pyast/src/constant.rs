//! Strings that are known before the program runs.

use rustpython_ruff_python_ast::{
    self as ast, ConversionFlag, Expr, FStringPart, InterpolatedStringElement, Operator,
};

/// What is known of a string expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fold {
    /// The whole text.
    Known(String),
    /// Only how it starts: `f"layer{i}"`.
    Prefix(String),
    /// Nothing.
    Unknown,
}

/// Bytes of text after which folding stops: no attribute name is longer, and doubling strings must stay cheap.
const LONGEST: usize = 4096;

impl Fold {
    /// The text, if all of it is known.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        match self {
            Self::Known(text) => Some(text),
            Self::Prefix(_) | Self::Unknown => None,
        }
    }

    fn append(self, next: Self) -> Self {
        match (self, next) {
            (Self::Known(one), Self::Known(two)) if one.len() + two.len() <= LONGEST => {
                Self::Known(one + &two)
            }
            (Self::Known(one), Self::Prefix(two)) if one.len() + two.len() <= LONGEST => {
                Self::Prefix(one + &two)
            }
            (Self::Known(one) | Self::Prefix(one), _) if !one.is_empty() => Self::Prefix(one),
            _ => Self::Unknown,
        }
    }
}

/// Folds literals, implicit and `+` concatenation, conditional-free f-strings of constants. Names are folded by
/// `name`, which knows the scopes; pass `|_| None` to fold literals only.
pub fn fold_string<'a>(
    expr: &'a Expr,
    name: &mut dyn FnMut(&'a ast::ExprName) -> Option<&'a Expr>,
) -> Fold {
    fold(expr, name, 8)
}

/// `names` bounds how many names may stand for one another, so that `a = b; b = a` ends.
fn fold<'a>(
    expr: &'a Expr,
    name: &mut dyn FnMut(&'a ast::ExprName) -> Option<&'a Expr>,
    names: u8,
) -> Fold {
    match expr {
        Expr::StringLiteral(literal) => {
            let text = literal.value.to_str();
            if text.len() <= LONGEST {
                Fold::Known(text.to_owned())
            } else {
                Fold::Unknown
            }
        }
        Expr::BinOp(operation) if operation.op == Operator::Add => {
            match fold(&operation.left, name, names) {
                Fold::Known(left) => Fold::Known(left).append(fold(&operation.right, name, names)),
                // What follows an unknown part can't be placed any more.
                other => other,
            }
        }
        Expr::FString(string) => {
            let mut text = Fold::Known(String::new());
            for part in &string.value {
                match part {
                    FStringPart::Literal(literal) => {
                        text = text.append(Fold::Known(literal.value.to_string()))
                    }
                    FStringPart::FString(inner) => {
                        for element in &inner.elements {
                            text = text.append(fold_element(element, name, names));
                        }
                    }
                }
                if !matches!(text, Fold::Known(_)) {
                    return text;
                }
            }
            text
        }
        Expr::Name(used) if names > 0 => match name(used) {
            Some(value) => fold(value, name, names - 1),
            None => Fold::Unknown,
        },
        _ => Fold::Unknown,
    }
}

fn fold_element<'a>(
    element: &'a InterpolatedStringElement,
    name: &mut dyn FnMut(&'a ast::ExprName) -> Option<&'a Expr>,
    names: u8,
) -> Fold {
    match element {
        InterpolatedStringElement::Literal(literal) => Fold::Known(literal.value.to_string()),
        InterpolatedStringElement::Interpolation(field)
            if field.format_spec.is_none()
                && field.conversion == ConversionFlag::None
                && field.debug_text.is_none() =>
        {
            fold(&field.expression, name, names)
        }
        InterpolatedStringElement::Interpolation(_) => Fold::Unknown,
    }
}
