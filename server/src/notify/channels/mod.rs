//! The channels, one file each. `docs/notifications.md` tells people how to use them.

#[cfg(test)]
mod tests;

use super::registry::channels;

channels! {
    discord::Discord,
    email::Email,
    msteams::MsTeams,
    ntfy::Ntfy,
    pagerduty::PagerDuty,
    slack::Slack,
    telegram::Telegram,
    webhook::Webhook,
}
