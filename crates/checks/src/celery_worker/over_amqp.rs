//! Asks over AMQP: a queue of our own for the answers, the question to the exchange that every worker listens to, and after that
//! nothing of ours is left on the broker.

mod failure;
mod runtime;

use super::Audience;
use super::broker::{Broker, allows, hold};
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
use net::failure::shortened;
use net::stopwatch::Stopwatch;
use std::sync::atomic::{AtomicBool, Ordering};
use uuid::Uuid;
use yaml::{InvalidSetting, Secret};

/// Of one frame, in bytes. Answers are short, and the library makes room for many frames at once.
const FRAME_MAX: u32 = 32 << 10;

/// Should the broker not notice that we are gone, the queue ends by itself after so many milliseconds without a consumer.
const QUEUE_EXPIRES: i32 = 10_000;
/// The same for the answers in it. Celery's own queues have both.
const MESSAGES_EXPIRE: i32 = 300_000;

/// How to speak AMQP with the broker of one service.
pub(super) struct Amqp {
    vhost: String,
    username: String,
    password: Secret,
    /// Whether to declare the exchanges. A user who may not do so need not, once a worker has; to try at every check would fill the
    /// log of the broker.
    declares: AtomicBool,
}

/// A queue of our own, to which the workers answer.
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

    /// Asks all workers and fills the roll call. The error says in words why it could not be told how they are.
    pub(super) async fn ask(
        &self,
        broker: &Broker,
        request: &Request,
        roll_call: &mut RollCall,
        deadline: Deadline,
        watch: &mut Stopwatch,
    ) -> Result<Audience, String> {
        let failure = Failure { server: broker.server(), username: &self.username, vhost: &self.vhost };
        let (line, end) = broker.connect(deadline, watch).await?;
        let login = runtime::open(line, self.uri(broker), ConnectionProperties::default().with_connection_name("platus".into()));
        let late = format!("no answer to the login from {}", failure.server);
        let connection = hold(deadline, &late, login).await?.map_err(|error| failure.of_login(&error))?;
        watch.lap("login");

        let asked = self.converse(&connection, request, roll_call, deadline, &failure, watch).await;
        // Only a broker that says goodbye was there all the time; of another nobody knows whether it passed the answers on.
        let late = format!("{} fell silent during the check: no end of the connection", failure.server);
        let goodbye = hold(deadline, &late, connection.close(200, "OK".into()));
        match (asked, connection.status().blocked()) {
            // Nothing goes out any more, so that there is no goodbye either.
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
    ) -> Result<Audience, String> {
        let late = format!("no queue for the answers from {}", failure.server);
        let opened = hold(deadline, &late, self.open_mailbox(connection, request)).await?;
        let mut mailbox = opened.map_err(|error| failure.of_mailbox(&error, &request.reply_exchange))?;
        watch.lap("queue");

        roll_call.begin();
        allows(deadline, roll_call.ends())?;
        let late = format!("{} did not take the question", failure.server);
        let audience = tokio::select! {
            published = hold(deadline, &late, publish(&mailbox, request)) => published?.map_err(|error| failure.of_check(&error))?,
            reason = blocked(connection) => return Err(failure.of_blocked(&reason)),
        };
        if audience == Audience::Somebody {
            listen(&mut mailbox.answers, roll_call, failure).await?;
        }
        watch.lap("answers");

        let late = format!("{} fell silent during the check: the queue for the answers was not taken away", failure.server);
        hold(deadline, &late, mailbox.close()).await?.map_err(|error| failure.of_check(&error))?;
        Ok(audience)
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
            // It was there when we learned that we need not declare it.
            self.declares.store(true, Ordering::Relaxed);
            return Err(error);
        }
        // The broker then says when it has taken the question, and that is after it has said that nobody hears it.
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        let options = BasicConsumeOptions { no_ack: true, exclusive: true, ..BasicConsumeOptions::default() };
        let answers = channel.basic_consume(queue.as_str().into(), "".into(), options, FieldTable::default()).await?;
        Ok(Mailbox { channel, queue, routing_key, answers })
    }

    /// A channel, with the exchanges declared as the workers declare them.
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
                // The refusal has ended the channel.
                self.declares.store(false, Ordering::Relaxed);
                return connection.create_channel().await;
            }
        }
        Ok(channel)
    }

    /// Not written as a URL, in which a virtual host means one thing to Celery and another to this library.
    fn uri(&self, broker: &Broker) -> AMQPUri {
        AMQPUri {
            // Whether there is TLS was decided when the line was made.
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
    /// Takes the queue away, and ends the channel: the library gets into a muddle when that and the connection end together.
    async fn close(self) -> lapin::Result<()> {
        if self.channel.status().connected() {
            self.channel.queue_delete(self.queue.as_str().into(), QueueDeleteOptions::default()).await?;
            self.channel.close(200, "OK".into()).await?;
        }
        Ok(())
    }
}

/// Sends the question, and waits until the broker has taken it.
async fn publish(mailbox: &Mailbox, request: &Request) -> lapin::Result<Audience> {
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
        Ok(Confirmation::Ack(None)) => Ok(Audience::Somebody),
        Ok(_) => Ok(Audience::Nobody),
        // The exchange is made by the first worker that connects.
        Err(error) if code(&error) == Some(NOT_FOUND) => Ok(Audience::Nobody),
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

/// Waits until the broker says that it takes no messages, and why.
async fn blocked(connection: &Connection) -> String {
    let mut events = std::pin::pin!(connection.events_listener());
    while let Some(event) = events.next().await {
        if let Event::ConnectionBlocked(reason) = event {
            return shortened(&reason);
        }
    }
    std::future::pending().await
}
