//! The values of records, in the form in which they are compared and shown.

use super::character_strings;
use crate::Expectation;
use hickory_resolver::proto::rr;
use net::excerpt::shortened;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};
use yaml::InvalidSetting;

/// Maximum number of values in a message.
const MOST_SHOWN: usize = 8;

/// The record types that can be queried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum RecordType {
    #[default]
    A,
    Aaaa,
    Caa,
    Cname,
    Mx,
    Ns,
    Ptr,
    Soa,
    Srv,
    Txt,
}

impl RecordType {
    pub(super) fn on_the_wire(self) -> rr::RecordType {
        match self {
            Self::A => rr::RecordType::A,
            Self::Aaaa => rr::RecordType::AAAA,
            Self::Caa => rr::RecordType::CAA,
            Self::Cname => rr::RecordType::CNAME,
            Self::Mx => rr::RecordType::MX,
            Self::Ns => rr::RecordType::NS,
            Self::Ptr => rr::RecordType::PTR,
            Self::Soa => rr::RecordType::SOA,
            Self::Srv => rr::RecordType::SRV,
            Self::Txt => rr::RecordType::TXT,
        }
    }

    /// The normal form of a value of this type; the error names the expected form.
    fn normal(self, value: &str) -> Result<String, &'static str> {
        match self {
            Self::A => value.trim().parse().map(|address: Ipv4Addr| address.to_string()).map_err(|_| "an IPv4 address"),
            Self::Aaaa => value.trim().parse().map(|address: Ipv6Addr| address.to_string()).map_err(|_| "an IPv6 address"),
            // These are compared exactly.
            Self::Txt => Ok(value.to_owned()),
            _ => {
                let parts = value.split_whitespace().map(|part| part.trim_matches('"').trim_end_matches('.').to_lowercase());
                Ok(parts.collect::<Vec<_>>().join(" "))
            }
        }
    }
}

/// The values of one type.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Values {
    record: RecordType,
    values: BTreeSet<String>,
}

impl Values {
    /// The values that a service expects.
    pub(super) fn expected(record: RecordType, values: &[String]) -> Result<Self, InvalidSetting> {
        let normal = |value: &String| {
            record.normal(value).map_err(|form| InvalidSetting::new(format!("`expect` holds `{value}`; expected {form}")))
        };
        Ok(Self { record, values: values.iter().map(normal).collect::<Result<_, _>>()? })
    }

    /// The values of an answer, as the library prints them.
    pub(super) fn seen(record: RecordType, values: impl IntoIterator<Item = String>) -> Self {
        let normal = |value: String| record.normal(&value).unwrap_or(value);
        Self { record, values: values.into_iter().map(normal).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether this expected value is among the received ones.
    fn is_met(&self, value: &str, seen: &Self) -> bool {
        seen.values.contains(value) || self.joined(value).is_some_and(|text| seen.values.contains(&text))
    }

    /// The text of a `TXT` value in the form of `dig +short`.
    fn joined(&self, value: &str) -> Option<String> {
        if self.record == RecordType::Txt { character_strings::joined(value) } else { None }
    }

    /// Compares these expected values with the received ones.
    pub(super) fn judge(&self, seen: &Self, exact: bool) -> Expectation {
        let record = self.record.on_the_wire();
        let expected = match (self.is_empty(), exact) {
            (true, _) => format!("any {record}"),
            (false, false) => format!("{record} {}", self.shown()),
            (false, true) => format!("{record} {} and nothing else", self.shown()),
        };
        let is_expected = |value: &String| self.values.iter().any(|own| own == value || self.joined(own).as_ref() == Some(value));
        let met = self.values.iter().all(|value| self.is_met(value, seen)) && (!exact || seen.values.iter().all(is_expected));
        Expectation::new(expected, seen.shown(), met)
    }

    fn shown(&self) -> String {
        let shown: Vec<_> = self.values.iter().take(MOST_SHOWN).map(|value| shortened(value)).collect();
        match self.values.len().saturating_sub(MOST_SHOWN) {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(record: RecordType, values: &[&str]) -> Result<Values, InvalidSetting> {
        let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
        Values::expected(record, &values)
    }

    #[track_caller]
    fn check(record: RecordType, wanted: &[&str], came: &[&str], exact: bool, complaint: Option<&str>) {
        let seen = Values::seen(record, came.iter().map(|value| (*value).to_owned()));
        let expectation = expected(record, wanted).unwrap().judge(&seen, exact);
        assert_eq!((!expectation.met).then(|| expectation.complaint()).as_deref(), complaint);
    }

    #[test]
    fn values_are_compared_in_one_form() {
        use RecordType::*;
        check(A, &["192.0.2.1"], &["192.0.2.1", "192.0.2.2"], false, None);
        check(Aaaa, &["2001:DB8:0:0::1"], &["2001:db8::1"], true, None);
        check(Cname, &["WWW.example.org"], &["www.Example.org."], true, None);
        check(Mx, &["10  mail.example.org."], &["10 mail.example.org."], true, None);
        check(Caa, &["0 issue ca.example"], &["0 issue \"ca.example\""], true, None);
        check(Txt, &["v=spf1 -all"], &["v=spf1 -all"], true, None);
        check(Txt, &["\"v=spf1 \" \"-all\""], &["v=spf1 -all"], true, None);
        check(Txt, &["\"a\"", "b"], &["a", "b"], true, None);
        check(Txt, &["\"a\""], &["\"a\""], true, None);
        check(Txt, &["\"a\""], &["a", "b"], false, None);
        check(A, &[], &["192.0.2.1"], false, None);
    }

    #[test]
    fn differences_are_told() {
        use RecordType::*;
        check(A, &["192.0.2.1", "192.0.2.3"], &["192.0.2.1"], false, Some("expected A 192.0.2.1, 192.0.2.3, got 192.0.2.1"));
        check(
            A,
            &["192.0.2.1"],
            &["192.0.2.1", "192.0.2.2"],
            true,
            Some("expected A 192.0.2.1 and nothing else, got 192.0.2.1, 192.0.2.2"),
        );
        check(Txt, &["Text"], &["text"], false, Some("expected TXT Text, got text"));
        check(Txt, &["\"a\" \"b\""], &["a b"], false, Some("expected TXT \"a\" \"b\", got a b"));
        check(Txt, &["\"a\""], &["a", "b"], true, Some("expected TXT \"a\" and nothing else, got a, b"));
        let many: Vec<_> = (1..=10).map(|last| format!("192.0.2.{}", last + 100)).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        let shown = format!("expected A 192.0.2.1, got {} and 2 more", many[..8].join(", "));
        check(A, &["192.0.2.1"], &many, false, Some(&shown));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (record, value, form) in
            [(RecordType::A, "::1", "IPv4"), (RecordType::Aaaa, "192.0.2.1", "IPv6"), (RecordType::A, "a.test", "IPv4")]
        {
            let error = expected(record, &[value]).unwrap_err().to_string();
            assert!(error.contains("`expect`") && error.contains(form), "{error}");
        }
    }
}
