use super::icon::{Icon, IconView};
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
        <h2>"No services"</h2>
        <p class="lead first-run">"No service is configured, or your roles show none."</p>
        <div class="columns">
            <section class="card">
                <header>
                    <h2>"services.yaml"</h2>
                    <span class="note">"An example"</span>
                </header>
                <div class="inside">
                    <pre class="excerpt">
                        <code>{EXAMPLE}</code>
                    </pre>
                    <p class="hint">
                        "Add it to " <code>"services.yaml"</code> ", change the host, and restart Platus."
                    </p>
                </div>
            </section>
            <section class="card next-steps">
                <header>
                    <h2>"Next"</h2>
                </header>
                <ol class="rows">
                    <li class="done">
                        <span class="step">
                            <IconView icon=Icon::CHECK />
                        </span>
                        <div>
                            <strong>"Platus is running"</strong>
                        </div>
                    </li>
                    <li class="current">
                        <span class="step">"2"</span>
                        <div>
                            <strong>"Add a service"</strong>
                            <p>"Each entry of " <code>"services.yaml"</code> " is one. " <code>"platus plugins"</code> " lists the check types."</p>
                        </div>
                    </li>
                    <li>
                        <span class="step">"3"</span>
                        <div>
                            <strong>"Connect a channel"</strong>
                            <p>"Under " <code>"notify_backend"</code> " in " <code>"config.yaml"</code> ": Slack, e-mail, webhook and others."</p>
                        </div>
                    </li>
                    <li>
                        <span class="step">"4"</span>
                        <div>
                            <strong>"Add users"</strong>
                            <p>"In " <code>"users.yaml"</code> ". Their roles decide which services they see."</p>
                        </div>
                    </li>
                </ol>
            </section>
        </div>
    }
}
