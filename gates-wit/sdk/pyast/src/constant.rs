//! Strings that are known before the program runs.

mod calls;

use std::cell::Cell;

use rustpython_ruff_python_ast::{
    self as ast, ConversionFlag, Expr, FStringPart, InterpolatedStringElement, Number, Operator,
    UnaryOp,
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

    fn bounded(text: String) -> Self {
        if text.len() <= LONGEST {
            Self::Known(text)
        } else {
            Self::Unknown
        }
    }
}

/// What names stand for, as far as folding needs it; whoever answers knows the scopes.
pub trait Names<'a> {
    /// The one expression a name is ever bound to.
    fn value(&self, name: &ast::ExprName) -> Option<&'a Expr>;
    /// Whether the name is sure to mean the builtin of that name.
    fn is_builtin(&self, name: &ast::ExprName) -> bool;
}

/// Folds literals, concatenation, repetition, slices, `%`, f-strings, lookups in a literal, `chr`, and the methods of
/// texts and bytes that make other texts of them.
pub fn fold_string<'a>(expr: &'a Expr, names: &dyn Names<'a>) -> Fold {
    let folding = Folding {
        names,
        steps: Cell::new(MOST_STEPS),
    };
    folding.fold(expr, DEEPEST)
}

/// Names and nested calls that may stand between a text and its use; bounds the work, and `a = b; b = a` ends.
const DEEPEST: u8 = 8;
/// Expressions looked at in one folding: names that stand for sums of names must not multiply.
const MOST_STEPS: u32 = 2048;

/// One folding; `left` below counts down from [`DEEPEST`].
struct Folding<'a, 'n> {
    names: &'n dyn Names<'a>,
    steps: Cell<u32>,
}

impl<'a> Folding<'a, '_> {
    fn fold(&self, expr: &'a Expr, left: u8) -> Fold {
        let Some(steps) = self.steps.get().checked_sub(1) else {
            return Fold::Unknown;
        };
        self.steps.set(steps);
        match expr {
            Expr::StringLiteral(literal) => Fold::bounded(literal.value.to_str().to_owned()),
            Expr::BinOp(operation) => self.operation(operation, left),
            Expr::FString(string) => self.f_string(string, left),
            Expr::Subscript(subscript) if left > 0 => self.subscript(subscript, left - 1),
            Expr::Call(call) if left > 0 => self.call(call, left - 1),
            Expr::Name(used) if left > 0 => match self.names.value(used) {
                Some(value) => self.fold(value, left - 1),
                None => Fold::Unknown,
            },
            _ => Fold::Unknown,
        }
    }

    fn operation(&self, operation: &'a ast::ExprBinOp, left: u8) -> Fold {
        match operation.op {
            Operator::Add => match self.fold(&operation.left, left) {
                Fold::Known(text) => Fold::Known(text).append(self.fold(&operation.right, left)),
                // What follows an unknown part can't be placed any more.
                other => other,
            },
            Operator::Mod => match self.fold(&operation.left, left) {
                Fold::Known(template) => self.percent(&template, &operation.right, left),
                other => other,
            },
            Operator::Mult => {
                let (text, times) = match integer(&operation.right) {
                    Some(times) => (&operation.left, Some(times)),
                    None => (&operation.right, integer(&operation.left)),
                };
                match (self.fold(text, left), times.map(usize::try_from)) {
                    (Fold::Known(text), Some(Ok(times)))
                        if text.len().saturating_mul(times) <= LONGEST =>
                    {
                        Fold::Known(text.repeat(times))
                    }
                    _ => Fold::Unknown,
                }
            }
            _ => Fold::Unknown,
        }
    }

    fn f_string(&self, string: &'a ast::ExprFString, left: u8) -> Fold {
        let mut text = Fold::Known(String::new());
        for part in &string.value {
            match part {
                FStringPart::Literal(literal) => {
                    text = text.append(Fold::Known(literal.value.to_string()));
                }
                FStringPart::FString(inner) => {
                    for element in &inner.elements {
                        text = text.append(self.element(element, left));
                        if !matches!(text, Fold::Known(_)) {
                            return text;
                        }
                    }
                }
            }
            if !matches!(text, Fold::Known(_)) {
                return text;
            }
        }
        text
    }

    fn element(&self, element: &'a InterpolatedStringElement, left: u8) -> Fold {
        match element {
            InterpolatedStringElement::Literal(literal) => Fold::Known(literal.value.to_string()),
            InterpolatedStringElement::Interpolation(field)
                if field.format_spec.is_none()
                    && field.conversion == ConversionFlag::None
                    && field.debug_text.is_none() =>
            {
                self.fold(&field.expression, left)
            }
            InterpolatedStringElement::Interpolation(_) => Fold::Unknown,
        }
    }

    /// `text[i]`, `text[a:b:c]`, `("a", "b")[0]`, `{"a": "b"}["a"]`.
    fn subscript(&self, subscript: &'a ast::ExprSubscript, left: u8) -> Fold {
        match &*subscript.value {
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                let place = integer(&subscript.slice).and_then(|index| place(index, elts.len()));
                return place
                    .and_then(|place| elts.get(place))
                    .map_or(Fold::Unknown, |element| self.fold(element, left));
            }
            Expr::Dict(dict) => {
                let Fold::Known(key) = self.fold(&subscript.slice, left) else {
                    return Fold::Unknown;
                };
                // The last of equal keys wins.
                let found = dict.items.iter().rev().find(|item| {
                    item.key
                        .as_ref()
                        .is_none_or(|other| self.fold(other, left).known() == Some(key.as_str()))
                });
                return found
                    .filter(|item| item.key.is_some())
                    .map_or(Fold::Unknown, |item| self.fold(&item.value, left));
            }
            _ => {}
        }
        let Fold::Known(text) = self.fold(&subscript.value, left) else {
            return Fold::Unknown;
        };
        let characters: Vec<char> = text.chars().collect();
        match &*subscript.slice {
            Expr::Slice(slice) => sliced(&characters, slice).map_or(Fold::Unknown, Fold::Known),
            index => integer(index)
                .and_then(|index| place(index, characters.len()))
                .and_then(|place| characters.get(place))
                .map_or(Fold::Unknown, |character| {
                    Fold::Known(character.to_string())
                }),
        }
    }
}

/// A whole number written out, negative ones too.
fn integer(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::NumberLiteral(ast::ExprNumberLiteral {
            value: Number::Int(number),
            ..
        }) => number.as_i64(),
        Expr::UnaryOp(operation) if operation.op == UnaryOp::USub => {
            integer(&operation.operand)?.checked_neg()
        }
        _ => None,
    }
}

/// Python's index into something of `length`: negative ones count from the end.
fn place(index: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    let index = if index < 0 {
        index.checked_add(length)?
    } else {
        index
    };
    usize::try_from(index).ok()
}

/// Python's slices, with whole numbers only.
fn sliced(characters: &[char], slice: &ast::ExprSlice) -> Option<String> {
    let bound = |bound: &Option<Box<Expr>>| match bound {
        None => Some(None),
        Some(expr) => integer(expr).map(Some),
    };
    let step = bound(&slice.step)?.unwrap_or(1);
    let length = i64::try_from(characters.len()).ok()?;
    let (lowest, highest) = if step < 0 {
        (-1, length - 1)
    } else {
        (0, length)
    };
    let clamp = |index: i64| {
        let index = if index < 0 {
            index.saturating_add(length)
        } else {
            index
        };
        index.clamp(lowest, highest)
    };
    let (first, last) = if step < 0 {
        (highest, lowest)
    } else {
        (lowest, highest)
    };
    let mut at = bound(&slice.lower)?.map_or(first, clamp);
    let end = bound(&slice.upper)?.map_or(last, clamp);
    if step == 0 {
        return None;
    }
    let mut text = String::new();
    while (step > 0 && at < end) || (step < 0 && at > end) {
        text.push(*characters.get(usize::try_from(at).ok()?)?);
        at = at.saturating_add(step);
    }
    Some(text)
}
