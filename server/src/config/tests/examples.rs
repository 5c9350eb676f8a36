use crate::config::{Alerting, read_services};
use checks::{CheckTypes, Host};
use std::time::Duration;
use yaml::parse;

#[test]
fn every_example_is_a_service_that_connects() {
    let check_types = CheckTypes::built_in();
    for name in check_types.names() {
        let document = parse(name, check_types.documentation(name).unwrap().example).unwrap();
        for service in read_services(&document, Duration::from_secs(60), Alerting::default()) {
            let check = service.check.unwrap();
            assert_eq!(check.plugin.value, name);
            if let Err(error) = check_types.connect(&check, &Host::new("one", "host", Duration::from_secs(1))) {
                panic!("{error}");
            }
        }
    }
}
