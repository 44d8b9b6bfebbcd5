//! Expressions of the canonical form.

use prism_pyast::ast::{
    BoolOp, Comprehension, ConversionFlag, Expr, FStringPart, InterpolatedElement,
    InterpolatedStringElement, Number,
};

use super::{Canonical, Tag};

/// A piece of an f-string or t-string, adjacent literals joined.
enum Piece<'a> {
    Literal(String),
    Field(&'a InterpolatedElement),
}

impl Canonical {
    pub(super) fn expressions(&mut self, expressions: &[Expr]) {
        self.list(expressions.iter(), Self::expression);
    }

    pub(super) fn expression(&mut self, expression: &Expr) {
        match expression {
            Expr::BoolOp(node) => {
                self.tag(Tag::BoolOp);
                self.flag(node.op == BoolOp::And);
                self.expressions(&node.values);
            }
            Expr::Named(node) => {
                self.tag(Tag::Named);
                self.expression(&node.target);
                self.expression(&node.value);
            }
            Expr::BinOp(node) => {
                self.tag(Tag::BinOp);
                self.text(node.op.as_str());
                self.expression(&node.left);
                self.expression(&node.right);
            }
            Expr::UnaryOp(node) => {
                self.tag(Tag::UnaryOp);
                self.text(node.op.as_str());
                self.expression(&node.operand);
            }
            Expr::Lambda(node) => {
                self.tag(Tag::Lambda);
                self.option(node.parameters.as_deref(), Self::parameters);
                self.expression(&node.body);
            }
            Expr::If(node) => {
                self.tag(Tag::IfExp);
                self.expression(&node.test);
                self.expression(&node.body);
                self.expression(&node.orelse);
            }
            Expr::Dict(node) => {
                self.tag(Tag::Dict);
                self.list(node.items.iter(), |form, item| {
                    form.option(item.key.as_ref(), Self::expression);
                    form.expression(&item.value);
                });
            }
            Expr::Set(node) => {
                self.tag(Tag::Set);
                self.expressions(&node.elts);
            }
            Expr::ListComp(node) => self.comprehension(Tag::ListComp, &node.elt, &node.generators),
            Expr::SetComp(node) => self.comprehension(Tag::SetComp, &node.elt, &node.generators),
            Expr::Generator(node) => {
                self.comprehension(Tag::Generator, &node.elt, &node.generators)
            }
            Expr::DictComp(node) => {
                self.comprehension(Tag::DictComp, &node.key, &node.generators);
                self.expression(&node.value);
            }
            Expr::Await(node) => {
                self.tag(Tag::Await);
                self.expression(&node.value);
            }
            Expr::Yield(node) => {
                self.tag(Tag::Yield);
                self.option(node.value.as_deref(), Self::expression);
            }
            Expr::YieldFrom(node) => {
                self.tag(Tag::YieldFrom);
                self.expression(&node.value);
            }
            Expr::Compare(node) => {
                self.tag(Tag::Compare);
                self.expression(&node.left);
                self.list(node.ops.iter(), |form, op| form.text(op.as_str()));
                self.list(node.comparators.iter(), Self::expression);
            }
            Expr::Call(node) => {
                self.tag(Tag::Call);
                self.expression(&node.func);
                self.arguments(&node.arguments);
            }
            Expr::Attribute(node) => {
                self.tag(Tag::Attribute);
                self.expression(&node.value);
                self.name(&node.attr);
            }
            Expr::Subscript(node) => {
                self.tag(Tag::Subscript);
                self.expression(&node.value);
                self.expression(&node.slice);
            }
            Expr::Starred(node) => {
                self.tag(Tag::Starred);
                self.expression(&node.value);
            }
            Expr::Name(node) => {
                self.tag(Tag::Name);
                self.text(node.id.as_str());
            }
            Expr::List(node) => {
                self.tag(Tag::List);
                self.expressions(&node.elts);
            }
            Expr::Tuple(node) => {
                self.tag(Tag::Tuple);
                self.expressions(&node.elts);
            }
            Expr::Slice(node) => {
                self.tag(Tag::Slice);
                for part in [&node.lower, &node.upper, &node.step] {
                    self.option(part.as_deref(), Self::expression);
                }
            }
            literal => self.literal(literal),
        }
    }

    fn literal(&mut self, literal: &Expr) {
        match literal {
            Expr::StringLiteral(node) => {
                self.tag(Tag::Str);
                self.text(node.value.to_str());
            }
            Expr::BytesLiteral(node) => {
                self.tag(Tag::Bytes);
                let joined: Vec<u8> = node.value.bytes().collect();
                self.bytes(&joined);
            }
            Expr::NumberLiteral(node) => match &node.value {
                Number::Int(value) => {
                    self.tag(Tag::Int);
                    self.text(&value.to_string());
                }
                Number::Float(value) => {
                    self.tag(Tag::Float);
                    self.float(*value);
                }
                Number::Complex { real, imag } => {
                    self.tag(Tag::Complex);
                    self.float(*real);
                    self.float(*imag);
                }
            },
            Expr::BooleanLiteral(node) => self.tag(if node.value { Tag::True } else { Tag::False }),
            Expr::NoneLiteral(_) => self.tag(Tag::None),
            Expr::EllipsisLiteral(_) => self.tag(Tag::Ellipsis),
            Expr::FString(node) => {
                self.tag(Tag::FString);
                let mut pieces = Vec::new();
                for part in &node.value {
                    match part {
                        FStringPart::Literal(text) => join(&mut pieces, &text.value),
                        FStringPart::FString(part) => {
                            part.elements.iter().for_each(|one| add(&mut pieces, one))
                        }
                    }
                }
                self.pieces(&pieces);
            }
            Expr::TString(node) => {
                self.tag(Tag::TString);
                let mut pieces = Vec::new();
                node.value.elements().for_each(|one| add(&mut pieces, one));
                self.pieces(&pieces);
            }
            Expr::IpyEscapeCommand(node) => {
                self.tag(Tag::Escape);
                self.text(&node.value);
            }
            // Everything else is no literal and was written by the caller.
            _ => {}
        }
    }

    fn float(&mut self, value: f64) {
        self.bytes(&value.to_bits().to_le_bytes());
    }

    fn comprehension(&mut self, tag: Tag, element: &Expr, generators: &[Comprehension]) {
        self.tag(tag);
        self.expression(element);
        self.list(generators.iter(), |form, part| {
            form.flag(part.is_async);
            form.expression(&part.target);
            form.expression(&part.iter);
            form.expressions(&part.ifs);
        });
    }

    fn pieces(&mut self, pieces: &[Piece<'_>]) {
        self.list(pieces.iter(), |form, piece| match piece {
            Piece::Literal(text) => {
                form.tag(Tag::Literal);
                form.text(text);
            }
            Piece::Field(field) => {
                form.tag(Tag::Field);
                form.expression(&field.expression);
                // `f"{x=}"` prints the source text of its expression.
                form.option(field.debug_text.as_ref(), |form, debug| {
                    form.text(&debug.leading);
                    form.text(&debug.trailing);
                });
                form.text(match field.conversion {
                    ConversionFlag::None => "",
                    ConversionFlag::Str => "s",
                    ConversionFlag::Ascii => "a",
                    ConversionFlag::Repr => "r",
                });
                form.option(field.format_spec.as_deref(), |form, spec| {
                    let mut pieces = Vec::new();
                    spec.elements.iter().for_each(|one| add(&mut pieces, one));
                    form.pieces(&pieces);
                });
            }
        });
    }
}

fn add<'a>(pieces: &mut Vec<Piece<'a>>, element: &'a InterpolatedStringElement) {
    match element {
        InterpolatedStringElement::Literal(text) => join(pieces, &text.value),
        InterpolatedStringElement::Interpolation(field) => pieces.push(Piece::Field(field)),
    }
}

fn join(pieces: &mut Vec<Piece<'_>>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Literal(last)) => last.push_str(text),
        _ => pieces.push(Piece::Literal(text.to_owned())),
    }
}
