//! The language of the page: the preference of the browser, and the choice that the cookie keeps.

use crate::test_app::TestApp;
use reqwest::StatusCode;
use reqwest::header::{ACCEPT_LANGUAGE, COOKIE, LOCATION, SET_COOKIE};

const SERVICES: &str = "shop: {type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {type: App, name: shop}}";

/// The language of the login page for these headers, by its `lang` and by its heading.
async fn language_of_login(app: &TestApp, accepted: &str, cookies: &str) -> (String, bool) {
    let request = app.request(reqwest::Method::GET, "/login").header(ACCEPT_LANGUAGE, accepted).header(COOKIE, cookies);
    let page = request.send().await.unwrap().text().await.unwrap();
    let lang = page.split_once("<html lang=\"").and_then(|(_, rest)| rest.split_once('"')).unwrap().0;
    (lang.to_owned(), page.contains("Se connecter"))
}

#[tokio::test]
async fn a_page_is_in_the_language_of_the_browser_unless_another_was_chosen() {
    let app = TestApp::start(SERVICES).await;
    for (accepted, cookies, expected) in [
        ("fr-CA, en;q=0.5", "", "fr"),
        ("de, en;q=0.5, fr;q=0.2", "", "en"),
        ("de", "", "en"),
        ("fr", "platus_language=en", "en"),
        ("en", "platus_language=fr", "fr"),
        ("fr", "platus_language=../../etc", "fr"),
    ] {
        let (lang, is_french) = language_of_login(&app, accepted, cookies).await;
        assert_eq!((lang.as_str(), is_french), (expected, expected == "fr"), "{accepted} {cookies}");
    }
}

/// Without JavaScript: a link sets the cookie and leads back.
#[tokio::test]
async fn a_link_chooses_the_language_and_leads_back_to_the_page() {
    let app = TestApp::start(SERVICES).await;
    let page = app.get("/login?next=/incidents").await.text().await.unwrap();
    let link = "href=\"/language/fr?next=%2Flogin%3Fnext%3D%252Fincidents\"";
    assert!(page.contains(link), "{page}");
    for (address, next) in [
        ("/language/fr?next=%2Flogin%3Fnext%3D%2Fincidents", "/login?next=/incidents"),
        ("/language/fr", "/"),
        ("/language/fr?next=https%3A%2F%2Fevil.example%2F", "/"),
        ("/language/fr?next=%2F%2Fevil.example", "/"),
    ] {
        let answer = app.get(address).await;
        assert_eq!((answer.status(), answer.headers()[LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, next), "{address}");
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
        assert_eq!(cookie, "platus_language=fr; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000");
        assert_eq!(language_of_login(&app, "en", cookie.split(';').next().unwrap()).await, ("fr".to_owned(), true));
    }
    let unknown = app.get("/language/tlh?next=/login").await;
    assert_eq!((unknown.status(), unknown.headers().get(SET_COOKIE)), (StatusCode::SEE_OTHER, None));
}
