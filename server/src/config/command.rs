//! The command lines that errors and warnings advise.

use std::path::Path;
use system::environment::process_environment;

/// Where `config.yaml` is by default.
pub const DEFAULT_FILE: &str = "config/config.yaml";

/// The variable that names another place.
pub const FILE_VARIABLE: &str = "PLATUS_CONFIG";

/// The command line of Platus with these arguments, for the configuration with this `config.yaml`.
pub fn command(file: &Path, arguments: &str) -> String {
    let named = process_environment(FILE_VARIABLE);
    line(&file.display().to_string(), named.as_deref(), arguments)
}

/// `named` is the value of the variable.
fn line(file: &str, named: Option<&str>, arguments: &str) -> String {
    // A default, and what the environment names, is that of the next command as well.
    if file == DEFAULT_FILE || named == Some(file) {
        return format!("platus {arguments}");
    }
    match file.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@:".contains(&byte)) {
        true => format!("platus {arguments} --config {file}"),
        false => format!("platus {arguments} --config '{}'", file.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn it_names_the_file_that_the_next_command_would_not_find() {
        for (file, named, expected) in [
            ("config/config.yaml", None, "platus validate"),
            ("/etc/platus/config.yaml", Some("/etc/platus/config.yaml"), "platus validate"),
            ("/etc/platus/config.yaml", None, "platus validate --config /etc/platus/config.yaml"),
            ("/etc/platus/config.yaml", Some("/other.yaml"), "platus validate --config /etc/platus/config.yaml"),
            ("my files/it's.yaml", None, r"platus validate --config 'my files/it'\''s.yaml'"),
        ] {
            assert_eq!(line(file, named, "validate"), expected);
        }
    }
}
