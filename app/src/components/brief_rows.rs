use super::row::{look, node, page_of};
use crate::address;
use crate::base_path::under_base;
use crate::board::{BoardQuery, ServiceLine};
use crate::model::NodeStatus;
use crate::texts::board as texts;
use crate::texts::states;
use std::fmt::Write;
use std::sync::Arc;

#[cfg(test)]
mod tests;

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
        self.add(&[r#"""#]);
        self.add_address(&query.toggled(&row.service).address());
        self.add(&["></a>"]);
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
        self.add(&[r#"<a class="service""#]);
        self.add_address(path);
        self.add(&[">"]);
        self.add_escaped(name);
        self.add(&["</a></th></tr>"]);
    }

    /// The attribute of a link that leads to this path of the site.
    fn add_address(&mut self, path: &str) {
        let mut address = Self::default();
        address.add_escaped(&under_base(path));
        let address = address.html;
        // Writing to a text does not fail.
        write!(self.html, " href=\"{address}\"").ok();
    }

    fn add(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.html.push_str(part));
    }

    /// Adds text, or the value of an attribute.
    fn add_escaped(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' | '<' | '>' | '"' | '\'' => write!(self.html, "&#{};", u32::from(letter)).unwrap_or_default(),
                other => self.html.push(other),
            }
        }
    }
}
