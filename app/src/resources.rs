//! The answers of the server that the parts of a page share. They live as long as the parts that wait for them: a client can disconnect
//! while several threads render its page, and the first one to notice cleans up.

use crate::live::FirstSnapshot;
use crate::model::{RpcError, Viewer};
use leptos::prelude::*;

/// The user who is logged in.
#[derive(Clone)]
pub struct ViewerResource(pub ArcResource<Result<Viewer, RpcError>>);

/// The first snapshot of the board, with the rows that the page of the document needs. [`LiveBoard`](crate::live::LiveBoard) has all later changes.
#[derive(Clone)]
pub struct BoardResource(pub ArcResource<Result<FirstSnapshot, RpcError>>);
