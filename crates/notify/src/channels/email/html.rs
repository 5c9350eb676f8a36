//! The part of a mail for programs that show HTML. Colours of text and background are those of the reader, so that it is readable in
//! the dark, too; styles stand at their elements, since many programs take them nowhere else.

use crate::own_links::Piece;
use crate::{Alert, Delivery};
use std::fmt::Write;
use system::foreign_text;

/// How much there may be, in bytes. Gmail cuts what is longer than about 100 KB.
const LONGEST: usize = 80_000;

/// Of more alerts than this only the lines are told.
const MOST_SINGLE: usize = 50;

const HEAD: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
    <meta name=\"supported-color-schemes\" content=\"light dark\">";

const BODY: &str = "<body style=\"margin:0;padding:16px;font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif\">";

pub(super) fn write(delivery: &Delivery) -> String {
    let title = foreign_text::html(&delivery.title());
    let content = match (&delivery.text, delivery.alerts.len()) {
        (None, ..=MOST_SINGLE) => told(delivery, &title),
        (None, _) => format!("{}{}", heading(&title), lines(delivery)),
        (Some(_), _) => lines(delivery),
    };
    format!("{HEAD}<title>{title}</title></head>\n{BODY}\n{content}</body></html>\n")
}

fn heading(title: &str) -> String {
    format!("<h1 style=\"margin:0 0 16px;font-size:20px\">{title}</h1>\n")
}

fn lines(delivery: &Delivery) -> String {
    // What is escaped is at most six times as long.
    let lines = delivery.lines(LONGEST / 6);
    let pieces = delivery.pieces(&lines).into_iter().map(|piece| match piece {
        Piece::Link(link) if leads_to_a_page(link) => format!("<a href=\"{0}\">{0}</a>", foreign_text::html(link)),
        Piece::Link(text) | Piece::Text(text) => foreign_text::html(text),
    });
    format!("<p style=\"margin:0;white-space:pre-line\">{}</p>\n", pieces.collect::<String>())
}

fn leads_to_a_page(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

fn told(delivery: &Delivery, title: &str) -> String {
    let mut content = heading(title);
    for (index, alert) in delivery.alerts.iter().enumerate() {
        let alert = block(alert);
        if content.len() + alert.len() > LONGEST {
            content += &format!("<p>and {} more</p>\n", delivery.alerts.len() - index);
            break;
        }
        content += &alert;
    }
    if let Some(footer) = delivery.footer() {
        content += &format!("<p style=\"margin:16px 0 0\">{}</p>\n", foreign_text::html(&footer));
    }
    content
}

fn block(alert: &Alert) -> String {
    let colour = alert.tone().colour();
    let mut block = format!(
        "<div style=\"margin:0 0 12px;padding:2px 0 2px 12px;border-left:4px solid #{colour:06x}\">\n<div><strong>{}</strong></div>\n",
        foreign_text::html(&alert.line())
    );
    let small =
        alert.place().map(|place| format!("<div style=\"font-size:13px;opacity:.8\">{}</div>\n", foreign_text::html(&place)));
    let seen = alert.seen.iter().map(|seen| format!("<div>{}</div>\n", foreign_text::html(seen)));
    let link = alert.link.iter().filter(|link| leads_to_a_page(link));
    let link = link.map(|link| format!("<div><a href=\"{}\">Open in Platus</a></div>\n", foreign_text::html(link)));
    for part in seen.chain(small).chain(link) {
        // Writing to a string cannot fail.
        write!(block, "{part}").ok();
    }
    block + "</div>\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{LINK, mixed, spoken, storm};

    #[test]
    fn some_alerts() {
        insta::assert_snapshot!(write(&mixed()));
        insta::assert_snapshot!("spoken", write(&spoken(&format!("<b>Hello</b>\nworld: {LINK}"))));
    }

    #[test]
    fn a_storm_is_not_cut_by_others() {
        for n_alerts in [50, 51, 2000] {
            let html = write(&storm(n_alerts));
            assert!(html.len() < 100_000, "{}", html.len());
            assert!(html.contains(&format!("{n_alerts} down")) && html.ends_with("</body></html>\n"));
        }
        let mut long = storm(50);
        for alert in &mut long.alerts {
            alert.seen = Some("<".repeat(4000));
        }
        let html = write(&long);
        assert!(html.len() < 100_000 && html.contains(" more</p>"), "{}", html.len());
        for wild in ["\"'".to_owned(), format!("{LINK} ")] {
            let html = write(&spoken(&wild.repeat(40_000)));
            assert!(html.len() < 100_000, "{}", html.len());
        }
    }

    #[test]
    fn a_link_leads_to_a_page() {
        let mut one = storm(1);
        one.alerts[0].link = Some("javascript:alert(1)".to_owned());
        assert!(!write(&one).contains("href"));
    }
}
