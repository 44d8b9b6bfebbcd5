//! Calls and templates that make a text of known texts.

use super::{Expr, Fold, Folding, LONGEST, ast, integer};

impl<'a> Folding<'a, '_> {
    pub(super) fn call(&self, call: &'a ast::ExprCall, left: u8) -> Fold {
        let arguments = &call.arguments;
        if !arguments.keywords.is_empty() || arguments.args.iter().any(Expr::is_starred_expr) {
            return self.formatted_by_keyword(call, left);
        }
        match (&*call.func, &*arguments.args) {
            (Expr::Name(name), [code]) if name.id == "chr" && self.names.is_builtin(name) => {
                integer(code)
                    .and_then(|code| char::from_u32(u32::try_from(code).ok()?))
                    .map_or(Fold::Unknown, |character| {
                        Fold::Known(character.to_string())
                    })
            }
            (Expr::Name(name), [text]) if name.id == "str" && self.names.is_builtin(name) => {
                self.fold(text, left)
            }
            (Expr::Attribute(method), args) => self.method(method, args, left),
            _ => Fold::Unknown,
        }
    }

    /// `"a{x}".format(x=i)`: only how it starts.
    fn formatted_by_keyword(&self, call: &'a ast::ExprCall, left: u8) -> Fold {
        match &*call.func {
            Expr::Attribute(method) if method.attr.as_str() == "format" => {
                match self.fold(&method.value, left) {
                    Fold::Known(template) => beginning(&template, &['{', '}']),
                    other => other,
                }
            }
            _ => Fold::Unknown,
        }
    }

    fn method(&self, method: &'a ast::ExprAttribute, args: &'a [Expr], left: u8) -> Fold {
        let name = method.attr.as_str();
        if let Expr::BytesLiteral(bytes) = &*method.value
            && name == "decode"
            && args.is_empty()
        {
            let bytes: Vec<u8> = bytes.value.bytes().collect();
            return String::from_utf8(bytes).map_or(Fold::Unknown, Fold::bounded);
        }
        let Fold::Known(text) = self.fold(&method.value, left) else {
            return Fold::Unknown;
        };
        let argument = |index: usize| {
            args.get(index)
                .and_then(|argument| self.fold(argument, left).known().map(str::to_owned))
        };
        let folded = match (name, args.len()) {
            ("join", 1) => self.joined(&text, args, left),
            ("format", _) => return self.formatted(&text, args, left),
            ("replace", 2) => argument(0)
                .zip(argument(1))
                // An empty pattern doubles the text at each use.
                .filter(|(from, to)| !from.is_empty() && to.len() <= text.len().max(64))
                .map(|(from, to)| text.replace(&from, &to)),
            ("lower", 0) => Some(text.to_lowercase()),
            ("upper", 0) => Some(text.to_uppercase()),
            ("strip", 0) => Some(text.trim().to_owned()),
            ("lstrip", 0) => Some(text.trim_start().to_owned()),
            ("rstrip", 0) => Some(text.trim_end().to_owned()),
            ("removeprefix", 1) => {
                argument(0).map(|prefix| text.strip_prefix(&prefix).unwrap_or(&text).to_owned())
            }
            ("removesuffix", 1) => {
                argument(0).map(|suffix| text.strip_suffix(&suffix).unwrap_or(&text).to_owned())
            }
            _ => None,
        };
        folded.map_or(Fold::Unknown, Fold::bounded)
    }

    fn joined(&self, between: &str, args: &'a [Expr], left: u8) -> Option<String> {
        let parts: Vec<String> = match args {
            [Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. })] => {
                let fold = |part: &'a Expr| self.fold(part, left).known().map(str::to_owned);
                elts.iter().map(fold).collect::<Option<_>>()?
            }
            [one] => {
                let text = self.fold(one, left).known()?.to_owned();
                text.chars().map(String::from).collect()
            }
            _ => return None,
        };
        let length: usize = parts.iter().map(|part| part.len() + between.len()).sum();
        (length <= LONGEST).then(|| parts.join(between))
    }

    /// `"{}{1}".format(a, b)` with plain fields; of anything else only how it starts.
    fn formatted(&self, template: &str, args: &'a [Expr], left: u8) -> Fold {
        let mut text = Fold::Known(String::new());
        let mut rest = template;
        let mut next = 0;
        while let Some((before, field)) = rest.split_once('{') {
            let Some((field, after)) = field.split_once('}') else {
                return beginning(template, &['{', '}']);
            };
            let index = if field.is_empty() {
                Ok(next)
            } else {
                field.parse()
            };
            let (Ok(index), false) = (index, before.contains('}')) else {
                return beginning(template, &['{', '}']);
            };
            next += 1;
            let value = args
                .get(index)
                .map_or(Fold::Unknown, |value| self.fold(value, left));
            text = text.append(Fold::Known(before.to_owned())).append(value);
            if !matches!(text, Fold::Known(_)) {
                return text;
            }
            rest = after;
        }
        if rest.contains('}') {
            return beginning(template, &['{', '}']);
        }
        text.append(Fold::Known(rest.to_owned()))
    }

    /// `"layer%d" % i`.
    pub(super) fn percent(&self, template: &str, values: &'a Expr, left: u8) -> Fold {
        let values: Vec<&'a Expr> = match values {
            Expr::Tuple(tuple) => tuple.elts.iter().collect(),
            one => vec![one],
        };
        let mut values = values.into_iter();
        let mut text = Fold::Known(String::new());
        let mut rest = template;
        while let Some((before, field)) = rest.split_once('%') {
            text = text.append(Fold::Known(before.to_owned()));
            let Some(after) = field.strip_prefix('s') else {
                return text.append(Fold::Unknown);
            };
            let value = values
                .next()
                .map_or(Fold::Unknown, |value| self.fold(value, left));
            text = text.append(value);
            if !matches!(text, Fold::Known(_)) {
                return text;
            }
            rest = after;
        }
        text.append(Fold::Known(rest.to_owned()))
    }
}

/// The text before the first of `marks`.
fn beginning(template: &str, marks: &[char]) -> Fold {
    match template.find(marks).and_then(|end| template.get(..end)) {
        Some("") => Fold::Unknown,
        Some(start) => Fold::Prefix(start.to_owned()),
        None => Fold::Known(template.to_owned()),
    }
}
