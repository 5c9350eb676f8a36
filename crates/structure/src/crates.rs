use crate::workspace::Workspace;

/// Each crate, and the crates of this workspace on which it may depend. A crate that is not listed is an error, so that a new one gets
/// its line here, and `ARCHITECTURE.md` its row. Those with `test-support` have helpers for the tests of other crates.
const ALLOWED: [(&str, &[&str]); 16] = [
    ("model", &[]),
    ("system", &[]),
    ("yaml", &[]),
    ("json", &["yaml"]),
    ("net", &["model", "system", "yaml"]),
    ("history", &["model"]),
    ("checks", &["json", "model", "net", "system", "yaml"]),
    ("storage", &["history", "model", "net", "system", "yaml", "test-support"]),
    ("engine", &["checks", "history", "model", "storage", "system", "test-support"]),
    ("notify", &["model", "net", "storage", "system", "yaml", "test-support"]),
    ("vault", &["json", "net", "system", "yaml"]),
    ("app", &["model"]),
    ("frontend", &["app"]),
    ("server", &["app", "checks", "engine", "history", "json", "model", "net", "notify", "storage", "system", "vault", "yaml"]),
    ("structure", &[]),
    ("test-support", &[]),
];

/// The web framework, and the one crate that may depend on it.
const WEB: [&str; 2] = ["axum", "leptos_axum"];
const WEB_CRATE: &str = "server";

/// The dependencies that break the rules, one sentence each.
pub fn violations(workspace: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for package in &workspace.packages {
        let name = &package.name;
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| known == name) else {
            violations.push(format!("{name}: no rule says on which crates it may depend. Add it to ALLOWED in crates/structure."));
            continue;
        };
        for dependency in &package.dependencies {
            let on = dependency.name.as_str();
            if dependency.local && !allowed.contains(&on) {
                violations.push(format!("{name} must not depend on {on}. Allowed: {}.", listed(allowed)));
            }
            if WEB.contains(&on) && name != WEB_CRATE {
                violations.push(format!("{name} must not depend on {on}: only {WEB_CRATE} serves HTTP."));
            }
        }
    }
    violations
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
