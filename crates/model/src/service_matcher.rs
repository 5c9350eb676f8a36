/// A text that selects services: an id in which `*` stands for any letters, `type:` with a group, `tag:` with a tag, or `role:` with a role
/// that may see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceMatcher<'a> {
    Id(&'a str),
    Type(&'a str),
    Tag(&'a str),
    Role(&'a str),
}

impl<'a> ServiceMatcher<'a> {
    /// Reads a text. Every text is one: without a known prefix it is an id.
    pub fn read(text: &'a str) -> Self {
        let text = text.trim();
        if let Some(group) = text.strip_prefix("type:") {
            Self::Type(group.trim())
        } else if let Some(tag) = text.strip_prefix("tag:") {
            Self::Tag(tag.trim())
        } else if let Some(role) = text.strip_prefix("role:") {
            Self::Role(role.trim())
        } else {
            Self::Id(text)
        }
    }

    /// Whether it selects the service with this id, this group and these tags, which `has_role` may see.
    pub fn matches(self, id: &str, group: &str, tags: &[String], has_role: impl FnOnce(&str) -> bool) -> bool {
        match self {
            Self::Id(pattern) => matches_pattern(pattern, id),
            Self::Type(wanted) => wanted == group,
            Self::Tag(wanted) => tags.iter().any(|tag| tag == wanted),
            Self::Role(role) => has_role(role),
        }
    }
}

/// Whether a text matches a pattern in which `*` stands for any letters, also none.
pub fn matches_pattern(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = pattern.contains('*').then(|| parts.next_back()).flatten() else { return rest.is_empty() };
    // The earliest place of each part leaves the most for the others.
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_letters() {
        for (pattern, text, expected) in [
            ("shop", "shop", true),
            ("shop", "shop-1", false),
            ("shop*", "shop", true),
            ("shop-*", "shop-1", true),
            ("shop-*", "my-shop-1", false),
            ("*shop*", "my-shop-1", true),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*b*c", "axxbxbc", true),
            ("a*b*c", "axxc", false),
            ("a*a", "a", false),
            ("ab*ba", "aba", false),
            ("*ü*", "würzburg", true),
        ] {
            assert_eq!(matches_pattern(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_prefix_selects_by_type_tag_or_role() {
        let tags = ["team a".to_owned()];
        let matches = |text: &str| ServiceMatcher::read(text).matches("shop-1", "App", &tags, |role| role == "dev");
        for (text, expected) in [
            ("shop-*", true),
            (" shop-1 ", true),
            ("type:App", true),
            ("type: App", true),
            ("type:app", false),
            ("role:dev", true),
            ("role:ops", false),
            ("tag:team a", true),
            ("tag: team a", true),
            ("tag:team", false),
            ("tag:App", false),
        ] {
            assert_eq!(matches(text), expected, "{text}");
        }
    }
}
