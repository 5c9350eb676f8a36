//! Modules of Blackbox exporter with the targets of Prometheus.

use super::{fixture, import};
use crate::targets::OddServer;
use std::fs;

#[test]
fn every_target_is_a_service_with_the_check_of_its_module() {
    let (prometheus, blackbox) = (fixture("prometheus.yml"), fixture("blackbox.yml"));
    let [prometheus, blackbox] = [&prometheus, &blackbox].map(|path| path.to_str().unwrap());
    let imported = import(&["prometheus", prometheus, "--blackbox", blackbox]);
    assert_eq!(imported.code, Some(1), "{}", imported.said);
    assert!(!imported.said.contains("MARKER"), "{}", imported.said);
    imported.assert_valid(&[]);
    insta::assert_snapshot!("blackbox_services", imported.text("services.yaml"));
    insta::assert_snapshot!("blackbox_summary", imported.said());
    let same = import(&["blackbox", blackbox, "--prometheus", prometheus]);
    assert_eq!(same.text("services.yaml"), imported.text("services.yaml"));
}

#[test]
fn imported_modules_find_what_the_exporter_finds() {
    let fine = OddServer::answering("HTTP/1.1 204 X\r\ncontent-length: 0\r\n\r\n");
    let text = OddServer::answering("HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nmaintenance");
    let folder = tempfile::tempdir().unwrap();
    let blackbox = folder.path().join("blackbox.yml");
    let prometheus = folder.path().join("prometheus.yml");
    fs::write(
        &blackbox,
        "modules:\n  any: {prober: http}\n  words: {prober: http, http: {fail_if_body_matches_regexp: [main.*ce]}}\n  \
         one: {prober: http, http: {valid_status_codes: [200]}}\n",
    )
    .unwrap();
    let job = |module: &str| {
        format!(
            "  - {{job_name: {module}, metrics_path: /probe, params: {{module: [{module}]}}, static_configs: [{{targets: ['{}', 'http://{}']}}]}}\n",
            fine.address, text.address
        )
    };
    fs::write(&prometheus, format!("scrape_configs:\n{}{}{}", job("any"), job("words"), job("one"))).unwrap();
    let imported = import(&["blackbox", blackbox.to_str().unwrap(), "--prometheus", prometheus.to_str().unwrap()]);
    assert_eq!(imported.code, Some(0), "{}", imported.said);
    imported.assert_valid(&[]);
    let states = imported.states();
    for (module, of_fine, of_text) in
        [("any", "operational", "operational"), ("words", "operational", "unhealthy"), ("one", "down", "operational")]
    {
        assert_eq!(states[&format!("{module}-127-0-0-1-{}", fine.address.port())], of_fine, "{module}");
        assert_eq!(states[&format!("{module}-http-127-0-0-1-{}", text.address.port())], of_text, "{module}");
    }
}
