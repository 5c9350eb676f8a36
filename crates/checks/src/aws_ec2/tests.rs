use super::*;

fn connect(properties: &str, data: &str) -> Result<AwsEc2, String> {
    let host = Host::new("machines", "n/a", Duration::from_secs(5));
    let yaml = |text: &str| yaml::parse("services.yaml", text).map_err(|error| error.to_string());
    let properties = yaml(properties)?.read().map_err(|error| error.to_string())?;
    let data = yaml(data)?.read().map_err(|error| error.to_string())?;
    AwsEc2::connect(properties, data, &host).map_err(|error| error.to_string())
}

#[test]
fn files_of_the_original_are_taken() {
    for data in [
        "{ec2_instance_ids: [i-0123456789abcdef0], ec2_filters: [{Name: 'tag:Port', Values: [80, web]}]}",
        "{ec2_instance_ids: [], ec2_filters: }",
        "{}",
    ] {
        let plugin = connect("{region: eu-west-1, access_key: 1234, secret_key: 'ab/c+d'}", data);
        assert_eq!(plugin.err(), None, "{data}");
    }
}

#[test]
fn an_empty_text_is_an_absent_key() {
    let plugin = connect("{region: '', access_key: '', secret_key: '', session_token: '', profile: '', endpoint_url: ''}", "{}");
    assert_eq!(plugin.err(), None);
}

#[test]
fn values_that_do_not_fit_are_told_without_showing_them() {
    for (properties, data, named) in [
        ("{access_key: marker}", "{}", "`access_key` needs a `secret_key`"),
        ("{secret_key: marker}", "{}", "`secret_key` needs an `access_key`"),
        ("{session_token: marker}", "{}", "`session_token` needs"),
        ("{access_key: marker, secret_key: marker, profile: p}", "{}", "`profile`"),
        ("{endpoint_url: marker}", "{}", "`endpoint_url`"),
        ("{endpoint_url: 'ftp://marker'}", "{}", "`endpoint_url`"),
        ("{endpoint_url: 'http://user:marker@localhost'}", "{}", "`endpoint_url`"),
        ("{endpoint_url: 'http://localhost/?key=marker'}", "{}", "`endpoint_url`"),
        ("{regoin: x}", "{}", "did you mean `region`"),
        ("{}", "{ignore_states: [stoped]}", "ignore_states"),
        ("{}", "{ec2_filters: [{Name: a, Value: [b]}]}", "`Value`"),
        ("{}", "{ec2_filters: [{Values: [b]}]}", "`Name`"),
    ] {
        let error = connect(properties, data).unwrap_err();
        assert!(error.contains(named), "{properties} {data}: {error}");
        assert!(!error.contains("marker"), "{properties}: {error}");
    }
}

#[test]
fn nothing_prints_a_secret() {
    let plugin = connect("{access_key: marker, secret_key: marker, session_token: marker}", "{}").unwrap();
    assert!(!format!("{plugin:?} {plugin:#?}").contains("marker"));
}
