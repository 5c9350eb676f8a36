//! The invented services: what they are, how fast they answer, and how they fail.

use super::story::{Fault, Story};

/// One service of the demo.
pub(super) struct Service {
    pub id: &'static str,
    pub name: &'static str,
    /// `data.type`
    pub group: &'static str,
    pub tags: &'static [&'static str],
    /// Whether only administrators see it.
    pub is_hidden: bool,
    pub check: Check,
    pub story: Story,
}

/// How a service is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// A JSON document with a status.
    Http,
    /// A greeting, which the check expects.
    Tcp {
        greeting: &'static str,
    },
    /// A name server, which knows one name.
    Dns,
    Redis,
    /// A job. With `beats`, the demo reports its successes; else its last success was five hours ago.
    Job {
        host: &'static str,
        token: &'static str,
        every: u32,
        beats: bool,
    },
}

/// The only address of all targets, and the name of their nodes.
pub(super) const HOST: &str = "127.0.0.1";

/// The name that the name server of the demo knows, and its address.
pub(super) const NAME: &str = "shop.example.com";
pub(super) const ADDRESS: [u8; 4] = [192, 0, 2, 10];

impl Check {
    /// The value of `type` in `services.yaml`.
    pub(super) const fn kind(self) -> &'static str {
        match self {
            Self::Http => "rest_http",
            Self::Tcp { .. } => "tcp",
            Self::Dns => "dns",
            Self::Redis => "redis",
            Self::Job { .. } => "heartbeat",
        }
    }

    /// The name of its one node.
    pub(super) const fn node(self) -> &'static str {
        match self {
            Self::Job { host, .. } => host,
            Self::Dns => NAME,
            _ => HOST,
        }
    }

    /// Seconds between two checks.
    pub(super) const fn interval(self) -> u32 {
        match self {
            Self::Http | Self::Job { .. } => 10,
            Self::Tcp { .. } | Self::Dns | Self::Redis => 15,
        }
    }
}

const fn service(id: &'static str, name: &'static str, group: &'static str, check: Check, story: Story) -> Service {
    Service { id, name, group, tags: &[], is_hidden: false, check, story }
}

impl Service {
    const fn tagged(self, tags: &'static [&'static str]) -> Self {
        Self { tags, ..self }
    }

    const fn hidden(self) -> Self {
        Self { is_hidden: true, ..self }
    }
}

/// Milliseconds of a minute.
const MINUTE: i64 = 60_000;

/// The id of the service whose open incident an operator has acknowledged.
pub(super) const ACKNOWLEDGED: &str = "label-printer";

/// The id of the service that an operator has silenced.
pub(super) const SILENCED: &str = "image-server";

/// The id of the service that is under maintenance now.
pub(super) const MAINTAINED: &str = "data-warehouse";

/// The services, in the order of the file.
pub(super) const SERVICES: [Service; 21] = [
    service("web-shop", "Web shop", "Shop", Check::Http, Story::of(82, 3, Fault::Unavailable)).tagged(&["public", "eu"]),
    service("product-search", "Product search", "Shop", Check::Http, Story::of(140, 4, Fault::Slow)).tagged(&["public"]),
    service("checkout", "Checkout", "Shop", Check::Http, Story::of(190, 2, Fault::Unavailable)).tagged(&["public", "critical"]),
    service("cart", "Cart", "Shop", Check::Http, Story::of(45, 1, Fault::Degraded)).tagged(&["public", "critical"]),
    service(
        SILENCED,
        "Image server",
        "Shop",
        Check::Http,
        Story::of(28, 1, Fault::Unavailable).flapping(-50 * MINUTE, 4 * MINUTE, 2 * MINUTE),
    )
    .tagged(&["public"]),
    service("payment-api", "Payment API", "Payments", Check::Http, Story::of(230, 2, Fault::Unavailable).in_storm())
        .tagged(&["critical"]),
    service("card-gateway", "Card gateway", "Payments", Check::Tcp { greeting: "READY" }, Story::of(35, 1, Fault::Busy).in_storm())
        .tagged(&["critical"]),
    service("invoices", "Invoices", "Payments", Check::Http, Story::of(120, 1, Fault::Degraded).in_storm()),
    service(
        "fraud-check",
        "Fraud check",
        "Payments",
        Check::Http,
        Story::of(310, 2, Fault::Slow).failing(-42 * MINUTE, Fault::Slow),
    )
    .tagged(&["critical"]),
    service("load-balancer", "Load balancer", "Platform", Check::Tcp { greeting: "OK" }, Story::of(3, 0, Fault::Busy)),
    service("login", "Login", "Platform", Check::Http, Story::of(64, 1, Fault::Slow)).tagged(&["public", "critical"]),
    service("name-server", "Name server", "Platform", Check::Dns, Story::of(6, 0, Fault::Unanswered)),
    service("mail", "Mail server", "Platform", Check::Tcp { greeting: "220 mail.example.com" }, Story::of(22, 4, Fault::Busy)),
    service("message-queue", "Message queue", "Platform", Check::Tcp { greeting: "QUEUE ready" }, Story::of(9, 1, Fault::Busy)),
    service("cache", "Cache", "Data", Check::Redis, Story::of(2, 1, Fault::Unanswered)).tagged(&["eu"]),
    service("orders-database", "Orders database", "Data", Check::Tcp { greeting: "DB ready" }, Story::of(7, 1, Fault::Busy))
        .tagged(&["eu", "critical"]),
    service("search-index", "Search index", "Data", Check::Http, Story::of(55, 3, Fault::Degraded)).tagged(&["eu"]),
    service(
        MAINTAINED,
        "Data warehouse",
        "Data",
        Check::Http,
        Story::of(420, 2, Fault::Slow).failing(-25 * MINUTE, Fault::Unavailable),
    ),
    service(
        "stock-sync",
        "Stock synchronisation",
        "Back office",
        Check::Job { host: "jobs.example.com", token: "invented-token-of-stock-sync", every: 60, beats: true },
        Story::of(4_200, 2, Fault::Late),
    ),
    service(
        "nightly-backup",
        "Nightly backup",
        "Back office",
        Check::Job { host: "backup.example.com", token: "invented-token-of-the-backup", every: 86_400, beats: false },
        Story::of(1_260_000, 0, Fault::Late),
    )
    .hidden(),
    service(
        ACKNOWLEDGED,
        "Label printer",
        "Back office",
        Check::Tcp { greeting: "PRINTER" },
        Story::of(14, 2, Fault::Refused).failing(-190 * MINUTE, Fault::Refused),
    ),
];
