/// The parameters of an address, decoded once. The map of the router decodes them twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the part of an address after its question mark, as links and forms write it.
    pub fn read(search: &str) -> Self {
        let decoded = |text: &str| super::decode(&text.replace('+', " "));
        let pairs = search.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        });
        Self(pairs.collect())
    }

    /// The last value with this name.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.iter().rev().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    }

    /// All values with this name, in their order.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(other, _)| other == name).map(|(_, value)| value.clone()).collect()
    }

    /// The same without the parameters that have other names.
    pub fn only(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| names.contains(&name.as_str())).cloned().collect())
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Query {
    fn from_iter<T: IntoIterator<Item = (&'a str, &'a str)>>(parameters: T) -> Self {
        Self(parameters.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_once() {
        let query = Query::read("new&node=p-%2541&search=a+b%2Bc%26d&service=x&service=%C3%BC&rest=50%&=&");
        assert_eq!(query.get("new").as_deref(), Some(""));
        assert_eq!(query.get("node").as_deref(), Some("p-%41"));
        assert_eq!(query.get("search").as_deref(), Some("a b+c&d"));
        assert_eq!(query.get("rest").as_deref(), Some("50%"));
        assert_eq!(query.all("service"), ["x", "ü"]);
        assert_eq!((query.get("service").as_deref(), query.get("none")), (Some("ü"), None));
        assert_eq!(Query::read(""), Query::default());
    }

    #[test]
    fn an_address_is_read_as_it_was_written() {
        let value = "100 %41+%2541&a=b;ü/#?\"";
        let address = super::super::with("/x", [("search", value.to_owned())]);
        assert_eq!(Query::read(address.strip_prefix("/x?").unwrap()), [("search", value)].into_iter().collect());
    }

    #[test]
    fn the_others_can_be_left_out() {
        let query: Query = [("a", "1"), ("b", "2"), ("c", "3")].into_iter().collect();
        assert_eq!(query.only(&["c", "a"]), [("a", "1"), ("c", "3")].into_iter().collect());
    }
}
