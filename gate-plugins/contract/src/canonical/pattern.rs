//! Patterns of `match` in the canonical form.

use prism_pyast::ast::{Pattern, Singleton};

use super::{Canonical, Tag};

impl Canonical {
    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::MatchValue(node) => {
                self.tag(Tag::MatchValue);
                self.expression(&node.value);
            }
            Pattern::MatchSingleton(node) => {
                self.tag(Tag::MatchSingleton);
                self.tag(match node.value {
                    Singleton::None => Tag::None,
                    Singleton::True => Tag::True,
                    Singleton::False => Tag::False,
                });
            }
            Pattern::MatchSequence(node) => {
                self.tag(Tag::MatchSequence);
                self.patterns(&node.patterns);
            }
            Pattern::MatchMapping(node) => {
                self.tag(Tag::MatchMapping);
                self.expressions(&node.keys);
                self.patterns(&node.patterns);
                self.option(node.rest.as_ref(), Self::name);
            }
            Pattern::MatchClass(node) => {
                self.tag(Tag::MatchClass);
                self.expression(&node.cls);
                self.patterns(&node.arguments.patterns);
                self.list(node.arguments.keywords.iter(), |form, keyword| {
                    form.name(&keyword.attr);
                    form.pattern(&keyword.pattern);
                });
            }
            Pattern::MatchStar(node) => {
                self.tag(Tag::MatchStar);
                self.option(node.name.as_ref(), Self::name);
            }
            Pattern::MatchAs(node) => {
                self.tag(Tag::MatchAs);
                self.option(node.pattern.as_deref(), Self::pattern);
                self.option(node.name.as_ref(), Self::name);
            }
            Pattern::MatchOr(node) => {
                self.tag(Tag::MatchOr);
                self.patterns(&node.patterns);
            }
        }
    }

    fn patterns(&mut self, patterns: &[Pattern]) {
        self.list(patterns.iter(), Self::pattern);
    }
}
