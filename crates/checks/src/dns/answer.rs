//! Answers of DNS servers.

use super::values::{RecordType, Values};
use crate::CheckError;
use hickory_resolver::net::{DnsError, NetError, NoRecords};
use hickory_resolver::proto::op::{DnsResponse, ResponseCode};
use hickory_resolver::proto::rr::{self, Name, Record};
use net::excerpt::shortened;
use system::exhaustion::Exhausted;

/// A definite answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Values(Values),
    /// There is no such record. The text is the message of the row.
    Nothing(String),
}

impl Answer {
    /// Fails if the servers, which `servers` names, gave no definite answer.
    pub(super) fn read(
        name: &Name,
        record: RecordType,
        response: Result<DnsResponse, NetError>,
        servers: &str,
    ) -> Result<Self, CheckError> {
        let name = name.to_utf8();
        let name = name.trim_end_matches('.');
        let kind = record.on_the_wire();
        match response {
            Ok(response) => Ok(Self::of_records(name, record, &response)),
            Err(NetError::Dns(DnsError::NoRecordsFound(nothing))) => match nothing.response_code {
                ResponseCode::NXDomain => Ok(Self::Nothing(format!("the name `{name}` does not exist"))),
                ResponseCode::NoError if !is_referral(&nothing) => Ok(Self::Nothing(format!("`{name}` has no record {kind}"))),
                ResponseCode::NoError => {
                    Err(CheckError::new(format!("{servers} is not responsible for `{name}`; ask another `server`")))
                }
                code => Err(refusal(code, name, servers)),
            },
            Err(NetError::Dns(DnsError::ResponseCode(code))) => Err(refusal(code, name, servers)),
            Err(error) => Err(CheckError::new(format!("no answer from {servers}: {}", cause(&error.to_string())))),
        }
    }

    fn of_records(name: &str, record: RecordType, response: &DnsResponse) -> Self {
        let kind = record.on_the_wire();
        let values = |kind| response.answers.iter().filter(move |answer| answer.record_type() == kind).map(value);
        let wanted = Values::seen(record, values(kind));
        if !wanted.is_empty() {
            return Self::Values(wanted);
        }
        let gone = response.response_code == ResponseCode::NXDomain;
        let other_name = values(rr::RecordType::CNAME).next_back();
        Self::Nothing(match (other_name, gone) {
            (Some(other), true) => format!("`{name}` stands for the name `{}`, which does not exist", other.trim_end_matches('.')),
            (Some(other), false) => {
                format!("`{name}` stands for the name `{}`, of which no record {kind} came", other.trim_end_matches('.'))
            }
            (None, true) => format!("the name `{name}` does not exist"),
            (None, false) => format!("`{name}` has no record {kind}"),
        })
    }
}

fn value(record: &Record) -> String {
    record.data.to_string()
}

/// Whether the server only referred to other servers.
fn is_referral(nothing: &NoRecords) -> bool {
    nothing.ns.is_some() && nothing.soa.is_none()
}

/// The cause of an error for a message: the resource that this machine ran out of, else the text of the library.
pub(super) fn cause(text: &str) -> String {
    let exhausted = Exhausted::in_text(text).or_else(Exhausted::now);
    exhausted.map_or_else(|| shortened(text), Exhausted::noted)
}

fn refusal(code: ResponseCode, name: &str, servers: &str) -> CheckError {
    CheckError::new(match code {
        ResponseCode::Refused => format!("{servers} refuses to answer for `{name}` (REFUSED)"),
        ResponseCode::ServFail => format!("{servers} could not find out about `{name}` (SERVFAIL)"),
        other => format!("{servers} gives no answer for `{name}`: {other}"),
    })
}
