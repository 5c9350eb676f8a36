use super::connection::Session;
use crate::DeliveryError;
use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};

/// What became of each recipient.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) taken: Vec<Address>,
    /// With what the server says.
    put_off: Vec<(Address, String)>,
    pub(super) refused: Vec<(Address, String)>,
}

/// Hands a mail to those whom the server takes.
pub(super) async fn send(
    session: &mut Session<'_>,
    sender: &Address,
    recipients: &[&Mailbox],
    mail: &[u8],
) -> Result<Outcome, DeliveryError> {
    let begun = session.smtp.command(Mail::new(Some(sender.clone()), Vec::new())).await;
    begun.map_err(|error| {
        DeliveryError::later(format!("{} refuses the sender {sender}: {}", session.server(), session.reason(&error)))
    })?;
    let mut outcome = Outcome::default();
    for Mailbox { email, .. } in recipients {
        match session.smtp.command(Rcpt::new(email.clone(), Vec::new())).await {
            Ok(_) => outcome.taken.push(email.clone()),
            Err(error) if error.is_permanent() => outcome.refused.push((email.clone(), session.reason(&error))),
            Err(error) if error.is_transient() => outcome.put_off.push((email.clone(), session.reason(&error))),
            Err(error) => {
                return Err(DeliveryError::later(format!("{} gives no answer: {}", session.server(), session.reason(&error))));
            }
        }
    }
    if !outcome.taken.is_empty() {
        write(session, mail).await?;
    }
    Ok(outcome)
}

async fn write(session: &mut Session<'_>, mail: &[u8]) -> Result<(), DeliveryError> {
    let result = match session.smtp.command(Data).await {
        Ok(_) => session.smtp.message(mail).await,
        Err(error) => Err(error),
    };
    let Err(error) = result else { return Ok(()) };
    let message = format!("{} does not take the mail: {}", session.server(), session.reason(&error));
    Err(if error.is_permanent() { DeliveryError::refused(message) } else { DeliveryError::later(message) })
}

impl Outcome {
    /// See [`super::Email`]: whether somebody has it, and nobody has still to get it. An address that is wrong can be mended, so a mail
    /// that nobody has got is worth another attempt.
    pub(super) fn judge(&self, server: &str, somebody_had_it: bool) -> Result<(), DeliveryError> {
        if let Some((address, reason)) = self.put_off.first() {
            let others = others(self.put_off.len());
            return Err(DeliveryError::later(format!("{server} puts {address}{others} off: {reason}")));
        }
        match self.refused.first() {
            Some((address, reason)) if self.taken.is_empty() && !somebody_had_it => {
                let others = others(self.refused.len());
                Err(DeliveryError::later(format!("{server} refuses every recipient, {address}{others}: {reason}")))
            }
            _ => Ok(()),
        }
    }
}

fn others(n_addresses: usize) -> String {
    if n_addresses > 1 { format!(" and {} more", n_addresses - 1) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(taken: usize, put_off: usize, refused: usize, had_it: bool, expected: Option<&str>) {
        let address = || "a@lan.test".parse::<Address>().unwrap();
        let said = |text: &str, n: usize| vec![(address(), text.to_owned()); n];
        let outcome =
            Outcome { taken: vec![address(); taken], put_off: said("450 later", put_off), refused: said("550 no", refused) };
        assert_eq!(outcome.judge("mail", had_it).err().map(|error| error.message).as_deref(), expected);
    }

    #[test]
    fn it_is_delivered_when_somebody_has_it_and_nobody_waits() {
        check(2, 0, 0, false, None);
        check(1, 0, 3, false, None);
        check(0, 0, 1, true, None);
        check(0, 0, 1, false, Some("mail refuses every recipient, a@lan.test: 550 no"));
        check(0, 0, 2, false, Some("mail refuses every recipient, a@lan.test and 1 more: 550 no"));
        check(1, 1, 1, true, Some("mail puts a@lan.test off: 450 later"));
        check(0, 3, 0, false, Some("mail puts a@lan.test and 2 more off: 450 later"));
    }
}
