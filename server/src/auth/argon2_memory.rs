//! The memory in which argon2 works. It stays with the thread that verifies passwords: an allocator that gets such pieces again and again
//! gives them back in places that do not fit the next one, and was seen to hold six times as much after some hundred guesses.

use argon2::{Argon2, Block, Error};
use std::cell::RefCell;

/// Blocks of 1 KiB that stay. Larger pieces the system gets back each time.
const KEPT: usize = 32 << 10;

thread_local! {
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// Writes the hash of a password to `out`.
///
/// # Errors
///
/// When the lengths of salt and output do not fit the parameters.
pub(super) fn hash_into(argon2: &Argon2<'_>, password: &[u8], salt: &[u8], out: &mut [u8]) -> Result<(), Error> {
    let blocks = argon2.params().block_count();
    MEMORY.with_borrow_mut(|memory| {
        if memory.len() < blocks {
            // The smaller one is free before.
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
