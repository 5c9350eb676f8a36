//! Why the server refuses what a user asks for. The API has English texts of its own, which name its keys; these are for forms.

use model::{
    CheckRefusal, Exhausted, ExpiryProblem, HistoryRefusal, KeyRefusal, NoteRefusal, QuotaExceeded, RecurrenceProblem, Refusal,
    SilenceRefusal, TestRefusal,
};

texts! {
    // What was refused. The reason follows, and a full stop.
    rejected(reason: &str): "Rejected: {reason}.", "Refusé\u{a0}: {reason}.";
    no_key_created(reason: &str): "No key was created: {reason}.", "Aucune clé n’a été créée\u{a0}: {reason}.";
    not_checked(reason: &str): "Not checked: {reason}.", "Pas de vérification\u{a0}: {reason}.";
    not_tested(reason: &str): "Not tested: {reason}.", "Pas de test\u{a0}: {reason}.";

    // Sentences.
    too_many_attempts(seconds: u64):
        "Too many attempts. Try again in {seconds} s.", "Trop de tentatives. Réessayez dans {seconds} s.";
    unknown_function:
        "The server does not have this function. Load the page again.",
        "Le serveur ne connaît pas cette fonction. Rechargez la page.";
    shutting_down: "The server is shutting down.", "Le serveur s’arrête.";
    store_away:
        "History cannot be read now, since the store is away; try again later",
        "L’historique ne peut pas être lu, car le stockage est indisponible\u{a0}; réessayez plus tard";
    store_unusable: "History cannot be read", "L’historique ne peut pas être lu";
    without_details(what: &str): "{what}.", "{what}.";
    with_details(what: &str, details: &str): "{what}: {details}.", "{what}\u{a0}: {details}.";
    too_many_queries:
        "Too many questions about history are being answered; try again later.",
        "Trop de demandes d’historique sont en cours\u{a0}; réessayez plus tard.";

    // Silences, maintenance, acknowledgements, pauses.
    covers_others:
        "this also covers services that you may not see; a user who sees all of them can withdraw it",
        "cela concerne aussi des services que vous ne voyez pas\u{a0}; un utilisateur qui les voit tous peut le faire";
    pause_elsewhere: "a service is paused on its page", "un service se met en pause sur sa page";
    acknowledge_elsewhere: "an incident is acknowledged on its page", "un incident s’acquitte sur sa page";
    all_need_admin:
        "select services; only an administrator may silence all of them",
        "choisissez des services\u{a0}; seul un administrateur peut les mettre tous en silence";
    no_services: "select a service", "choisissez un service";
    no_such_service(id: &str): "there is no service `{id}`", "il n’y a pas de service `{id}`";
    no_match(text: &str): "no service matches `{text}`", "aucun service ne correspond à `{text}`";
    too_many_texts(texts: usize, bytes: usize):
        "services can be selected by at most {texts} texts with {bytes} bytes together",
        "les services se choisissent par {texts} textes au plus, de {bytes} octets ensemble";
    long_comment(bytes: usize): "the comment is longer than {bytes} bytes", "le commentaire dépasse {bytes} octets";
    no_end: "enter either a duration or an end", "indiquez soit une durée, soit une fin";
    two_ends: "enter a duration or an end, not both", "indiquez une durée ou une fin, pas les deux";
    out_of_years:
        "it must begin and end in the years from 1970 to 9999", "le début et la fin doivent être entre les années 1970 et 9999";
    has_ended: "it would have ended already", "ce serait déjà terminé";
    too_long:
        "it must end within a year; for longer use `maintenance` in config.yaml",
        "la fin doit être d’ici un an\u{a0}; au-delà, utilisez `maintenance` dans config.yaml";
    pause_too_long:
        "it must end within a year; without an end the service is paused until it is resumed",
        "la fin doit être d’ici un an\u{a0}; sans fin, le service est en pause jusqu’à sa reprise";
    recurs:
        "it recurs, so it cannot be extended; end it and enter it again",
        "cela se répète et ne peut pas être prolongé\u{a0}; terminez-le, puis saisissez-le à nouveau";
    not_extendable:
        "only a silence or maintenance can be extended", "seuls un silence ou une maintenance peuvent être prolongés";
    not_later:
        "it does not end before that; to end it earlier, end it now",
        "la fin actuelle n’est pas antérieure\u{a0}; pour finir plus tôt, terminez-le";
    recurrence_with_end:
        "what repeats has no duration and no end of its own", "ce qui se répète n’a ni durée ni fin propres";
    of_user(entries: usize, services: usize):
        "a user may have {entries} silences and acknowledgements that name {services} services together, and with this one you would have more; withdraw some of yours",
        "un utilisateur peut avoir {entries} silences et acquittements pour {services} services ensemble, et vous en auriez plus\u{a0}; terminez-en certains";
    of_all:
        "there are too many silences and acknowledgements of all users; an administrator has to withdraw some",
        "il y a trop de silences et d’acquittements de tous les utilisateurs\u{a0}; un administrateur doit en terminer certains";

    // What repeats.
    two_kinds_of_days:
        "select either days of the week or days of the month", "choisissez soit des jours de la semaine, soit des jours du mois";
    weekdays: "select one to seven days of the week, each once", "choisissez un à sept jours de la semaine, sans répétition";
    week_without_days: "select a day of the week", "choisissez un jour de la semaine";
    month_days: "the days of the month are numbers from 1 to 31, each once", "les jours du mois sont des nombres de 1 à 31, sans répétition";
    days_out_of_years:
        "the first and the last day must be in the years from 1970 to 9999",
        "le premier et le dernier jour doivent être entre les années 1970 et 9999";
    last_before_first: "the last day is before the first", "le dernier jour précède le premier";
    unknown_zone(zone: &str):
        "there is no time zone `{zone}`; expected a name such as Europe/Berlin or UTC",
        "il n’y a pas de fuseau horaire `{zone}`\u{a0}; un nom tel que Europe/Paris ou UTC est attendu";
    never:
        "no time begins between the first and the last day that has not ended already",
        "entre le premier et le dernier jour, rien ne commence qui ne soit déjà terminé";
    too_far_ahead: "it must begin within a year", "le début doit être d’ici un an";

    // Notes.
    empty_note: "the note is empty", "la note est vide";
    long_note(bytes: usize): "the note is longer than {bytes} bytes", "la note dépasse {bytes} octets";
    too_many_notes(most: usize): "an incident has at most {most} notes", "un incident a {most} notes au plus";

    // Keys.
    key_without_name:
        "the key needs a name, for example that of its program", "la clé a besoin d’un nom, par exemple celui de son programme";
    wrong_key_name(most: usize):
        "the name of a key has at most {most} characters, without control characters",
        "le nom d’une clé a {most} caractères au plus, sans caractères de contrôle";
    no_such_user(user: &str): "there is no user `{user}`", "il n’y a pas d’utilisateur `{user}`";
    meant_user(user: &str, meant: &str):
        "there is no user `{user}`; did you mean `{meant}`", "il n’y a pas d’utilisateur `{user}`\u{a0}; peut-être `{meant}`";
    wrong_scope: "the scope is `read`, `operate` or `admin`", "l’étendue est `read`, `operate` ou `admin`";
    lacks_role(user: &str, role: &str):
        "the user `{user}` does not have the role `{role}`, so no key of theirs can",
        "l’utilisateur `{user}` n’a pas le rôle `{role}`, donc ses clés non plus";
    scope_too_high(user: &str, scope: &str):
        "the user `{user}` has at most the scope `{scope}`, and so has a key of theirs",
        "l’utilisateur `{user}` a au plus l’étendue `{scope}`, et ses clés aussi";
    admin_with_roles:
        "the scope admin is about every service; leave out the roles, or choose the scope operate",
        "l’étendue admin concerne tous les services\u{a0}; laissez les rôles vides, ou choisissez l’étendue operate";
    wrong_expiry:
        "the expiry is wrong: expected days (90d), hours (12h), a day (2027-01-31), or never",
        "l’expiration est incorrecte\u{a0}: indiquez des jours (90d), des heures (12h), un jour (2027-01-31) ou never";
    expired: "the expiry is wrong: that day has begun already", "l’expiration est incorrecte\u{a0}: ce jour a déjà commencé";
    name_taken(name: &str):
        "there is a key `{name}` already; choose another name, or revoke it first",
        "il y a déjà une clé `{name}`\u{a0}; choisissez un autre nom, ou révoquez-la d’abord";
    too_many_keys(most: usize):
        "there are {most} keys already; revoke some first", "il y a déjà {most} clés\u{a0}; révoquez-en d’abord";
    no_random_numbers: "the system gives no random numbers", "le système ne fournit pas de nombres aléatoires";
    ending: "the server is shutting down", "le serveur s’arrête";

    // Checks and tests on request.
    check_running:
        "a check of this service is running; wait for its result",
        "une vérification de ce service est en cours\u{a0}; attendez son résultat";
    checked_just_now(seconds: u64):
        "this service was checked on request less than {seconds} s ago; try again later",
        "ce service a été vérifié à la demande il y a moins de {seconds} s\u{a0}; réessayez plus tard";
    paused: "this service is paused; resume it first", "ce service est en pause\u{a0}; reprenez-le d’abord";
    not_scheduled:
        "this service cannot be checked; its configuration has to be corrected first",
        "ce service ne peut pas être vérifié\u{a0}; sa configuration doit d’abord être corrigée";
    too_many_checks_of_user:
        "too many requested checks of this user are running; try again when one has finished",
        "trop de vérifications demandées par cet utilisateur sont en cours\u{a0}; réessayez quand l’une sera terminée";
    too_many_checks_from_address:
        "too many requested checks from this address are running; try again when one has finished",
        "trop de vérifications demandées depuis cette adresse sont en cours\u{a0}; réessayez quand l’une sera terminée";
    too_many_checks_of_all:
        "too many requested checks of all users are running; try again when one has finished",
        "trop de vérifications demandées par tous les utilisateurs sont en cours\u{a0}; réessayez quand l’une sera terminée";
    no_such_channel: "there is no channel with this name", "il n’y a pas de canal de ce nom";
    channel_disabled(reason: &str): "the channel is disabled: {reason}", "le canal est désactivé\u{a0}: {reason}";
    channel_removed: "the channel is no longer configured", "le canal n’est plus configuré";
    test_running:
        "a test of this channel is running; wait for its result", "un test de ce canal est en cours\u{a0}; attendez son résultat";
    tested_just_now(seconds: u64):
        "this channel was tested less than {seconds} s ago; try again later",
        "ce canal a été testé il y a moins de {seconds} s\u{a0}; réessayez plus tard";
}

/// The reason as a sentence.
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Silence(refusal) => rejected(&silence(refusal)),
        Refusal::Quota(exceeded) => rejected(&quota(*exceeded)),
        Refusal::CoversOthers => rejected(covers_others()),
        Refusal::Note(refusal) => rejected(&note(*refusal)),
        Refusal::Key(refusal) => no_key_created(&key(refusal)),
        Refusal::Check(refusal) => not_checked(&check(*refusal)),
        Refusal::TooManyChecks(exhausted) => not_checked(match exhausted {
            Exhausted::User => too_many_checks_of_user(),
            Exhausted::Address => too_many_checks_from_address(),
            Exhausted::All => too_many_checks_of_all(),
        }),
        Refusal::Test(refusal) => not_tested(&test(refusal)),
        Refusal::History(refusal) => history(refusal),
        Refusal::TooManyAttempts(seconds) => too_many_attempts(*seconds),
        Refusal::ShuttingDown => shutting_down().to_owned(),
    }
}

fn silence(refusal: &SilenceRefusal) -> String {
    let text = match refusal {
        SilenceRefusal::PauseElsewhere => pause_elsewhere(),
        SilenceRefusal::AcknowledgeElsewhere => acknowledge_elsewhere(),
        SilenceRefusal::AllNeedAdmin => all_need_admin(),
        SilenceRefusal::NoServices => no_services(),
        SilenceRefusal::NoSuchService(id) => return no_such_service(id.as_str()),
        SilenceRefusal::NoMatch(text) => return no_match(text),
        SilenceRefusal::TooManyTexts { texts, bytes } => return too_many_texts(*texts, *bytes),
        SilenceRefusal::LongComment(bytes) => return long_comment(*bytes),
        SilenceRefusal::NoEnd => no_end(),
        SilenceRefusal::TwoEnds => two_ends(),
        SilenceRefusal::OutOfYears => out_of_years(),
        SilenceRefusal::HasEnded => has_ended(),
        SilenceRefusal::TooLong => too_long(),
        SilenceRefusal::PauseTooLong => pause_too_long(),
        SilenceRefusal::Recurs => recurs(),
        SilenceRefusal::NotExtendable => not_extendable(),
        SilenceRefusal::NotLater => not_later(),
        SilenceRefusal::RecurrenceWithEnd => recurrence_with_end(),
        SilenceRefusal::Recurrence(problem) => return recurrence(problem),
    };
    text.to_owned()
}

fn recurrence(problem: &RecurrenceProblem) -> String {
    let text = match problem {
        RecurrenceProblem::TwoKindsOfDays => two_kinds_of_days(),
        RecurrenceProblem::Weekdays => weekdays(),
        RecurrenceProblem::WeekWithoutDays => week_without_days(),
        RecurrenceProblem::MonthDays => month_days(),
        RecurrenceProblem::OutOfYears => days_out_of_years(),
        RecurrenceProblem::LastBeforeFirst => last_before_first(),
        RecurrenceProblem::UnknownZone(zone) => return unknown_zone(zone),
        RecurrenceProblem::Never => never(),
        RecurrenceProblem::TooFarAhead => too_far_ahead(),
    };
    text.to_owned()
}

fn quota(exceeded: QuotaExceeded) -> String {
    match exceeded {
        QuotaExceeded::User { entries, services } => of_user(entries, services),
        QuotaExceeded::Total => of_all().to_owned(),
    }
}

fn note(refusal: NoteRefusal) -> String {
    match refusal {
        NoteRefusal::Empty => empty_note().to_owned(),
        NoteRefusal::TooLong(bytes) => long_note(bytes),
        NoteRefusal::TooMany(most) => too_many_notes(most),
    }
}

fn key(refusal: &KeyRefusal) -> String {
    let text = match refusal {
        KeyRefusal::NoName => key_without_name(),
        KeyRefusal::WrongName(most) => return wrong_key_name(*most),
        KeyRefusal::NoSuchUser { user, meant: Some(meant), .. } => return meant_user(user, meant),
        KeyRefusal::NoSuchUser { user, meant: None, .. } => return no_such_user(user),
        KeyRefusal::WrongScope => wrong_scope(),
        KeyRefusal::LacksRole { user, role } => return lacks_role(user, role),
        KeyRefusal::ScopeTooHigh { user, scope } => return scope_too_high(user, scope),
        KeyRefusal::AdminWithRoles => admin_with_roles(),
        KeyRefusal::Expiry(ExpiryProblem::NotUnderstood) => wrong_expiry(),
        KeyRefusal::Expiry(ExpiryProblem::HasBegun) => expired(),
        KeyRefusal::NameTaken(name) => return name_taken(name),
        KeyRefusal::TooMany(most) => return too_many_keys(*most),
        KeyRefusal::NoRandomNumbers => no_random_numbers(),
        KeyRefusal::Ending => ending(),
    };
    text.to_owned()
}

fn check(refusal: CheckRefusal) -> String {
    let text = match refusal {
        CheckRefusal::Running => check_running(),
        CheckRefusal::TooSoon { pause, .. } => return checked_just_now(pause.as_secs()),
        CheckRefusal::Paused => paused(),
        CheckRefusal::NotScheduled => not_scheduled(),
        CheckRefusal::Ending => ending(),
    };
    text.to_owned()
}

fn test(refusal: &TestRefusal) -> String {
    let text = match refusal {
        TestRefusal::Unknown => no_such_channel(),
        TestRefusal::Disabled(reason) => return channel_disabled(reason),
        TestRefusal::Removed => channel_removed(),
        TestRefusal::Running { .. } => test_running(),
        TestRefusal::TooSoon { pause, .. } => return tested_just_now(pause.as_secs()),
        TestRefusal::Ending => ending(),
    };
    text.to_owned()
}

fn history(refusal: &HistoryRefusal) -> String {
    let (what, details) = match refusal {
        HistoryRefusal::Period(problem) => return super::period::problem(problem),
        HistoryRefusal::StoreAway { details } => (store_away(), details),
        HistoryRefusal::StoreUnusable { details } => (store_unusable(), details),
        HistoryRefusal::TooMany => return too_many_queries().to_owned(),
    };
    match details {
        Some(details) => with_details(what, details),
        None => without_details(what),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, in_language};
    use std::time::Duration;

    #[track_caller]
    fn check(reason: Refusal, english: &str, french: &str) {
        assert_eq!(refusal(&reason), english);
        in_language(Language::French, || assert_eq!(refusal(&reason), french));
    }

    #[test]
    fn a_refusal_is_a_sentence_in_the_language_of_the_page() {
        check(
            Refusal::Silence(SilenceRefusal::HasEnded),
            "Rejected: it would have ended already.",
            "Refusé\u{a0}: ce serait déjà terminé.",
        );
        check(
            Refusal::Silence(SilenceRefusal::Recurrence(RecurrenceProblem::UnknownZone("Berlin".to_owned()))),
            "Rejected: there is no time zone `Berlin`; expected a name such as Europe/Berlin or UTC.",
            "Refusé\u{a0}: il n’y a pas de fuseau horaire `Berlin`\u{a0}; un nom tel que Europe/Paris ou UTC est attendu.",
        );
        check(Refusal::Note(NoteRefusal::Empty), "Rejected: the note is empty.", "Refusé\u{a0}: la note est vide.");
        check(
            Refusal::Key(KeyRefusal::NameTaken("ci".to_owned())),
            "No key was created: there is a key `ci` already; choose another name, or revoke it first.",
            "Aucune clé n’a été créée\u{a0}: il y a déjà une clé `ci`\u{a0}; choisissez un autre nom, ou révoquez-la d’abord.",
        );
        let (pause, retry_after) = (Duration::from_secs(10), Duration::from_secs(3));
        check(
            Refusal::Test(TestRefusal::TooSoon { pause, retry_after }),
            "Not tested: this channel was tested less than 10 s ago; try again later.",
            "Pas de test\u{a0}: ce canal a été testé il y a moins de 10 s\u{a0}; réessayez plus tard.",
        );
        let away = |details: Option<&str>| Refusal::History(HistoryRefusal::StoreAway { details: details.map(str::to_owned) });
        check(
            away(Some("connection refused")),
            "History cannot be read now, since the store is away; try again later: connection refused.",
            "L’historique ne peut pas être lu, car le stockage est indisponible\u{a0}; réessayez plus tard\u{a0}: connection refused.",
        );
        check(away(None), &format!("{}.", store_away()), &format!("{}.", in_language(Language::French, store_away)));
    }
}
