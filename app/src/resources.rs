//! The answers of the server that the parts of a page share.

use crate::model::{BoardSnapshot, RpcError, Viewer};
use leptos::prelude::*;

/// The user who is logged in.
#[derive(Clone, Copy)]
pub struct ViewerResource(pub Resource<Result<Viewer, RpcError>>);

/// The first snapshot of the board. [`LiveBoard`](crate::live::LiveBoard) has all later changes.
#[derive(Clone, Copy)]
pub struct BoardResource(pub Resource<Result<BoardSnapshot, RpcError>>);
