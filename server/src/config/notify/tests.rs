use super::*;
use std::path::Path;
use yaml::parse;

#[track_caller]
fn read(text: &str) -> Result<Vec<NotifyBackend>, String> {
    let document = parse("config.yaml", text).unwrap();
    let sources = Sources { environment: &|_| None, folder: Path::new("") };
    let read = read_channels(document.get("notify_backend").unwrap(), &sources, false);
    read.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

#[track_caller]
fn check_error(text: &str, part: &str) {
    let error = read(text).unwrap_err();
    assert!(error.contains(part), "{error}");
}

#[test]
fn the_form_of_the_original_is_one_channel_that_gets_every_notification() {
    let channels = read("notify_backend:\n  type: slack\n  data: {url: 'https://hooks.lan/1'}\n").unwrap();
    assert_eq!(channels.len(), 1);
    assert_eq!(channels[0].route.channel, "slack");
    assert_eq!(channels[0].backend.kind.value, "slack");
    assert_eq!(channels[0].limits, Limits::default());
    assert!(channels[0].template.is_none());
    assert!(channels[0].route.roles.is_none() && channels[0].route.hours.is_none());
}

#[test]
fn a_list_has_channels_with_names_limits_and_routes() {
    let text = "notify_backend:
  - type: slack
    data: {}
  - type: slack
    name: night
    group_window: 0
    max_per_minute: 2
    give_up_after: 3600
    timeout: 5
    only:
      roles: ops
      types: [Infra, App]
      services: db-*
      states: [down]
      hours: {days: [fri-mon, wed], from: '22:00', to: '06:00', zone: Europe/Berlin}
";
    let night = read(text).unwrap().pop().unwrap();
    assert_eq!(night.route.channel, "night");
    let seconds = Duration::from_secs;
    let limits = Limits {
        group_window: seconds(0),
        group_wait: seconds(0),
        max_per_minute: 2,
        give_up_after: seconds(3600),
        timeout: seconds(5),
    };
    assert_eq!(night.limits, limits);
    assert_eq!(night.route.states, Some(vec![State::Down]));
    assert_eq!(night.route.types, Some(vec!["Infra".to_owned(), "App".to_owned()]));
    let hours = night.route.hours.unwrap();
    let days = vec![Weekday::Fri, Weekday::Sat, Weekday::Sun, Weekday::Mon, Weekday::Wed];
    assert_eq!(hours[0].rule().days, Some(days));
    assert_eq!(hours[0].rule().zone, "Europe/Berlin");
}

#[test]
fn a_template_is_tried_when_it_is_read() {
    let channel = |template: &str| format!("notify_backend:\n  type: slack\n  template: {template}\n  max_per_minute: 0\n");
    assert!(read(&channel("'{{title}}'").replace("  max_per_minute: 0\n", "")).unwrap()[0].template.is_some());
    let wrong = [
        "'{{title'",
        "'{{titel}}'",
        "'{{name}} is {{state}}'",
        "|-\n    {{#each alerts}}\n    {{title}}\n    {{/each}}",
        "''",
        "{title: x}",
    ];
    insta::assert_snapshot!(wrong.map(|template| read(&channel(template)).unwrap_err().replace("; config", "\nconfig")).join("\n"));
}

#[test]
fn a_template_may_stand_in_a_file_and_use_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("message.hbs");
    std::fs::write(&file, "{{title}}\n").unwrap();
    let sources = Sources { environment: &|name| (name == "TEAM").then(|| "night".to_owned()), folder: Path::new("") };
    let text = format!(
        "notify_backend:\n  - {{type: slack, template: 'file:{0}'}}\n  - {{type: slack, name: n, template: '${{TEAM}} {{{{title}}}}'}}\n",
        file.display()
    );
    let (document, problems) = sources.fill(parse("config.yaml", &text).unwrap());
    assert!(problems.is_empty());
    let channels = read_channels(document.get("notify_backend").unwrap(), &sources, false).unwrap();
    let rendered = channels.iter().map(|channel| channel.template.as_ref().unwrap().value.samples().unwrap().pop().unwrap());
    assert_eq!(rendered.collect::<Vec<_>>(), ["This is a test of Platus", "night This is a test of Platus"]);
}

#[test]
fn what_the_original_did_not_look_at_before_it_sent_disables_one_channel() {
    for (channel, name, part) in [
        ("{data: {}}", "n/a", "the key `type` is missing"),
        ("slack", "n/a", "expected a map of keys and values, found text"),
        ("{type: [slack]}", "n/a", "`type`: expected text, found a list"),
        ("{type: slack, data: https://lan/MARKER}", "slack", "`data`: expected a map of keys and values, found text"),
        ("{type: slack, name: hook, data: {vault_url: a/b}}", "hook", "Vault is off"),
    ] {
        let channels = read(&format!("notify_backend: {channel}\n")).unwrap();
        let problem = channels[0].problem.as_ref().unwrap().to_string();
        assert_eq!(channels[0].route.channel, name, "{channel}");
        assert!(problem.contains(part) && !problem.contains("MARKER"), "{channel}: {problem}");
    }
}

#[test]
fn the_guide_has_every_key() {
    let guide = include_str!("../../../../docs/notifications.md");
    let error = read("notify_backend: {type: slack, unknown: x}\n").unwrap_err();
    let keys: Vec<&str> = error.rsplit_once(": ").unwrap().1.split(", ").filter(|key| !["data", "type"].contains(key)).collect();
    assert!(keys.contains(&"template"), "{error}");
    for key in keys {
        assert!(guide.contains(&format!("\n| `{key}` | ")), "{key} is not in docs/notifications.md");
    }
    let example = guide.split("## Templates").nth(1).and_then(|rest| rest.split("```yaml\n").nth(1)).unwrap();
    assert!(read(example.split("```").next().unwrap()).unwrap()[0].template.is_some());
}

#[test]
fn errors_are_reported_with_their_place() {
    let channel = |key: &str| format!("notify_backend:\n  type: slack\n  {key}\n");
    check_error("notify_backend: [{type: slack}, {type: slack}]\n", "there are two channels called `slack`");
    check_error(&channel("name: a b"), "config.yaml:3:9");
    check_error(&channel("max_per_minute: 0"), "from 1 to 1000");
    check_error(&channel("group_window: -1"), "seconds from 0 to 600");
    check_error(&channel("only: {states: [operational]}"), "not a failure state");
    check_error(&channel("only: {hours: {from: '8', to: '9:00'}}"), "expected a time such as");
    check_error(&channel("only: {hours: {from: '08:00', to: '09:00', zone: Berlin}}"), "there is no time zone `Berlin`");
    check_error(&channel("only: {hours: {days: monday, from: '08:00', to: '09:00'}}"), "expected days such as");
    check_error(&channel("only: {service: x}"), "service");
}
