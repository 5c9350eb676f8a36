use super::*;
use yaml::parse;

fn connect(yaml: &str) -> Result<Email, String> {
    let document = parse("config.yaml", yaml).unwrap();
    Email::connect(document.read().map_err(|error| error.to_string())?).map_err(|error| error.to_string())
}

fn error(yaml: &str) -> String {
    connect(yaml).err().unwrap()
}

#[test]
fn the_keys_of_the_original_will_do() {
    let email =
        connect("{fr: a@lan.test, to: 'b@lan.test, c@lan.test', host: 'mail.lan:25', username: u, password: 0123}").unwrap();
    assert_eq!((email.to.len(), email.server.name()), (2, "mail.lan:25".to_owned()));
    assert_eq!(email.from.to_string(), "Platus <a@lan.test>");
    let short = connect("{to: [b@lan.test], host: mail.lan, subject: '', username: '', password: ''}").unwrap();
    assert!(short.subject.is_none() && short.credentials.is_none());
    assert_eq!(short.from.to_string(), "Platus <platus@mail.lan>");
}

#[test]
fn mistakes_are_told_without_the_password() {
    let wrong = [
        "{host: mail.lan}",
        "{to: nobody, host: mail.lan}",
        "{to: b@lan.test, host: 'smtp://mail.lan'}",
        "{to: b@lan.test, host: mail.lan, password: s3cret}",
        "{to: b@lan.test, host: mail.lan, username: s3cret}",
        "{to: b@lan.test, host: mail.lan, tls: ssl}",
        "{to: b@lan.test, host: mail.lan, ca: s3cret}",
        "{to: b@lan.test, host: mail.lan, passwrod: s3cret}",
        "{to: b@lan.test, fr: 'b@[10.0.0.1]', host: mail.lan}",
        "{to: b@lan.test, host: mail.lan, hello: 'a b'}",
    ];
    insta::assert_snapshot!(wrong.map(error).join("\n"));
}
