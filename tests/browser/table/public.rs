//! What one sees before signing in, and on the way to an app.

use grantor::app::new_setup_link;
use grantor::core::audit::Actor;
use url::Url;

use super::Who::{Nobody, Person};
use super::stage::REDIRECT;
use super::{Entry, Stage, at, by};
use crate::kit::Page;
use crate::support::second_factor::{turn_on_sms, turn_on_totp};
use crate::walks::{asking_at, mailed_link, redeemed_at};

pub fn entries() -> Vec<Entry> {
    vec![
        at("welcome", "/", Nobody),
        at("sign-in", "/login", Nobody),
        by("sign-in-to-an-app", "/login", Nobody, |stage, page| Box::pin(asked(stage, page, "profile"))),
        by("sign-in-wrong", "/login", Nobody, |_, page| {
            Box::pin(async {
                page.go("/login").await;
                page.sign_in_with("ada", "not her password").await;
            })
        }),
        by("second-step", "/login/second-factor", Nobody, |stage, page| Box::pin(second_step(stage, page))),
        by("second-step-wrong", "/login/second-factor", Nobody, |stage, page| {
            Box::pin(async {
                second_step(stage, page).await;
                page.press_here("Use a recovery code").await;
                page.fill("Recovery code", "wrong-codes").await;
                page.press("Sign in with it").await;
            })
        }),
        at("check-session", "/oauth/check_session", Nobody),
        at("sign-out", "/oauth/logout", Person),
        by("sign-out-for-an-app", "/oauth/logout", Person, |stage, page| {
            Box::pin(async {
                page.go(&format!("/oauth/logout?client_id={}&logout_hint=grace@example.com", stage.app.id)).await;
            })
        }),
        by("signed-out-of-apps", "/oauth/logout", Person, |stage, page| Box::pin(signed_out_of_an_app(stage, page))),
        at("signed-out", "/oauth/logout", Nobody),
        by("choose-account", "/login", Person, |stage, page| {
            Box::pin(async {
                page.go(&format!("{}&prompt=select_account", asking_at(&stage.app, REDIRECT, "openid"))).await;
            })
        }),
        at("register", "/register", Nobody),
        by("register-wrong", "/register", Nobody, |_, page| {
            Box::pin(async {
                page.go("/register").await;
                page.send_anything().await;
                page.fill("E-mail", "nonsense").await;
                page.fill("Password", "short").await;
                page.press("Create account").await;
            })
        }),
        at("forgot", "/password/forgot", Nobody),
        by("forgot-sent", "/password/forgot", Nobody, |_, page| Box::pin(forgot(page))),
        by("reset", "/password/reset", Nobody, |stage, page| {
            Box::pin(async {
                forgot(page).await;
                page.go(&mailed_link(&stage.server)).await;
            })
        }),
        by("reset-dead", "/password/reset", Nobody, |_, page| Box::pin(page.go("/password/reset?token=nonsense"))),
        at("verify-send", "/email/verify", Nobody),
        by("verify", "/email/verify", Nobody, |stage, page| {
            Box::pin(async {
                page.go("/register").await;
                let name = format!("new{}", stage.next());
                page.fill("Name", "Somebody New").await;
                page.fill("E-mail", &format!("{name}@example.com")).await;
                page.fill("Username", &name).await;
                page.fill("Password", "correct horse battery").await;
                page.fill("The same password again", "correct horse battery").await;
                page.press("Create account").await;
                page.go(&mailed_link(&stage.server)).await;
            })
        }),
        by("verify-dead", "/email/verify", Nobody, |_, page| Box::pin(page.go("/email/verify?token=nonsense"))),
        by("setup", "/setup", Nobody, |stage, page| {
            Box::pin(async {
                let token = new_setup_link(&stage.server.app, &Actor::Operator).expect("a database").expect("no admin");
                page.go(&format!("/setup?token={}", token.expose())).await;
            })
        }),
        by("setup-dead", "/setup", Nobody, |_, page| Box::pin(page.go("/setup?token=nonsense"))),
        at("outbox", "/dev/outbox", Nobody),
        by("not-found", "/", Nobody, |_, page| Box::pin(page.go("/nowhere"))),
        by("refused", "/oauth/authorize", Nobody, |stage, page| {
            Box::pin(async { page.go(&asking_at(&stage.app, "https://evil.example/callback", "profile")).await })
        }),
        by("consent", "/oauth/authorize", Person, |stage, page| Box::pin(asked(stage, page, "profile email account"))),
        by("consent-loopback", "/oauth/authorize", Person, |stage, page| {
            Box::pin(async {
                page.go(&asking_at(&stage.app, "http://127.0.0.1:4711/callback", "profile")).await;
            })
        }),
    ]
}

async fn asked(stage: &Stage, page: &Page, scope: &str) {
    page.go(&asking_at(&stage.app, REDIRECT, scope)).await;
}

/// An app at the server's other name, of which the browser loads a frame that does no harm.
async fn signed_out_of_an_app(stage: &Stage, page: &Page) {
    let origin = &stage.server.url;
    let redirect = format!("{origin}/health/live");
    let (client, secret) = stage.server.client(|new| {
        new.name = "Acme Notes".to_owned();
        new.policy.first_party = true;
        new.redirect_uris = vec![redirect.clone()];
        new.openid.frontchannel_logout_uri = Some(format!("{origin}/oauth/check_session"));
    });
    page.go(&asking_at(&client, &redirect, "openid")).await;
    let arrived = Url::parse(&page.path().await).expect("a URL of another origin");
    let code = arrived.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
    redeemed_at(&stage.server, &client, &secret, &redirect, &code).await;
    page.go("/oauth/logout").await;
    page.press("Sign out").await;
    assert!(page.has("iframe").await, "{}", page.described().await);
}

async fn forgot(page: &Page) {
    page.go("/password/forgot").await;
    page.fill("E-mail", "ada@example.com").await;
    page.press("Send the link").await;
}

/// Of somebody new each time: how often one person may ask for codes is bounded.
async fn second_step(stage: &Stage, page: &Page) {
    let name = format!("double{}", stage.next());
    let user = stage.server.user(&name);
    turn_on_totp(&stage.server, &user);
    turn_on_sms(&stage.server, &user);
    page.go("/login").await;
    page.sign_in(&name).await;
    page.at("/login/second-factor").await;
}
