//! A chunk as it is stored: the commit up to which it has been folded, then its content. The number makes folding and reading exact
//! whatever happens in between: a sample whose commit it covers is never counted again.

use crate::Corrupt;

/// Puts the number before the content.
pub fn seal(through: u64, content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(8 + content.len());
    bytes.extend(through.to_be_bytes());
    bytes.extend(content);
    bytes
}

/// Takes the number from the content.
pub fn open(bytes: &[u8]) -> Result<(u64, &[u8]), Corrupt> {
    let (through, content) = bytes.split_first_chunk::<8>().ok_or(Corrupt::Truncated)?;
    Ok((u64::from_be_bytes(*through), content))
}
