//! Environment variables.

/// Looks up an environment variable. It is a parameter, so that a test need not change the environment of the process.
pub type Environment<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// Looks up a variable of this process. Invalid UTF-8 in a value is replaced, so that the value is wrong instead of absent.
#[expect(clippy::disallowed_methods, reason = "the configuration reads the environment here")]
pub fn process_environment(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}
