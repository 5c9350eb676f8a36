use super::fields::Fields;
use crate::model::KeyRequest;

/// The request of the form that creates an API key. The server checks it.
pub fn key_request(fields: &Fields) -> KeyRequest {
    let given = |name: &str, default: String| match fields.text(name) {
        "" => default,
        text => text.to_owned(),
    };
    let KeyRequest { scope, expires, .. } = KeyRequest::default();
    let roles = fields.text("roles").split([',', ' ']).filter(|role| !role.is_empty());
    KeyRequest {
        name: fields.text("name").to_owned(),
        user: fields.text("user").to_owned(),
        scope: given("scope", scope),
        roles: roles.map(str::to_owned).collect(),
        expires: given("expires", expires),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_separated_by_commas_or_spaces_and_the_rest_has_defaults() {
        let fields = [("name", " ci "), ("user", "ada"), ("roles", "dev, ops,,qa")];
        let fields = Fields::new(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        let expected = KeyRequest {
            name: "ci".to_owned(),
            user: "ada".to_owned(),
            scope: "read".to_owned(),
            roles: ["dev", "ops", "qa"].map(str::to_owned).to_vec(),
            expires: "365d".to_owned(),
        };
        assert_eq!(key_request(&fields), expected);
    }
}
