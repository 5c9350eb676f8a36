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
    let evil = NodeStatus { name: name.clone(), node_name: Some(name.clone()), node: name.clone(), ..row(&name, "a", State::Down) };
    rows.add_node(&evil, false);
    rows.add_node(&evil, true);
    rows.add_service(&[Arc::new(evil.clone()), Arc::new(evil)], &BoardQuery::default());
    assert!(!rows.html.contains("<b") && !rows.html.contains("onclick=\""), "{}", rows.html);
    assert!(rows.html.contains("&#60;b onclick=&#34;x&#34;&#62;&#38;&#39;"), "{}", rows.html);
}
