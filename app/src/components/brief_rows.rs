use super::row::{look, node, page_of};
use crate::address;
use crate::base_path::under_base;
use crate::board::{BoardQuery, ServiceLine};
use crate::model::NodeStatus;
use crate::texts::board as texts;
use crate::texts::states;
use std::fmt::Write;
use std::sync::Arc;

/// Rows of a long board that are far from the screen, as HTML: their states and their names, for screen readers and for the search of the
/// browser. The parser of the browser keeps equal attributes once, which views do not.
#[derive(Default)]
pub(super) struct BriefRows {
    pub html: String,
}

impl BriefRows {
    /// Adds the row of a node. As a child it is below its service.
    pub(super) fn add_node(&mut self, row: &NodeStatus, is_child: bool) {
        let name = if is_child { node(row) } else { row.name.clone() };
        self.add(&[r#"<tr role="row" class=""#, look(row), if is_child { " child" } else { "" }, r#"" data-service=""#]);
        self.add_escaped(row.service.as_str());
        self.add(&[r#"" data-node=""#]);
        self.add_escaped(&row.node);
        self.add_state(row);
        self.add_link(&page_of(row, is_child), &name);
    }

    /// Adds the row of a service with these nodes.
    pub(super) fn add_service(&mut self, nodes: &[Arc<NodeStatus>], query: &BoardQuery) {
        let Some(ServiceLine { worst: row, .. }) = ServiceLine::of(nodes) else { return };
        let is_open = query.open.contains(&row.service);
        let (class, expanded) = if is_open { (" several open", "true") } else { (" several", "false") };
        let label = if is_open { texts::hide_nodes(&row.name) } else { texts::show_nodes(&row.name) };
        self.add(&[r#"<tr role="row" class=""#, look(&row), class, r#"" data-service=""#]);
        self.add_escaped(row.service.as_str());
        self.add_state(&row);
        self.add(&[r#"<a class="fold" data-noscroll="" aria-expanded=""#, expanded, r#"" aria-label=""#]);
        self.add_escaped(&label);
        self.add(&[r#"" data-fold=""#]);
        self.add_escaped(row.service.as_str());
        self.add(&[r#"" href=""#]);
        self.add_escaped(&under_base(&query.toggled(&row.service).address()));
        self.add(&[r#""></a>"#]);
        self.add_link(&address::of_service(&row.service), &row.name);
    }

    /// From the end of the attributes of the row to the beginning of the cell of its name.
    fn add_state(&mut self, row: &NodeStatus) {
        let (shape, word) =
            if row.is_paused() { ("paused", states::paused()) } else { (row.state.as_str(), states::state(row.state)) };
        self.add(&[
            r#""><td role="cell" class="state"><span class="word"><i class="shape "#,
            shape,
            r#"" aria-hidden="true"></i>"#,
        ]);
        self.add_escaped(word);
        self.add(&[r#"</span></td><th role="rowheader" scope="row" class="name">"#]);
    }

    /// The link of the name, and the end of the row.
    fn add_link(&mut self, path: &str, name: &str) {
        self.add(&[r#"<a class="service" href=""#]);
        self.add_escaped(&under_base(path));
        self.add(&[r#"">"#]);
        self.add_escaped(name);
        self.add(&["</a></th></tr>"]);
    }

    fn add(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.html.push_str(part));
    }

    /// Adds text, or the value of an attribute.
    fn add_escaped(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' | '<' | '>' | '"' | '\'' => drop(write!(self.html, "&#{};", u32::from(letter))),
                other => self.html.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State;
    use crate::samples::row;

    #[test]
    fn a_row_has_its_state_and_its_name() {
        let mut rows = BriefRows::default();
        rows.add_node(&row("shop", "a", State::Down), false);
        let expected = concat!(
            r#"<tr role="row" class="down" data-service="shop" data-node="a"><td role="cell" class="state"><span class="word">"#,
            r#"<i class="shape down" aria-hidden="true"></i>down</span></td><th role="rowheader" scope="row" class="name">"#,
            r#"<a class="service" href="/services/shop">shop</a></th></tr>"#,
        );
        assert_eq!(rows.html, expected);
    }

    #[test]
    fn names_are_texts_and_never_elements() {
        let mut rows = BriefRows::default();
        let name = r#"<b onclick="x">&'"#.to_owned();
        let evil =
            NodeStatus { name: name.clone(), node_name: Some(name.clone()), node: name.clone(), ..row(&name, "a", State::Down) };
        rows.add_node(&evil, false);
        rows.add_node(&evil, true);
        rows.add_service(&[Arc::new(evil.clone()), Arc::new(evil)], &BoardQuery::default());
        assert!(!rows.html.contains("<b") && !rows.html.contains("onclick=\""), "{}", rows.html);
        assert!(rows.html.contains("&#60;b onclick=&#34;x&#34;&#62;&#38;&#39;"), "{}", rows.html);
    }
}
