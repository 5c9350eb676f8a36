//! One condition of an endpoint: two operands and a comparison.

/// A condition such as `[BODY].status == UP`.
#[derive(Debug, PartialEq)]
pub(super) struct Condition<'a> {
    pub subject: Subject<'a>,
    pub comparison: Comparison,
    pub operand: Operand<'a>,
}

#[derive(Debug, PartialEq)]
pub(super) enum Subject<'a> {
    Status,
    ResponseTime,
    /// The path behind `[BODY]`, such as `.user.name`; empty for the whole body.
    Body(&'a str),
    Length(&'a str),
    Exists(&'a str),
    Connected,
    CertificateExpiration,
    DnsCode,
    /// Platus does not check it.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

#[derive(Debug, PartialEq)]
pub(super) enum Operand<'a> {
    Value(&'a str),
    /// `pat(…)`, with `*` and `?`.
    Pattern(&'a str),
    /// `any(…)`.
    Any(Vec<&'a str>),
}

impl Comparison {
    /// In the order in which Gatus looks for them.
    const SIGNS: [(&'static str, Self); 6] = [
        (" == ", Self::Equal),
        (" != ", Self::NotEqual),
        (" <= ", Self::AtMost),
        (" >= ", Self::AtLeast),
        (" > ", Self::Greater),
        (" < ", Self::Less),
    ];

    fn flipped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
            Self::Equal | Self::NotEqual => self,
        }
    }

    /// Whether it holds for two numbers.
    pub(super) fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Greater => left > right,
            Self::AtLeast => left >= right,
        }
    }

    /// The name of the condition in `json`.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Equal => "equals",
            Self::NotEqual => "not_equals",
            Self::Less => "less_than",
            Self::AtMost => "at_most",
            Self::Greater => "greater_than",
            Self::AtLeast => "at_least",
        }
    }
}

impl<'a> Condition<'a> {
    /// `None` for what is no condition.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (left, comparison, right) = Comparison::SIGNS.iter().find_map(|(sign, comparison)| {
            let (left, right) = text.split_once(sign)?;
            Some((left.trim(), *comparison, right.trim()))
        })?;
        let is_subject = |side: &str| Subject::parse(side).is_some();
        let (subject, comparison, operand) = match is_subject(left) {
            true => (left, comparison, right),
            false => (right, comparison.flipped(), left),
        };
        Some(Self { subject: Subject::parse(subject)?, comparison, operand: Operand::parse(operand) })
    }
}

impl Condition<'_> {
    /// Whether a target that does not answer, or whose certificate is about to expire, can meet it.
    pub(super) fn can_be_met_by_a_failure(&self) -> bool {
        match self.subject {
            Subject::Connected => true,
            Subject::CertificateExpiration => matches!(self.comparison, Comparison::Less | Comparison::AtMost),
            _ => false,
        }
    }
}

impl<'a> Subject<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let inside = |function: &str| text.strip_prefix(function)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(body) = inside("len") {
            return Some(body.strip_prefix("[BODY]").map_or(Self::Other, Self::Length));
        }
        if let Some(body) = inside("has") {
            return Some(body.strip_prefix("[BODY]").map_or(Self::Other, Self::Exists));
        }
        let (name, rest) = text.strip_prefix('[')?.split_once(']')?;
        match (name, rest) {
            ("STATUS", "") => Some(Self::Status),
            ("RESPONSE_TIME", "") => Some(Self::ResponseTime),
            ("BODY", path) => Some(Self::Body(path)),
            ("CONNECTED", "") => Some(Self::Connected),
            ("CERTIFICATE_EXPIRATION", "") => Some(Self::CertificateExpiration),
            ("DNS_RCODE", "") => Some(Self::DnsCode),
            ("IP" | "DOMAIN_EXPIRATION", "") | ("CONTEXT", _) => Some(Self::Other),
            _ => None,
        }
    }
}

impl<'a> Operand<'a> {
    fn parse(text: &'a str) -> Self {
        let inside = |function: &str| text.strip_prefix(function)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(pattern) = inside("pat") {
            return Self::Pattern(pattern);
        }
        match inside("any") {
            Some(values) => Self::Any(values.split(',').map(str::trim).collect()),
            None => Self::Value(text),
        }
    }

    /// Whether it refers to the environment.
    pub(super) fn refers(&self) -> bool {
        match self {
            Self::Value(text) | Self::Pattern(text) => text.contains("${"),
            Self::Any(values) => values.iter().any(|value| value.contains("${")),
        }
    }

    /// Whether it refers to something of the answer, too.
    pub(super) fn is_dynamic(&self) -> bool {
        let is_dynamic = |text: &str| Subject::parse(text).is_some();
        match self {
            Self::Value(text) => is_dynamic(text),
            Self::Pattern(_) => false,
            Self::Any(values) => values.iter().any(|value| is_dynamic(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_taken_apart() {
        use Comparison::*;
        for (text, expected) in [
            ("[STATUS] == 200", Some((Subject::Status, Equal, Operand::Value("200")))),
            ("300 > [STATUS]", Some((Subject::Status, Less, Operand::Value("300")))),
            ("[STATUS] == any(200, 429)", Some((Subject::Status, Equal, Operand::Any(vec!["200", "429"])))),
            ("[BODY].user.name == pat(john*)", Some((Subject::Body(".user.name"), Equal, Operand::Pattern("john*")))),
            ("len([BODY].data) <= 5", Some((Subject::Length(".data"), AtMost, Operand::Value("5")))),
            ("has([BODY].errors) == false", Some((Subject::Exists(".errors"), Equal, Operand::Value("false")))),
            ("[CERTIFICATE_EXPIRATION] > 48h", Some((Subject::CertificateExpiration, Greater, Operand::Value("48h")))),
            ("[IP] == 127.0.0.1", Some((Subject::Other, Equal, Operand::Value("127.0.0.1")))),
            ("nonsense", None),
            ("[STATUS]==200", None),
            ("[NEW] == 1", None),
        ] {
            let expected = expected.map(|(subject, comparison, operand)| Condition { subject, comparison, operand });
            assert_eq!(Condition::parse(text), expected, "{text}");
        }
        assert!(Operand::parse("[BODY].id").is_dynamic() && !Operand::parse("john").is_dynamic());
    }
}
