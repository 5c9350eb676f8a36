//! Pings Celery workers through their broker, as `celery inspect ping` does: one broadcast, one answer per worker.

mod answer;
mod broker;
#[cfg(test)]
pub(super) mod fuzz;
mod listeners;
mod memory;
mod msgpack;
mod over_amqp;
mod over_redis;
mod properties;
mod request;
mod roll_call;
mod rows;
#[cfg(test)]
mod tests;

use super::{CheckError, Host, Observation, Plugin};
use broker::Broker;
use listeners::Listeners;
use memory::Memory;
use model::Trace;
use net::deadline::Deadline;
use net::stopwatch::Stopwatch;
use over_amqp::Amqp;
use over_redis::Redis;
use properties::{Data, Properties};
use request::Request;
use roll_call::RollCall;
use rows::Rows;
use std::time::Duration;
use yaml::InvalidSetting;

/// The check of the workers behind one broker.
pub(super) struct CeleryWorker {
    /// Name of the row for the broker and for all workers together.
    node: String,
    broker: Broker,
    protocol: Protocol,
    /// The `celery` of `celery.pidbox`.
    control_exchange: String,
    min_workers: Option<usize>,
    memory: Memory,
    /// How long to wait for answers after the ping.
    answer_within: Duration,
    /// For the whole of a check.
    timeout: Duration,
}

/// The protocol of the broker.
enum Protocol {
    Amqp(Amqp),
    Redis(Redis),
}

impl Plugin for CeleryWorker {
    const NAME: &'static str = "celery_worker";
    const SUMMARY: &'static str =
        "Pings Celery workers through their broker, RabbitMQ or Redis. A worker that stops answering is down.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = r#"
workers:
  role: [dev]
  type: celery_worker
  properties:
    host: rabbitmq.example.org
    transport: amqps
    vhost: shop
    username: monitor
    password: change-me
    timeout: 10
  data:
    type: Infra
    name: Shop workers
    expected_workers: [celery@worker-1, celery@worker-2]
    min_workers: 2
    forget_after: 86400
"#;

    fn connect(properties: Properties, data: Data, host: &Host) -> Result<Self, InvalidSetting> {
        if !properties.verify && properties.transport.is_encrypted() {
            tracing::warn!(service.id = %host.service, "Certificates are not verified: `verify` is false.");
        }
        let control_exchange = properties.control_exchange()?;
        let protocol = if properties.transport.is_redis() {
            Protocol::Redis(Redis::new(&properties, &control_exchange)?)
        } else {
            Protocol::Amqp(Amqp::new(&properties)?)
        };
        Ok(Self {
            node: host.node.clone(),
            broker: Broker::new(&properties)?,
            protocol,
            control_exchange,
            min_workers: data.min_workers(),
            answer_within: data.answer_within(host.timeout)?,
            memory: Memory::new(data.expected_workers()?, data.forget_after()?),
            timeout: host.timeout,
        })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let mut watch = Stopwatch::start();
        let deadline = Deadline::after(self.timeout);
        let request = Request::new(&self.control_exchange);
        let mut roll_call = RollCall::new(&request, self.memory.known(), self.answer_within);
        let asked = match &self.protocol {
            Protocol::Amqp(amqp) => amqp.ask(&self.broker, &request, &mut roll_call, deadline, &mut watch).await,
            Protocol::Redis(redis) => redis.ask(&self.broker, &request, &mut roll_call, deadline, &mut watch).await,
        };
        match asked {
            Ok(listeners) => {
                let Trace { phases, route, .. } = Trace::from(watch);
                let rows = self.rows(roll_call, listeners).into_observations(&phases);
                Ok(rows.into_iter().map(|row| row.with_route(&route)).collect())
            }
            Err(message) => Err(CheckError::new(self.broker.refusal().unwrap_or(message)).with_watch(watch)),
        }
    }

    fn forget(&self) {
        self.memory.forget();
    }
}

impl CeleryWorker {
    fn rows(&self, roll_call: RollCall, listeners: Listeners) -> Rows<'_> {
        let silent = self.memory.update(roll_call.answers().keys());
        let no_worker = roll_call.replies() == 0 && silent.is_empty();
        Rows {
            node: &self.node,
            control_exchange: &self.control_exchange,
            answer_within: self.answer_within,
            min_workers: self.min_workers,
            was_deserted: self.memory.deserted(no_worker),
            silent,
            roll_call,
            listeners,
        }
    }
}
