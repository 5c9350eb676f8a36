//! Everything that does IO.
