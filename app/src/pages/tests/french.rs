//! Pages in French: with French texts, and with no English ones besides what the server wrote.

use super::{Fake, admin_of, assert_holds, render_with, viewer_of, visible};
use crate::language::Language;
use crate::model::{BasePath, NodeStatus, State, Suppression, SuppressionKind};
use crate::samples::{at, row};
use crate::times::Zones;

/// English words that are no French ones.
const ENGLISH: &str = "\
    the of and with are was in by this it no not for to last since state search show hide filter all any board settings screen \
    down unhealthy unknown operational paused check checks checked retries elapsed node nodes more acknowledge live server";

/// The document of a page in French.
pub(super) fn get_in_french(path: &str, backend: Option<Fake>) -> String {
    render_with((BasePath::default(), Zones::default(), Language::French), path, backend, None).1
}

/// The page has these texts, is marked as French, and has no English words besides those of the samples.
#[track_caller]
pub(super) fn assert_french(html: &str, expected: &[&str], samples: &[&str]) {
    assert_holds(html, &["<html lang=\"fr\""]);
    assert_holds(visible(html), expected);
    let texts = samples.iter().fold(written(html), |texts, sample| texts.replace(sample, ""));
    for line in texts.lines() {
        let words = line.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase);
        let english: Vec<_> = words.filter(|word| ENGLISH.split(' ').any(|english| english == word)).collect();
        assert!(english.is_empty(), "{english:?} in: {line}");
    }
}

/// The texts of a document, and those attributes that are read to users. Code is left out.
fn written(html: &str) -> String {
    let mut texts = String::new();
    for piece in visible(html).split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or_default();
        for attribute in ["aria-label", "aria-valuetext", "data-label", "title", "placeholder"] {
            let value = tag.split_once(&format!(" {attribute}=\"")).and_then(|(_, rest)| rest.split('"').next());
            texts.extend(value.map(|value| format!("{value}\n")));
        }
        if !["script", "style", "code"].iter().any(|code| tag.starts_with(code)) {
            texts.push_str(text);
            texts.push('\n');
        }
    }
    texts
}

/// Four services that are checked and one that is paused.
fn rows() -> Vec<NodeStatus> {
    let suppressed = |kind, until| Suppression { kind, author: None, comment: String::new(), until };
    let with = |id, kind, until| NodeStatus {
        suppression: Some(Box::new(suppressed(kind, until))),
        ..row(id, "n1.lan", State::Operational)
    };
    vec![
        NodeStatus { incident: Some(7), ..row("payments", "n1.lan", State::Down) },
        row("web", "n1.lan", State::Operational),
        row("web", "n2.lan", State::Unhealthy),
        row("shop", "n1.lan", State::Operational),
        with("mail", SuppressionKind::Maintenance, Some(at(90))),
        with("docs", SuppressionKind::Pause, None),
    ]
}

#[test]
fn the_board_is_french() {
    let html = get_in_french("/", admin_of(rows()));
    assert_holds(&html, &["<title>1 en panne · Platus</title>"]);
    let expected = [
        "1 service sur 4 est en panne",
        "Le plus ancien problème, depuis 16:00:00\u{a0}: ",
        " sur n1.lan. ",
        "1 dégradé, 2 opérationnels, 1 en pause. 4 services sur 5 nœuds.",
        "Afficher les services par état",
        "<span>En panne</span>",
        "placeholder=\"Nom, nœud\"",
        "les pires d’abord",
        "2 sur 4 à traiter, 1 en pause",
        "Dernières 24 h",
        "title=\"Depuis 2026-07-30 16:00:00 +02:00, auparavant opérationnel\"",
        "1 nœud sur 2 opérationnel",
        "Afficher les nœuds de web",
        "maintenance jusqu’à 17:30",
        "Acquitter",
        "Recherche, commandes",
        "Raccourcis clavier",
    ];
    assert_french(&html, &expected, &[]);
}

#[test]
fn a_board_without_rows_is_french() {
    let html = get_in_french("/", viewer_of(Vec::new()));
    assert_french(
        &html,
        &["Aucun service pour l’instant", "Platus fonctionne", "Ajoutez-le à ", " liste les types de vérification."],
        &[],
    );
    let html = get_in_french("/?q=nowhere", viewer_of(rows()));
    assert_french(&html, &["Aucun service ne correspond au filtre", "0 service affiché", "Effacer le filtre"], &[]);
}

#[test]
fn a_state_is_found_by_its_word_in_both_languages() {
    for text in ["panne", "down"] {
        let html = get_in_french(&format!("/?q={text}"), viewer_of(rows()));
        assert!(html.contains("data-service=\"payments\"") && !html.contains("data-service=\"shop\""), "{text}: {html}");
    }
}

#[test]
fn the_wall_is_french() {
    let html = get_in_french("/wall", viewer_of(rows()));
    let expected = [
        "1 service sur 4 est en panne",
        "À traiter",
        "1 nœud sur 2 opérationnel. n2.lan",
        "2 sur 4",
        " opérationnels",
        "Dernier changement\u{a0}: ",
        "Maintenance\u{a0}: mail",
        "Connexion",
        ">Tableau</a>",
    ];
    assert_french(&html, &expected, &[]);
}
