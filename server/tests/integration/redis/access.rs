//! Logins and permissions.

use super::*;

#[tokio::test]
async fn passwords_are_wanted_and_looked_at() {
    let server = RedisServer::start(&["--requirepass", "s3cret"]);
    let address = format!("127.0.0.1:{}", server.port);
    let right = look(&server, json!({"password": "s3cret"}), json!({"role": "master"})).await.unwrap();
    assert_eq!(right.phases.iter().map(|phase| phase.name).collect::<Vec<_>>(), ["resolve", "connect", "auth", "ping", "info"]);
    assert_operational(Ok(right));
    assert_operational(look(&server, json!({"username": "default", "password": "s3cret"}), json!({})).await);

    let wanted = format!("{address} requires a password (NOAUTH); set `password`, and `username` if there is one");
    assert_unknown(look(&server, json!({}), json!({})).await, &wanted);
    let refused = format!("{address} does not accept the login (WRONGPASS); look at `username` and `password`");
    for login in
        [json!({"password": "marker"}), json!({"username": "marker", "password": "s3cret"}), json!({"username": "default"})]
    {
        assert_unknown(look(&server, login, json!({})).await, &refused);
    }
}

#[tokio::test]
async fn users_may_do_what_they_are_allowed_to() {
    let users = [
        "--user", "monitor", "on", ">p w", "+ping", "+info", "--user", "pinger", "on", ">secret", "+ping", "--user", "mute", "on",
        ">secret", "-@all", "--user", "open", "on", "nopass", "+ping",
    ];
    let server = RedisServer::start(&users);
    let user = |name: &str, password: &str| json!({"username": name, "password": password});
    let needs_info = json!({"role": "master"});
    assert_operational(look(&server, user("monitor", "p w"), needs_info.clone()).await);
    assert_operational(look(&server, json!({"username": "open"}), json!({})).await);

    // Without INFO it is PING that decides, unless something was expected that only INFO tells.
    let ping_alone = look(&server, user("pinger", "secret"), json!({})).await.unwrap();
    assert_eq!(ping_alone.metrics, []);
    assert_operational(Ok(ping_alone));
    let forbidden = |command: &str, right: &str| {
        format!("the user has no right to {command} on 127.0.0.1:{} (NOPERM); allow it with `+{right}`", server.port)
    };
    assert_unknown(look(&server, user("pinger", "secret"), needs_info).await, &forbidden("INFO", "info"));
    assert_unknown(look(&server, user("mute", "secret"), json!({})).await, &forbidden("PING", "ping"));
    let select = json!({"username": "pinger", "password": "secret", "db": 1});
    assert_unknown(look(&server, select, json!({})).await, &forbidden("SELECT", "select"));
}

#[tokio::test]
async fn an_unneeded_password_is_reported() {
    let seen = look(shared(), json!({"password": "marker"}), json!({})).await;
    // The user `default` has no password, so that every one is right for it.
    assert_operational(seen);
    let seen = look(shared(), json!({"db": 99}), json!({})).await;
    let message = format!("127.0.0.1:{} does not give the database (ERR): DB index is out of range; look at `db`", shared().port);
    assert_unknown(seen, &message);
}
