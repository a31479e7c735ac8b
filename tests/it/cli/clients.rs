//! `grantor client` and `grantor scope`.

use super::running::{fed, json, run};
use crate::support::database::on_both;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

on_both! {
    async fn a_client_is_made_by_a_script(db: Database) {
        let created = fed(&db, &[
            "client", "create", "--name", "My app", "--redirect-uri", "https://app.example/cb", "--redirect-uri",
            "https://app.example/cb2", "--first-party", "--grant", "authorization_code", "--grant", "refresh_token",
            "--scope", "profile", "--auth-method", "client_secret_post", "--id", "my-app", "--secret-stdin", "--json",
        ], &format!("{SECRET}\n")).json();
        for (name, value) in [
            ("client_id", serde_json::json!("my-app")),
            ("client_secret", SECRET.into()),
            ("client_name", "My app".into()),
            ("redirect_uris", serde_json::json!(["https://app.example/cb", "https://app.example/cb2"])),
            ("grant_types", serde_json::json!(["authorization_code", "refresh_token"])),
            ("token_endpoint_auth_method", "client_secret_post".into()),
            ("scope", "profile".into()),
            ("first_party", true.into()),
            ("require_pkce", true.into()),
            ("token_format", "jwt".into()),
            ("access_token_signed_response_alg", "ES256".into()),
        ] {
            assert_eq!(created[name], value, "{name}");
        }
        let shown = run(&db, &["client", "show", "my-app", "--json"]);
        let secrets = shown.json()["secrets"].clone();
        assert_eq!((secrets.as_array().map(Vec::len), &secrets[0]["expires_at"]), (Some(1), &serde_json::json!(null)));
        assert!(!shown.out.contains(SECRET) && !shown.out.contains("client_secret\""), "{shown:?}");
        let text = run(&db, &["client", "show", "my-app"]);
        assert!(text.text().contains("https://app.example/cb2") && !text.out.contains(SECRET), "{text:?}");
        let again = fed(&db, &["client", "create", "--name", "x", "--redirect-uri", "https://x.example/", "--id", "my-app"], "");
        assert_eq!(again.complaint(), "grantor: id: The id has already been taken.\n");
    }

    async fn a_client_has_every_shape_that_flags_give(db: Database) {
        fed(&db, &[
            "user", "create", "--email", "o@example.com", "--name", "Owner", "--username", "owner", "--password-stdin",
        ], "correct horse battery").text();
        let public = json(&db, &["client", "create", "--name", "App", "--public", "--redirect-uri", "http://127.0.0.1/cb"]);
        assert_eq!(public["token_endpoint_auth_method"], "none");
        assert!(public.get("client_secret").is_none());
        let other = json(&db, &[
            "client", "create", "--name", "Other", "--grant", "client_credentials", "--introspect", "--token-format",
            "opaque", "--no-pkce", "--client-uri", "https://other.example", "--owner", "o@example.com",
            "--access-token-lifetime", "10m", "--refresh-grace", "0", "--scope", "profile email", "--scope", "phone",
        ]);
        assert_eq!(other["token_endpoint_auth_method"], "client_secret_basic");
        assert!(other["client_secret"].as_str().is_some_and(|secret| secret.starts_with("gra_cs_")));
        assert_eq!((&other["introspect"], &other["require_pkce"]), (&true.into(), &false.into()));
        assert_eq!((&other["access_token_lifetime"], &other["refresh_grace"]), (&600.into(), &0.into()));
        assert_eq!((&other["scope"], &other["token_format"]), (&"profile email phone".into(), &"opaque".into()));
        assert!(other["owner_id"].is_i64());
        assert_eq!(other["client_uri"], "https://other.example");
        let list = run(&db, &["client", "list"]);
        assert!(list.text().contains("built-in") && list.out.contains("Owner"), "{list:?}");
    }

    async fn a_wrong_client_is_refused_in_words(db: Database) {
        let create = |more: &[&str]| {
            let mut arguments = vec!["client", "create", "--name", "x", "--redirect-uri", "https://x.example/"];
            arguments.extend(more);
            fed(&db, &arguments, "short")
        };
        assert_eq!(
            create(&["--scope", "profile", "--scope", "nope", "--scope", "never"]).complaint(),
            "grantor: scope: There is no scope nope; make it with `grantor scope create`.\n\
             grantor: scope: There is no scope never; make it with `grantor scope create`.\n"
        );
        assert_eq!(create(&["--public", "--no-pkce"]).complaint(), "grantor: --no-pkce: PKCE is demanded of every public client\n");
        assert!(create(&["--secret-stdin"]).complaint().starts_with("grantor: secret: The secret must have 32"));
        assert!(create(&["--redirect-uri", "javascript:x"]).complaint().starts_with("grantor: redirect: "));
        assert_eq!(create(&["--owner", "nobody"]).complaint(), "grantor: there is no person nobody\n");
        for usage in [
            &["--public", "--secret-stdin"][..],
            &["--public", "--auth-method", "client_secret_post"],
            &["--grant", "password"],
            &["--refresh-grace", "2m"],
            &["--access-token-lifetime", "40d"],
            &["--token-format", "paper"],
        ] {
            assert_eq!(create(usage).code, 2, "{usage:?}");
        }
        assert_eq!(run(&db, &["client", "show", "-none"]).complaint(), "grantor: there is no client -none\n");
    }

    async fn a_secret_is_rotated_and_a_client_disabled(db: Database) {
        json(&db, &["client", "create", "--name", "x", "--redirect-uri", "https://x.example/", "--id", "x"]);
        let rotated = json(&db, &["client", "rotate-secret", "x"]);
        assert!(rotated["client_secret"].as_str().is_some_and(|secret| secret.starts_with("gra_cs_")));
        assert_eq!(rotated["overlap_seconds"], 86_400);
        let secrets = json(&db, &["client", "show", "x"])["secrets"].clone();
        assert_eq!(secrets.as_array().map(Vec::len), Some(2), "{secrets}");
        let given = fed(&db, &["client", "rotate-secret", "x", "--overlap", "0s", "--secret-stdin"], SECRET);
        assert!(given.text().contains("do not work any more"), "{given:?}");
        let secrets = json(&db, &["client", "show", "x"])["secrets"].clone();
        assert_eq!((secrets.as_array().map(Vec::len), &secrets[0]["expires_at"]), (Some(1), &serde_json::json!(null)));
        json(&db, &["client", "create", "--name", "p", "--public", "--redirect-uri", "https://p.example/", "--id", "p"]);
        assert!(run(&db, &["client", "rotate-secret", "p"]).complaint().contains("no secret"));
        assert!(json(&db, &["client", "disable", "x"])["disabled_at"].is_string());
        assert_eq!(run(&db, &["client", "disable", "x"]).text(), "x was disabled already.\n");
        assert_eq!(run(&db, &["client", "rotate-secret", "x"]).complaint(), "grantor: x is disabled\n");
        for built_in in ["first-party", "personal-access"] {
            for command in ["disable", "rotate-secret"] {
                let said = run(&db, &["client", command, built_in]);
                assert!(said.complaint().contains("built into the server"), "{said:?}");
            }
        }
    }

    async fn every_setting_of_a_client_is_changed(db: Database) {
        fed(&db, &[
            "user", "create", "--email", "o@example.com", "--name", "Owner", "--username", "owner", "--password-stdin",
        ], "correct horse battery").text();
        json(&db, &["client", "create", "--name", "Shop", "--redirect-uri", "https://x.example/", "--id", "x"]);
        let edited = json(&db, &[
            "client", "edit", "x", "--name", "Store", "--scope", "profile", "--token-format", "opaque", "--first-party", "true",
            "--access-token-lifetime", "10m",
        ]);
        assert_eq!((&edited["client_name"], &edited["scope"], &edited["token_format"]), (&"Store".into(), &"profile".into(), &"opaque".into()));
        assert_eq!((&edited["first_party"], &edited["access_token_lifetime"]), (&true.into(), &600.into()));
        assert_eq!(edited["redirect_uris"], serde_json::json!(["https://x.example/"]), "what is not named stays");
        let back = json(&db, &["client", "edit", "x", "--every-scope", "--access-token-lifetime", "default"]);
        assert!(back["scope"].is_null() && back["access_token_lifetime"].is_null(), "{back}");
        let refused = run(&db, &["client", "edit", "x", "--auth-method", "none", "--require-pkce", "false"]);
        assert!(refused.complaint().starts_with("grantor: require_pkce: "), "{refused:?}");
        assert!(json(&db, &["client", "verify", "x"])["verified_at"].is_string());
        assert!(json(&db, &["client", "unverify", "x"])["verified_at"].is_null());
        assert!(json(&db, &["client", "owner", "x", "owner"])["owner_id"].is_i64());
        assert_eq!(json(&db, &["client", "search", "sto", "--owner", "owner"]).as_array().map(Vec::len), Some(1));
        assert_eq!(json(&db, &["client", "search", "sto", "--verified", "true"]).as_array().map(Vec::len), Some(0));
        assert!(json(&db, &["client", "owner", "x"])["owner_id"].is_null());
        let secret = json(&db, &["client", "show", "x"])["secrets"][0]["id"].as_str().expect("a secret").to_owned();
        assert_eq!(json(&db, &["client", "end-secret", "x", &secret])["secrets"], serde_json::json!([]));
        assert!(run(&db, &["client", "end-secret", "x", &secret]).complaint().contains("Not found"));
        json(&db, &["client", "end-tokens", "x"]);
        json(&db, &["client", "disable", "x"]);
        assert!(json(&db, &["client", "enable", "x"])["disabled_at"].is_null());
        for command in ["edit", "enable", "verify", "unverify", "end-tokens", "owner"] {
            let said = run(&db, &["client", command, "first-party"]);
            assert!(said.complaint().contains("built into the server"), "{said:?}");
        }
    }

    async fn what_openid_connect_adds_is_set_shown_and_taken_away(db: Database) {
        let (key, _) = grantor::core::signing::SigningKey::generate(Default::default()).expect("a key");
        let keys = serde_json::json!({ "keys": [key.jwk().expect("a JWK")] });
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("jwks.json");
        std::fs::write(&file, format!("{keys}\n")).expect("written");
        let path = file.to_str().expect("a path");
        let create = ["client", "create", "--name", "Shop", "--redirect-uri", "https://x.example/", "--id", "x"];
        let set = [
            "--subject-type", "pairwise", "--id-token-alg", "EdDSA", "--userinfo-alg", "RS256", "--default-max-age", "1h",
            "--jwks", path, "--require-signed-request-object", "true", "--post-logout-redirect-uri", "https://x.example/bye",
            "--post-logout-redirect-uri", "https://x.example/out", "--backchannel-logout-uri", "https://x.example/back",
            "--backchannel-logout-session-required", "true", "--frontchannel-logout-uri", "https://x.example/front",
            "--frontchannel-logout-session-required", "true",
        ];
        let created = json(&db, &[&create[..], &set].concat());
        let wanted = [
            ("subject_type", "pairwise".into()), ("id_token_signed_response_alg", "EdDSA".into()),
            ("userinfo_signed_response_alg", "RS256".into()), ("default_max_age", 3600.into()), ("jwks", keys),
            ("require_signed_request_object", true.into()),
            ("post_logout_redirect_uris", serde_json::json!(["https://x.example/bye", "https://x.example/out"])),
            ("backchannel_logout_uri", "https://x.example/back".into()), ("backchannel_logout_session_required", true.into()),
            ("frontchannel_logout_uri", "https://x.example/front".into()), ("frontchannel_logout_session_required", true.into()),
        ];
        for (name, value) in &wanted {
            assert_eq!(&created[*name], value, "{name}");
        }
        let edited = json(&db, &["client", "edit", "x", "--name", "Store"]);
        for (name, value) in &wanted {
            assert_eq!(&edited[*name], value, "{name} was not named");
        }
        let text = run(&db, &["client", "show", "x"]);
        for line in ["pairwise", "EdDSA", "https://x.example/out", "https://x.example/back (with the session)"] {
            assert!(text.text().contains(line), "{line}: {text:?}");
        }
        let refused = run(&db, &["client", "edit", "x", "--jwks", ""]);
        assert!(refused.complaint().starts_with("grantor: require_signed_request_object: "), "{refused:?}");
        std::fs::write(&file, "no keys").expect("written");
        assert!(run(&db, &["client", "edit", "x", "--jwks", path]).complaint().starts_with("grantor: jwks: "));
        let missing = run(&db, &["client", "edit", "x", "--jwks", "/nowhere/at/all"]);
        assert!(missing.complaint().contains("/nowhere/at/all cannot be read"), "{missing:?}");
        let refused = run(&db, &["client", "edit", "x", "--backchannel-logout-uri", "ftp://x.example/"]);
        assert!(refused.complaint().starts_with("grantor: backchannel_logout_uri: "), "{refused:?}");
        let moved = run(&db, &["client", "edit", "x", "--redirect-uri", "https://y.example/"]);
        assert!(moved.complaint().starts_with("grantor: frontchannel_logout_uri: "), "{moved:?}");
        for usage in [["--subject-type", "odd"], ["--id-token-alg", "none"], ["--userinfo-alg", "HS256"], ["--default-max-age", "soon"]] {
            assert_eq!(run(&db, &[&["client", "edit", "x"], &usage[..]].concat()).code, 2, "{usage:?}");
        }
        let back = json(&db, &[
            "client", "edit", "x", "--subject-type", "public", "--userinfo-alg", "none", "--default-max-age", "none", "--jwks", "",
            "--require-signed-request-object", "false", "--post-logout-redirect-uri", "", "--backchannel-logout-uri", "",
            "--frontchannel-logout-uri", "",
        ]);
        for name in ["userinfo_signed_response_alg", "default_max_age", "jwks", "backchannel_logout_uri", "frontchannel_logout_uri"] {
            assert!(back[name].is_null(), "{name}: {back}");
        }
        assert_eq!(back["post_logout_redirect_uris"], serde_json::json!([]));
    }

    async fn a_scope_is_changed_and_deleted(db: Database) {
        json(&db, &["scope", "create", "photos", "--description", "See your photos"]);
        let edited = json(&db, &["scope", "edit", "photos", "--sensitive", "true"]);
        assert_eq!((&edited["sensitive"], &edited["description"]), (&true.into(), &"See your photos".into()));
        run(&db, &["scope", "delete", "photos"]).text();
        assert_eq!(run(&db, &["scope", "delete", "photos"]).complaint(), "grantor: there is no scope photos\n");
        assert!(run(&db, &["scope", "delete", "profile"]).complaint().starts_with("grantor: name: "));
    }

    async fn a_scope_is_made_once(db: Database) {
        let create = ["scope", "create", "photos", "--description", "See your photos", "--optional", "--sensitive"];
        let made = json(&db, &create);
        assert_eq!((&made["optional"], &made["sensitive"], &made["default"]), (&true.into(), &true.into(), &false.into()));
        assert_eq!(run(&db, &create).complaint(), "grantor: name: The name has already been taken.\n");
        assert!(run(&db, &["scope", "create", "a b", "--description", "x"]).complaint().starts_with("grantor: name: "));
        let scopes = json(&db, &["scope", "list"]);
        assert!(scopes.as_array().is_some_and(|scopes| scopes.contains(&made)), "{scopes}");
        assert!(run(&db, &["scope", "list"]).text().contains("See your photos"));
    }
}
