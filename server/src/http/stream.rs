//! `GET /api/v1.0/events`: rows as they change, as server-sent events.
//!
//! Each event is a whole row with its position as `id`. `Last-Event-ID`, which a browser sends by itself after a lost connection, or
//! the parameter `after`, resumes after that position; where that is no longer possible, `resync` says so.

use super::authenticate::Proof;
use super::errors::ApiError;
use super::places::network;
use super::user_shares::Share;
use super::{Context, origin};
use crate::auth::{Principal, can_see};
use axum::Extension;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::HeaderMap;
use axum::http::header::HeaderName;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use engine::events::{Lost, Missed, PublishedEvent, Start};
use futures::Stream;
use futures::stream::unfold;
use model::{Position, event_name};
use serde::Deserialize;
use std::convert::Infallible;
use std::future::ready;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// A sign of life at least so often. Proxies cut lines that are silent for longer than about 30 seconds, and the page calls its own
/// data stale after 25.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// For so long somebody who has logged out may still be told.
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
    // A stream is no command, but what it tells is the viewer's own.
    origin::judge(&context, Some(peer.ip()), &headers).map_err(ApiError::ForeignOrigin)?;
    let client = context.proxies.client(peer.ip(), &headers);
    // A proxy that does not say for whom it asks stands for all its clients.
    let address = (!context.proxies.is_trusted(client)).then(|| network(client));
    let share = context.streams.take(&caller, address).map_err(ApiError::TooManyStreams)?;
    let last_event_id = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    // The header is younger than the address, which a browser repeats unchanged when it connects again.
    let stream = Reader::new(context, (caller, proof), last_event_id.or(resume.after), share).into_stream();
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, Sse::new(stream)).into_response())
}

/// One open stream.
struct Reader {
    context: Arc<Context>,
    caller: Principal,
    proof: Proof,
    live: Receiver<Arc<PublishedEvent>>,
    /// To be sent before anything else.
    first: Option<Event>,
    /// To be sent before anything that is live.
    missed: Option<Missed>,
    heartbeat: Interval,
    /// When to ask again whether the caller may still be told.
    doubt: Interval,
    _share: Share,
}

impl Reader {
    fn new(context: Arc<Context>, (caller, proof): (Principal, Proof), seen: Option<String>, share: Share) -> Self {
        // A text that is no position is one that this process never gave out: whoever sends it has to begin anew.
        let seen: Option<Position> = seen.map(|seen| seen.parse().unwrap_or_default());
        let subscription = context.events.subscribe(seen);
        let (first, missed) = match subscription.start {
            Start::Now(position) => (Some(Event::default().event(event_name::HEARTBEAT).id(position.to_string()).data("{}")), None),
            Start::Resync(position) => (Some(resync(position)), None),
            Start::Replay(missed) => (None, Some(missed)),
        };
        let [heartbeat, doubt] = [HEARTBEAT, DOUBT].map(|period| {
            let mut ticks = interval(period);
            ticks.reset();
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        });
        Self { context, caller, proof, live: subscription.live, first, missed, heartbeat, doubt, _share: share }
    }

    fn into_stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        unfold(self, |mut reader| async move { reader.next().await.map(|event| (Ok(event), reader)) })
    }

    /// The next event; nothing when the process is ending.
    async fn next(&mut self) -> Option<Event> {
        if let Some(event) = self.first.take() {
            return Some(event);
        }
        loop {
            tokio::select! {
                biased;
                () = self.context.shutdown.cancelled() => return None,
                // Whoever has logged out meanwhile, elsewhere perhaps, is told nothing more; the page then asks again and learns why.
                _ = self.doubt.tick() => if !self.proof.holds(&self.context) {
                    return None;
                },
                () = ready(()), if self.missed.is_some() => {
                    if let Some(event) = self.next_missed() {
                        return Some(event);
                    }
                }
                received = self.live.recv() => match received {
                    Ok(event) if concerns(&self.caller, &event) => {
                        self.heartbeat.reset();
                        return Some(wire(&self.context, &event));
                    }
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => return Some(self.begin_anew()),
                    Err(RecvError::Closed) => return None,
                },
                _ = self.heartbeat.tick() => return Some(alive()),
            }
        }
    }
}

impl Reader {
    /// The next event of those that were missed, and a sign of life after the last one. Nothing for an event that is for others.
    fn next_missed(&mut self) -> Option<Event> {
        match self.context.events.next_missed(self.missed.as_mut()?) {
            Some(Ok(event)) => concerns(&self.caller, &event).then(|| wire(&self.context, &event)),
            Some(Err(Lost)) => Some(self.begin_anew()),
            None => {
                self.missed = None;
                Some(alive())
            }
        }
    }

    /// Follows what is live from now on, and has the client fetch the board.
    fn begin_anew(&mut self) -> Event {
        self.missed = None;
        self.live = self.context.events.subscribe(None).live;
        resync(self.context.events.now())
    }
}

/// Whether the caller is to hear of it.
fn concerns(caller: &Principal, event: &PublishedEvent) -> bool {
    event.roles.as_ref().is_none_or(|roles| can_see(caller, roles))
}

fn wire(context: &Context, event: &PublishedEvent) -> Event {
    Event::default().event(event.name()).id(context.events.position_of(event).to_string()).data(event.json())
}

fn resync(position: Position) -> Event {
    Event::default().event(event_name::RESYNC).id(position.to_string()).data(format!("\"{position}\""))
}

fn alive() -> Event {
    Event::default().event(event_name::HEARTBEAT).data("{}")
}
