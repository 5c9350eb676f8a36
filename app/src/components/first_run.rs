use super::icon::{Icon, IconView};
use crate::texts::first_run as texts;
use leptos::prelude::*;

const EXAMPLE: &str = "shop:
  type: rest_http
  role: [dev]
  interval: 30
  properties:
    host: shop.example.org
    protocol: https
  data:
    type: App
    name: Shop
    url: /health";

/// In place of the board while no service is configured, or none is visible for this viewer.
#[component]
pub fn FirstRun() -> impl IntoView {
    view! {
        <h2>{texts::no_services()}</h2>
        <p class="lead first-run">{texts::none_visible()}</p>
        <div class="columns">
            <section class="card">
                <header>
                    <h2>"services.yaml"</h2>
                    <span class="note">{texts::example()}</span>
                </header>
                <div class="inside">
                    <pre class="excerpt">
                        <code>{EXAMPLE}</code>
                    </pre>
                    <p class="hint">
                        {texts::add_it_to()} <code>"services.yaml"</code> {texts::then_save()}
                    </p>
                </div>
            </section>
            <section class="card next-steps">
                <header>
                    <h2>{texts::next()}</h2>
                </header>
                <ol class="rows">
                    <li class="done">
                        <span class="step">
                            <IconView icon=Icon::CHECK />
                        </span>
                        <div>
                            <strong>{texts::is_running()}</strong>
                        </div>
                    </li>
                    <li class="current">
                        <span class="step">"2"</span>
                        <div>
                            <strong>{texts::add_service()}</strong>
                            <p>
                                {texts::each_entry_of()} <code>"services.yaml"</code> {texts::is_a_service()} <code>"platus plugins"</code>
                                {texts::lists_check_types()}
                            </p>
                        </div>
                    </li>
                    <li>
                        <span class="step">"3"</span>
                        <div>
                            <strong>{texts::connect_channel()}</strong>
                            <p>
                                {texts::under()} <code>"notify_backend"</code> {texts::inside()} <code>"config.yaml"</code>
                                {texts::kinds_of_channels()}
                            </p>
                        </div>
                    </li>
                    <li>
                        <span class="step">"4"</span>
                        <div>
                            <strong>{texts::add_users()}</strong>
                            <p>{texts::users_are_in()} <code>"users.yaml"</code> {texts::roles_decide()}</p>
                        </div>
                    </li>
                </ol>
            </section>
        </div>
    }
}
