//! Derives the row from the certificates.

use super::certificate::{Certificate, day};
use crate::{Expectation, Metric, Observation};
use chrono::{DateTime, Utc};
use model::State;

/// The facts about the certificates of a server.
pub(super) struct Findings<'a> {
    /// `host:port`.
    pub(super) server: &'a str,
    /// Whether the certificate is trusted, or why not; absent without verification.
    pub(super) trust: Option<Result<(), String>>,
    /// The certificate of the server, followed by those of authorities that it sent. Never empty.
    pub(super) certificates: &'a [Certificate],
    pub(super) now: DateTime<Utc>,
    /// See `min_days` of the service.
    pub(super) min_days: u32,
}

impl Findings<'_> {
    pub(super) fn judge(self, node: &str) -> Observation {
        let verdict = self.useless().map(|message| (State::Down, message));
        let (state, message) = match verdict.or_else(|| self.short_lived().map(|message| (State::Unhealthy, message))) {
            Some((state, message)) => (state, Some(message)),
            None => (State::Operational, None),
        };
        Observation { message, expectations: self.expectations(), metrics: self.metrics(), ..Observation::new(node, state) }
    }

    /// Why clients reject the certificate now.
    fn useless(&self) -> Option<String> {
        let (own, others) = self.certificates.split_first()?;
        let distrust = self.trust.clone().and_then(Result::err);
        let complaint = distrust.or_else(|| self.untimely(own))?;
        // The particulars belong to the certificate that the complaint is about.
        let at_fault = others.iter().find(|other| self.untimely(other).as_ref() == Some(&complaint)).unwrap_or(own);
        let others: Vec<_> =
            others.iter().filter_map(|certificate| self.untimely(certificate)).filter(|other| *other != complaint).collect();
        let messages: Vec<_> = [complaint, at_fault.particulars()].into_iter().chain(others).collect();
        Some(messages.join("; "))
    }

    /// The problem with the dates of a certificate, if any.
    fn untimely(&self, certificate: &Certificate) -> Option<String> {
        let which = self.which(certificate);
        if self.now > certificate.not_after {
            return Some(format!("{which} has expired on {}", day(certificate.not_after)));
        }
        (self.now < certificate.not_before).then(|| format!("{which} is not valid yet, but from {}", day(certificate.not_before)))
    }

    /// Why a certificate has to be renewed, if it has to.
    fn short_lived(&self) -> Option<String> {
        let first = self.first_to_expire()?;
        if let Some(complaint) = self.certificates.iter().find_map(|certificate| self.untimely(certificate)) {
            return Some(format!("{complaint}; replace it"));
        }
        let (which, until) = (self.which(first), first.not_after);
        match first.days_left(self.now) {
            days if days >= i64::from(self.min_days) => None,
            0 => Some(format!("{which} expires within a day, at {}; renew it", until.format("%Y-%m-%d %H:%M UTC"))),
            1 => Some(format!("{which} expires in 1 day, on {}; renew it", day(until))),
            days => Some(format!("{which} expires in {days} days, on {}; renew it", day(until))),
        }
    }

    fn first_to_expire(&self) -> Option<&Certificate> {
        self.certificates.iter().min_by_key(|certificate| certificate.not_after)
    }

    fn which(&self, certificate: &Certificate) -> String {
        match self.certificates.first() {
            Some(own) if own != certificate => {
                format!("the certificate of the authority {}, which {} sends along,", certificate.subject, self.server)
            }
            _ => format!("the certificate of {}", self.server),
        }
    }

    fn expectations(&self) -> Vec<Expectation> {
        let trust = self.trust.as_ref().map(|trust| {
            let seen = trust.as_ref().err().map_or("a trusted one", String::as_str);
            Expectation::new("a trusted certificate", seen, trust.is_ok())
        });
        let validity = self.first_to_expire().map(|first| {
            let expected = format!("at least {} days until it expires", self.min_days);
            let seen = format!("{}, {}", first.days_left(self.now), first.particulars());
            Expectation::new(expected, seen, self.short_lived().is_none())
        });
        trust.into_iter().chain(validity).collect()
    }

    fn metrics(&self) -> Vec<Metric> {
        let days = self.first_to_expire().map(|first| first.days_left(self.now) as f64);
        days.map(|value| Metric::new("days_left", value, "")).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    /// Noon of a day of December 2026.
    fn december(day: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_796_126_400, 0).unwrap() + TimeDelta::days(day - 1)
    }

    fn certificate(subject: &str, from: i64, until: i64) -> Certificate {
        Certificate { subject: subject.into(), issuer: "issuer".into(), not_before: december(from), not_after: december(until) }
    }

    #[track_caller]
    fn check(trust: Option<Result<(), &str>>, certificates: &[Certificate], expected: Option<(State, &str)>) {
        let findings = Findings {
            server: "h:1",
            trust: trust.map(|trust| trust.map_err(str::to_owned)),
            certificates,
            now: december(15),
            min_days: 7,
        };
        let seen = findings.judge("h");
        let (state, message) = expected.unzip();
        assert_eq!((seen.state, seen.message.as_deref()), (state.unwrap_or(State::Operational), message));
        let all_met = seen.expectations.iter().all(|expectation| expectation.met);
        assert_eq!(all_met, seen.state == State::Operational, "{:?}", seen.expectations);
        assert_eq!(seen.expectations.len(), 1 + usize::from(trust.is_some()));
        assert_eq!(seen.metrics.len(), 1);
    }

    #[test]
    fn a_good_certificate_needs_no_words() {
        check(Some(Ok(())), &[certificate("own", 1, 22)], None);
        check(None, &[certificate("own", 1, 22), certificate("authority", 1, 30)], None);
    }

    #[test]
    fn the_first_of_the_chain_to_expire_counts() {
        let soon = "the certificate of h:1 expires in 6 days, on 2026-12-21; renew it";
        check(Some(Ok(())), &[certificate("own", 1, 21), certificate("authority", 1, 30)], Some((State::Unhealthy, soon)));
        let soon = "the certificate of the authority A, which h:1 sends along, expires in 1 day, on 2026-12-16; renew it";
        check(Some(Ok(())), &[certificate("own", 1, 30), certificate("A", 1, 16)], Some((State::Unhealthy, soon)));
        let today = "the certificate of h:1 expires within a day, at 2026-12-15 12:00 UTC; renew it";
        check(None, &[certificate("own", 1, 15)], Some((State::Unhealthy, today)));
        // Clients that trust another authority of the chain do not need it.
        let expired = "the certificate of the authority A, which h:1 sends along, has expired on 2026-12-14; replace it";
        check(Some(Ok(())), &[certificate("own", 1, 30), certificate("A", 1, 14)], Some((State::Unhealthy, expired)));
    }

    #[test]
    fn a_useless_certificate_is_down_with_the_reason_and_the_dates() {
        let expired = "the certificate of h:1 has expired on 2026-12-14; valid from 2026-12-01 to 2026-12-14, issued by issuer";
        check(None, &[certificate("own", 1, 14)], Some((State::Down, expired)));
        check(
            Some(Err("the certificate of h:1 has expired on 2026-12-14")),
            &[certificate("own", 1, 14)],
            Some((State::Down, expired)),
        );
        let early =
            "the certificate of h:1 is not valid yet, but from 2026-12-16; valid from 2026-12-16 to 2026-12-30, issued by issuer";
        check(None, &[certificate("own", 16, 30)], Some((State::Down, early)));
        let untrusted = "it is bad; valid from 2026-12-01 to 2026-12-30, issued by issuer; \
                         the certificate of the authority A, which h:1 sends along, has expired on 2026-12-02";
        check(Some(Err("it is bad")), &[certificate("own", 1, 30), certificate("A", 1, 2)], Some((State::Down, untrusted)));
        let authority = "the certificate of the authority A, which h:1 sends along, has expired on 2026-12-02";
        let once = format!("{authority}; valid from 2026-12-01 to 2026-12-02, issued by issuer");
        check(Some(Err(authority)), &[certificate("own", 1, 30), certificate("A", 1, 2)], Some((State::Down, &once)));
    }
}
