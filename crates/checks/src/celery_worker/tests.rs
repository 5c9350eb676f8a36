use super::*;

fn host() -> Host {
    Host::new("workers", "broker", Duration::from_secs(5))
}

fn connect(properties: &str, data: &str) -> Result<CeleryWorker, String> {
    let yaml = |text: &str| yaml::parse("services.yaml", text).map_err(|error| error.to_string());
    let properties = yaml(properties)?.read().map_err(|error| error.to_string())?;
    let data = yaml(data)?.read().map_err(|error| error.to_string())?;
    CeleryWorker::connect(properties, data, &host()).map_err(|error| error.to_string())
}

#[test]
fn files_of_the_original_are_taken() {
    let plugin = connect("{host: broker.test, port: '5673', transport: pyamqp, username: 1234, password: 0042}", "{}").unwrap();
    assert_eq!((plugin.broker.server().as_str(), plugin.control_exchange.as_str()), ("broker.test:5673", "celery"));
    assert_eq!((plugin.min_workers, plugin.answer_within), (None, Duration::from_secs(1)));
    assert!(plugin.memory.known().is_empty());
}

#[test]
fn every_transport_has_its_port() {
    for (transport, port) in [("amqp", 5672), ("pyamqp", 5672), ("amqps", 5671), ("redis", 6379), ("rediss", 6379)] {
        let plugin = connect(&format!("{{host: broker.test, transport: {transport}}}"), "{}").unwrap();
        assert_eq!(plugin.broker.port, port, "{transport}");
    }
}

#[test]
fn empty_texts_are_absent_keys() {
    let properties =
        "{host: a.test, port: , username: '', password: '', vhost: '', control_exchange: '', cert: '', key: '', ca: ''}";
    let plugin = connect(properties, "{expected_workers: , min_workers: 0}").unwrap();
    assert_eq!((plugin.control_exchange.as_str(), plugin.min_workers), ("celery", None));
}

#[test]
fn workers_have_no_longer_than_the_check() {
    let short = Host { timeout: Duration::from_secs(1), ..host() };
    let data = yaml::parse("services.yaml", "{}").unwrap().read::<Data>().unwrap();
    assert_eq!(data.answer_within(short.timeout), Ok(Duration::from_millis(500)));
    assert_eq!(connect("{host: a.test}", "{answer_within: 2.5}").unwrap().answer_within, Duration::from_millis(2500));
}

#[test]
fn values_that_do_not_fit_are_told_without_showing_them() {
    let cases = [
        ("{host: a.test, vhsot: marker}", "{}", "vhsot"),
        ("{port: 5672}", "{}", "host"),
        ("{host: ''}", "{}", "`host`"),
        ("{host: 'amqp://bob:marker@a.test'}", "{}", "`host`"),
        ("{host: a.test, port: 70000}", "{}", "port"),
        ("{host: a.test, db: 1}", "{}", "`vhost`"),
        ("{host: a.test, transport: redis, vhost: marker}", "{}", "`db`"),
        ("{host: a.test, transport: redis, username: bob}", "{}", "`password`"),
        ("{host: a.test, transport: amqps, cert: marker}", "{}", "`key`"),
        ("{host: a.test, transport: rediss, key: marker}", "{}", "`cert`"),
        ("{host: a.test, transport: amqps, ca: marker}", "{}", "`ca`"),
        ("{host: a.test}", "{min_workers: -1}", "min_workers"),
        ("{host: a.test}", "{expected_workers: worker}", "expected_workers"),
        ("{host: a.test}", "{forget_after: -1}", "`forget_after`"),
        ("{host: a.test}", "{answer_within: 0}", "`answer_within`"),
        ("{host: a.test}", "{answer_within: 5}", "`answer_within`"),
    ];
    for (properties, data, named) in cases {
        match connect(properties, data) {
            Ok(_) => panic!("{properties} {data} was taken"),
            Err(message) => {
                assert!(message.contains(named), "{properties} {data}: {message}");
                assert!(!message.contains("marker"), "{properties} {data}: {message}");
            }
        }
    }
    let long = format!("{{host: a.test, control_exchange: {}}}", "x".repeat(201));
    assert!(connect(&long, "{}").is_err_and(|message| message.contains("`control_exchange`")));
}

#[test]
fn a_question_is_always_whole() {
    let request = Request::new("other");
    let body = request.body(&request.reply_exchange, "key");
    let read: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&read["method"], &read["ticket"]), (&"ping".into(), &request.ticket.as_str().into()));
    assert_eq!(read["reply_to"], serde_json::json!({"exchange": "reply.other.pidbox", "routing_key": "key"}));
    assert!(["arguments", "destination", "pattern", "matcher"].iter().all(|key| read.get(key).is_some()), "{body}");

    let envelope: serde_json::Value = serde_json::from_str(&request.envelope(&body, 1.0)).unwrap();
    assert!(["body", "content-encoding", "content-type", "headers"].iter().all(|key| envelope.get(key).is_some()), "{envelope}");
    let properties = &envelope["properties"];
    let all = ["delivery_mode", "delivery_info", "priority", "body_encoding", "delivery_tag"];
    assert!(all.iter().all(|key| properties.get(key).is_some()), "{envelope}");
    assert_ne!(properties["delivery_tag"].as_str(), Some(""));
}
