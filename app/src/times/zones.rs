use super::choice::Choice;
use super::zone::Zone;

/// The zones of the page that is shown. On the server it is in the context; without one, times stay as they are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Zones {
    pub shown: Zone,
    pub server: Zone,
    pub choice: Choice,
}
