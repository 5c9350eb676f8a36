//! The memory of argon2. The thread that verifies passwords keeps it: repeated allocations of this size fragment the heap, which was
//! observed to hold six times as much after a few hundred guesses.

use argon2::{Argon2, Block, Error};
use std::cell::RefCell;

/// Blocks of 1 KiB that are kept. Larger allocations are freed after each use.
const KEPT: usize = 32 << 10;

thread_local! {
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// Writes the hash of a password to `out`.
///
/// # Errors
///
/// If the lengths of salt and output do not fit the parameters.
pub(super) fn hash_into(argon2: &Argon2<'_>, password: &[u8], salt: &[u8], out: &mut [u8]) -> Result<(), Error> {
    let blocks = argon2.params().block_count();
    MEMORY.with_borrow_mut(|memory| {
        if memory.len() < blocks {
            // Frees the smaller one first.
            *memory = Vec::new();
            *memory = vec![Block::default(); blocks];
        }
        let hashed = argon2.hash_password_into_with_memory(password, salt, out, memory.get_mut(..blocks).unwrap_or_default());
        if memory.len() > KEPT {
            *memory = Vec::new();
        }
        hashed
    })
}
