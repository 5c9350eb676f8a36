/// The permission bit of a file that lets users other than its owner and its group write to it. Platus never sets it on its files.
pub const OTHERS_WRITE: u32 = 0o002;
