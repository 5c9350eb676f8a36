//! `GET /api/v1.0/events`: rows as they change, as server-sent events.
//!
//! Each event is a whole row with its position as `id`. `Last-Event-ID`, which a browser sends by itself after a lost connection, or
//! the parameter `after`, resumes after that position; where that is no longer possible, `resync` says so.

mod frames;
mod pace;

use super::authenticate::Proof;
use super::errors::ApiError;
use super::places::network;
use super::user_shares::Share;
use super::{Context, origin};
use crate::auth::{Principal, can_see};
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Response};
use engine::events::{Lost, Missed, PublishedEvent, Start};
use frames::Frames;
use futures::Stream;
use futures::stream::unfold;
use model::Position;
use serde::Deserialize;
use std::convert::Infallible;
use std::future::ready;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};

/// Interval of heartbeat events. Proxies close connections that are silent for longer than about 30 seconds, and the page reports its
/// data as stale after 25.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// Interval of authentication checks: how long a stream continues after a logout.
const DOUBT: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
pub struct Resume {
    after: Option<String>,
}

/// Opens a stream for the caller.
pub async fn events(
    State(context): State<Arc<Context>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(caller): Extension<Principal>,
    Extension(proof): Extension<Proof>,
    Query(resume): Query<Resume>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // A stream is not a command, but it contains data of the viewer.
    origin::judge(&context, Some(peer.ip()), &headers).map_err(ApiError::ForeignOrigin)?;
    let client = context.proxies.client(peer.ip(), &headers);
    // A proxy that does not say for whom it asks stands for all its clients.
    let address = (!context.proxies.is_trusted(client)).then(|| network(client));
    let share = context.streams.take(&caller, address).map_err(ApiError::TooManyStreams)?;
    let last_event_id = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    // The header is younger than the address, which a browser repeats unchanged when it connects again.
    let stream = Reader::new(context, (caller, proof), last_event_id.or(resume.after), share).into_stream();
    let headers =
        [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-cache"), (HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((headers, Body::from_stream(stream)).into_response())
}

/// One open stream.
struct Reader {
    context: Arc<Context>,
    caller: Principal,
    proof: Proof,
    live: Receiver<Arc<PublishedEvent>>,
    /// Whether more live events may be waiting than were added to the last frames.
    is_behind: bool,
    /// To be sent before anything that is live.
    missed: Option<Missed>,
    /// To be sent before anything else.
    frames: Frames,
    heartbeat: Interval,
    /// When to check again whether the credentials are valid.
    doubt: Interval,
    /// Changes when an API key may have been revoked. The sender lives as long as the context.
    revocations: watch::Receiver<()>,
    share: Share,
}

impl Reader {
    fn new(context: Arc<Context>, (caller, proof): (Principal, Proof), seen: Option<String>, share: Share) -> Self {
        // An invalid position was not issued by this process, so the client must resync.
        let seen: Option<Position> = seen.map(|seen| seen.parse().unwrap_or_default());
        let subscription = context.events.subscribe(seen);
        let (mut frames, mut missed) = (Frames::default(), None);
        match subscription.start {
            Start::Now(position) => frames.add_heartbeat(Some(position)),
            Start::Resync(position) => frames.add_resync(position),
            Start::Replay(events) => missed = Some(events),
        }
        let [heartbeat, doubt] = [HEARTBEAT, DOUBT].map(|period| {
            let mut ticks = interval(period);
            ticks.reset();
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        });
        let (revocations, live) = (context.keys.revocations(), subscription.live);
        Self { context, caller, proof, live, is_behind: false, missed, frames, heartbeat, doubt, revocations, share }
    }

    fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        unfold(self, |mut reader| async move { reader.next().await.map(|frames| (Ok(frames), reader)) })
    }

    /// The next events; nothing when the stream ends, or the process.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frames) = self.frames.take() {
                self.heartbeat.reset();
                return Some(frames);
            }
            tokio::select! {
                biased;
                () = self.context.shutdown.cancelled() => return None,
                // After a logout, perhaps in another tab, the stream ends. The page then reconnects and learns why.
                _ = self.revocations.changed() => if !self.proof.holds(&self.context) {
                    return None;
                },
                _ = self.doubt.tick() => if !self.proof.holds(&self.context) {
                    return None;
                },
                () = ready(()), if self.missed.is_some() => self.add_missed(),
                received = self.live.recv() => match received {
                    Ok(event) => {
                        self.add(&event);
                        if !self.is_behind {
                            self.collect().await;
                        }
                        self.add_live();
                    }
                    Err(RecvError::Lagged(_)) => self.begin_anew(),
                    Err(RecvError::Closed) => return None,
                },
                _ = self.heartbeat.tick() => self.frames.add_heartbeat(None),
            }
        }
    }

    /// Waits for more events, so that they are sent together.
    async fn collect(&self) {
        if let Some(wait) = pace::wait(self.share.taken(), fastrand::f64()) {
            self.context.shutdown.run_until_cancelled(sleep(wait)).await;
        }
    }

    /// Adds the event, unless it is for others.
    fn add(&mut self, event: &PublishedEvent) {
        if event.roles.as_ref().is_none_or(|roles| can_see(&self.caller, roles)) {
            self.frames.add(event, self.context.events.position_of(event), self.caller.is_admin());
        }
    }

    fn add_live(&mut self) {
        self.is_behind = loop {
            if self.frames.is_full() {
                break true;
            }
            match self.live.try_recv() {
                Ok(event) => self.add(&event),
                Err(TryRecvError::Lagged(_)) => self.begin_anew(),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break false,
            }
        };
    }

    /// Adds some of the events that were missed, and a sign of life after the last one.
    fn add_missed(&mut self) {
        while let Some(missed) = self.missed.as_mut().filter(|_| !self.frames.is_full()) {
            match self.context.events.next_missed(missed) {
                Some(Ok(event)) => self.add(&event),
                Some(Err(Lost)) => self.begin_anew(),
                None => {
                    self.missed = None;
                    self.frames.add_heartbeat(None);
                }
            }
        }
    }

    /// Follows what is live from now on, and has the client fetch the board.
    fn begin_anew(&mut self) {
        self.missed = None;
        self.live = self.context.events.subscribe(None).live;
        self.frames.add_resync(self.context.events.now());
    }
}
