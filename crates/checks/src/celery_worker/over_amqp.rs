//! Pings over AMQP: declares a queue for the answers, publishes the ping to the exchange that every worker listens to, and deletes
//! the queue.

mod failure;
mod frames;
mod runtime;

#[cfg(test)]
pub(crate) use frames::allows as may_be_in_a_frame;

use super::broker::{Broker, allows, hold};
use super::listeners::Listeners;
use super::properties::Properties;
use super::request::{CONTENT_ENCODING, CONTENT_TYPE, Request};
use super::roll_call::RollCall;
use failure::{ACCESS_REFUSED, Failure, NOT_FOUND, code};
use futures::StreamExt;
use lapin::message::Delivery;
use lapin::options::{
    BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
    QueueDeleteOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::uri::{AMQPAuthority, AMQPQueryString, AMQPScheme, AMQPUri, AMQPUserInfo};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, Consumer, Event, ExchangeKind};
use net::deadline::Deadline;
use net::excerpt::shortened;
use net::stopwatch::Stopwatch;
use std::sync::atomic::{AtomicBool, Ordering};
use uuid::Uuid;
use yaml::{InvalidSetting, Secret};

/// Maximum size of a frame in bytes. Answers are short, and the library allocates many frames at once.
const FRAME_MAX: u32 = 32 << 10;

/// Milliseconds without a consumer after which the broker deletes the queue, if it does not notice the end of the connection.
const QUEUE_EXPIRES: i32 = 10_000;
/// The same for the answers in it. Celery sets both on its queues, too.
const MESSAGES_EXPIRE: i32 = 300_000;

/// The AMQP settings of one service.
pub(super) struct Amqp {
    vhost: String,
    username: String,
    password: Secret,
    /// Whether to declare the exchanges. A user without that permission can rely on the workers to do it, and an attempt at every
    /// check would fill the broker's log.
    declares: AtomicBool,
}

/// The queue for the answers of the workers.
struct Mailbox {
    channel: Channel,
    queue: String,
    routing_key: String,
    answers: Consumer,
}

impl Amqp {
    pub(super) fn new(properties: &Properties) -> Result<Self, InvalidSetting> {
        let (username, password) = properties.amqp_credentials();
        Ok(Self {
            vhost: properties.vhost()?.to_owned(),
            username: username.to_owned(),
            password: Secret::new(password),
            declares: AtomicBool::new(true),
        })
    }

    /// Pings all workers and records their answers in `roll_call`. The error is the message of the check.
    pub(super) async fn ask(
        &self,
        broker: &Broker,
        request: &Request,
        roll_call: &mut RollCall,
        deadline: Deadline,
        watch: &mut Stopwatch,
    ) -> Result<Listeners, String> {
        let failure = Failure { server: broker.server(), username: &self.username, vhost: &self.vhost };
        let (line, end) = broker.connect(deadline, watch).await?;
        watch.begin("login");
        let login = runtime::open(line, self.uri(broker), ConnectionProperties::default().with_connection_name("platus".into()));
        let late = format!("no answer to the login from {}", failure.server);
        let connection = hold(deadline, &late, login).await?.map_err(|error| failure.of_login(&error))?;
        watch.lap("login");

        let asked = self.converse(&connection, request, roll_call, deadline, &failure, watch).await;
        // A clean close shows that the broker worked until the end. Without it, answers may be lost.
        let late = format!("{} fell silent during the check: no end of the connection", failure.server);
        let goodbye = hold(deadline, &late, connection.close(200, "OK".into()));
        match (asked, connection.status().blocked()) {
            // A blocked connection cannot be closed cleanly either.
            (Err(message), true) => Err(message),
            (asked, _) => match goodbye.await {
                Ok(Ok(())) => {
                    end.disarm();
                    asked
                }
                Ok(Err(error)) => asked.and(Err(failure.of_check(&error))),
                Err(late) => asked.and(Err(late)),
            },
        }
    }

    async fn converse(
        &self,
        connection: &Connection,
        request: &Request,
        roll_call: &mut RollCall,
        deadline: Deadline,
        failure: &Failure<'_>,
        watch: &mut Stopwatch,
    ) -> Result<Listeners, String> {
        let late = format!("no queue for the answers from {}", failure.server);
        watch.begin("queue");
        let opened = hold(deadline, &late, self.open_mailbox(connection, request)).await?;
        let mut mailbox = opened.map_err(|error| failure.of_mailbox(&error, &request.reply_exchange))?;
        watch.lap("queue");

        roll_call.begin();
        allows(deadline, roll_call.ends())?;
        let late = format!("{} did not take the question", failure.server);
        watch.begin("answers");
        let listeners = tokio::select! {
            published = hold(deadline, &late, publish(&mailbox, request)) => published?.map_err(|error| failure.of_check(&error))?,
            reason = blocked(connection) => return Err(failure.of_blocked(&reason)),
        };
        if listeners == Listeners::SomeSilent {
            listen(&mut mailbox.answers, roll_call, failure).await?;
        }
        watch.lap("answers");

        let late = format!("{} fell silent during the check: the queue for the answers was not taken away", failure.server);
        hold(deadline, &late, mailbox.close()).await?.map_err(|error| failure.of_check(&error))?;
        Ok(listeners)
    }

    async fn open_mailbox(&self, connection: &Connection, request: &Request) -> lapin::Result<Mailbox> {
        let channel = self.channel(connection, request).await?;
        let routing_key = Uuid::new_v4().to_string();
        let queue = format!("{routing_key}.{}", request.reply_exchange);
        let mut arguments = FieldTable::default();
        arguments.insert("x-expires".into(), AMQPValue::LongInt(QUEUE_EXPIRES));
        arguments.insert("x-message-ttl".into(), AMQPValue::LongInt(MESSAGES_EXPIRE));
        let options = QueueDeclareOptions { exclusive: true, auto_delete: true, ..QueueDeclareOptions::default() };
        channel.queue_declare(queue.as_str().into(), options, arguments).await?;

        let (exchange, key) = (request.reply_exchange.as_str().into(), routing_key.as_str().into());
        let bound = channel.queue_bind(queue.as_str().into(), exchange, key, QueueBindOptions::default(), FieldTable::default());
        if let Err(error) = bound.await {
            // The exchange existed when declaring it was refused, and is gone now.
            self.declares.store(true, Ordering::Relaxed);
            return Err(error);
        }
        // The broker then confirms the ping, after it has returned it if it has no listener.
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        let options = BasicConsumeOptions { no_ack: true, exclusive: true, ..BasicConsumeOptions::default() };
        let answers = channel.basic_consume(queue.as_str().into(), "".into(), options, FieldTable::default()).await?;
        Ok(Mailbox { channel, queue, routing_key, answers })
    }

    /// Opens a channel, and declares the exchanges as the workers do.
    async fn channel(&self, connection: &Connection, request: &Request) -> lapin::Result<Channel> {
        let channel = connection.create_channel().await?;
        if !self.declares.load(Ordering::Relaxed) {
            return Ok(channel);
        }
        for (exchange, kind) in [(&request.exchange, ExchangeKind::Fanout), (&request.reply_exchange, ExchangeKind::Direct)] {
            let options = ExchangeDeclareOptions::default();
            if let Err(error) = channel.exchange_declare(exchange.as_str().into(), kind, options, FieldTable::default()).await {
                if code(&error) != Some(ACCESS_REFUSED) {
                    return Err(error);
                }
                // The refusal has closed the channel.
                self.declares.store(false, Ordering::Relaxed);
                return connection.create_channel().await;
            }
        }
        Ok(channel)
    }

    /// Not parsed from a URL, in which Celery and this library read a virtual host differently.
    fn uri(&self, broker: &Broker) -> AMQPUri {
        AMQPUri {
            // TLS is a matter of the line.
            scheme: AMQPScheme::AMQP,
            authority: AMQPAuthority {
                userinfo: AMQPUserInfo { username: self.username.clone(), password: self.password.expose().to_owned() },
                host: broker.host.clone(),
                port: broker.port,
            },
            vhost: self.vhost.clone(),
            query: AMQPQueryString { frame_max: Some(FRAME_MAX), ..AMQPQueryString::default() },
        }
    }
}

impl Mailbox {
    /// Deletes the queue and closes the channel. The library fails if the channel and the connection close together.
    async fn close(self) -> lapin::Result<()> {
        if self.channel.status().connected() {
            self.channel.queue_delete(self.queue.as_str().into(), QueueDeleteOptions::default()).await?;
            self.channel.close(200, "OK".into()).await?;
        }
        Ok(())
    }
}

/// Publishes the ping, and waits until the broker has confirmed it.
async fn publish(mailbox: &Mailbox, request: &Request) -> lapin::Result<Listeners> {
    let properties = BasicProperties::default()
        .with_content_type(CONTENT_TYPE.into())
        .with_content_encoding(CONTENT_ENCODING.into())
        .with_delivery_mode(1)
        .with_priority(0);
    let body = request.body(&request.reply_exchange, &mailbox.routing_key);
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    let published =
        mailbox.channel.basic_publish(request.exchange.as_str().into(), "".into(), options, body.as_bytes(), properties);
    match published.await?.await {
        Ok(Confirmation::Ack(None)) => Ok(Listeners::SomeSilent),
        Ok(_) => Ok(Listeners::None),
        // The first worker that connects declares the exchange.
        Err(error) if code(&error) == Some(NOT_FOUND) => Ok(Listeners::None),
        Err(error) => Err(error),
    }
}

async fn listen(answers: &mut Consumer, roll_call: &mut RollCall, failure: &Failure<'_>) -> Result<(), String> {
    loop {
        match tokio::time::timeout_at(roll_call.ends(), answers.next()).await {
            Err(_) => return Ok(()),
            Ok(Some(Ok(delivery))) => {
                let properties = &delivery.properties;
                let content_type = properties.content_type().as_ref().map_or("", |content_type| content_type.as_str());
                roll_call.take(ticket(&delivery), content_type, &delivery.data);
            }
            Ok(Some(Err(error))) => return Err(failure.of_check(&error)),
            Ok(None) => return Err(format!("{} took the queue for the answers away", failure.server)),
        }
    }
}

fn ticket(delivery: &Delivery) -> Option<&[u8]> {
    match delivery.properties.headers().as_ref()?.inner().get("ticket")? {
        AMQPValue::LongString(text) => Some(text.as_bytes()),
        AMQPValue::ShortString(text) => Some(text.as_str().as_bytes()),
        _ => None,
    }
}

/// Waits until the broker blocks the connection, and returns the reason.
async fn blocked(connection: &Connection) -> String {
    let mut events = std::pin::pin!(connection.events_listener());
    while let Some(event) = events.next().await {
        if let Event::ConnectionBlocked(reason) = event {
            return shortened(&reason);
        }
    }
    std::future::pending().await
}
