//! The variables of the environment.

/// The value of an environment variable, if it is set. A parameter, so that a test needs not change the environment of all tests.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The environment of this process. What is no UTF-8 in a value is replaced, so that it is seen to be wrong rather than absent.
pub fn process_environment(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}
