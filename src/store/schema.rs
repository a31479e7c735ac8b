// Made from migrations/ in the form of `diesel print_schema`.

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    roles (name) {
        name -> Text,
        id -> BigInt,
        display_name -> Text,
        description -> Text,
        staff -> Bool,
        permissions -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        username -> Text,
        username_key -> Text,
        email -> Text,
        email_key -> Text,
        email_verified_at -> Nullable<Timestamp>,
        name -> Text,
        given_name -> Text,
        family_name -> Text,
        name_key -> Text,
        family_key -> Text,
        phone -> Nullable<Text>,
        birthday -> Nullable<Text>,
        gender -> Nullable<Text>,
        country -> Nullable<Text>,
        country_id -> Nullable<BigInt>,
        address -> Nullable<Text>,
        bio -> Nullable<Text>,
        avatar_file -> Nullable<Text>,
        avatar_url -> Nullable<Text>,
        isp_id -> Nullable<BigInt>,
        branch_id -> Nullable<BigInt>,
        password_hash -> Nullable<Text>,
        role -> Text,
        status -> Text,
        locale -> Nullable<Text>,
        last_login_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    reserved_names (id) {
        id -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        kind -> Text,
        sid -> Text,
        user_id -> BigInt,
        auth_time -> Timestamp,
        amr -> Text,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    known_devices (user_id, device) {
        user_id -> BigInt,
        device -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
    }
}

diesel::table! {
    second_factors (user_id, kind) {
        user_id -> BigInt,
        kind -> Text,
        secret -> Text,
        last_step -> Nullable<BigInt>,
        code_hash -> Nullable<Text>,
        code_tries_left -> BigInt,
        code_expires_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    recovery_codes (user_id, hash) {
        user_id -> BigInt,
        hash -> Text,
        created_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    passkeys (id) {
        id -> Text,
        user_id -> BigInt,
        name -> Text,
        credential -> Text,
        created_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    passkey_ceremonies (id) {
        id -> Text,
        purpose -> Text,
        user_id -> Nullable<BigInt>,
        state -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    sign_in_attempts (id) {
        id -> Text,
        user_id -> BigInt,
        code_hash -> Nullable<Text>,
        tries_left -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    one_time_tokens (id) {
        id -> Text,
        purpose -> Text,
        user_id -> Nullable<BigInt>,
        email -> Nullable<Text>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    one_time_passwords (user_id) {
        user_id -> BigInt,
        hash -> Text,
        tries_left -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    throttles (id) {
        id -> Text,
        attempts -> BigInt,
        resets_at -> Timestamp,
    }
}

diesel::table! {
    clients (id) {
        id -> Text,
        owner_id -> Nullable<BigInt>,
        name -> Text,
        metadata -> Text,
        policy -> Text,
        logo_file -> Nullable<Text>,
        verified_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        disabled_at -> Nullable<Timestamp>,
        name_key -> Binary,
        is_public -> Bool,
        first_party -> Bool,
        hears_logout -> Bool,
        tokens_ended_at -> Nullable<Timestamp>,
        deleted_at -> Nullable<Timestamp>,
        redirects_changed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    client_secrets (id) {
        id -> Text,
        client_id -> Text,
        hash -> Text,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    scopes (name) {
        name -> Text,
        description -> Text,
        is_default -> Bool,
        optional -> Bool,
        sensitive -> Bool,
    }
}

diesel::table! {
    consents (user_id, client_id) {
        user_id -> BigInt,
        client_id -> Text,
        scope -> Text,
        sensitive_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    grants (id) {
        id -> Text,
        kind -> Text,
        client_id -> Text,
        user_id -> BigInt,
        session_id -> Nullable<Text>,
        name -> Nullable<Text>,
        scope -> Text,
        auth_time -> Nullable<Timestamp>,
        amr -> Nullable<Text>,
        acr -> Nullable<Text>,
        sid -> Nullable<Text>,
        nonce -> Nullable<Text>,
        claims -> Nullable<Text>,
        code_hash -> Nullable<Text>,
        redirect_uri -> Nullable<Text>,
        redirect_uri_sent -> Bool,
        code_challenge -> Nullable<Text>,
        code_expires_at -> Nullable<Timestamp>,
        code_used_at -> Nullable<Timestamp>,
        refresh_hash -> Nullable<Text>,
        refresh_generation -> BigInt,
        refresh_rotated_at -> Nullable<Timestamp>,
        refresh_expires_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        purge_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ended_reason -> Nullable<Text>,
    }
}

diesel::table! {
    access_tokens (id) {
        id -> Text,
        hash -> Text,
        grant_id -> Nullable<Text>,
        client_id -> Text,
        user_id -> Nullable<BigInt>,
        scope -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    signing_keys (id) {
        id -> Text,
        algorithm -> Text,
        private_key -> Text,
        public_jwk -> Text,
        created_at -> Timestamp,
        activates_at -> Timestamp,
        retires_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    messages (id) {
        id -> Text,
        channel -> Text,
        kind -> Text,
        recipient -> Text,
        subject -> Text,
        body -> Text,
        attempts -> BigInt,
        next_attempt_at -> Nullable<Timestamp>,
        sent_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        busy_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    files (id) {
        id -> Text,
        content_type -> Text,
        bytes -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Text,
        created_at -> Timestamp,
        request_id -> Nullable<Text>,
        actor_kind -> Text,
        actor_id -> Text,
        act -> Text,
        object_kind -> Nullable<Text>,
        object_id -> Nullable<Text>,
        outcome -> Text,
        ip_address -> Nullable<Text>,
        details -> Text,
    }
}

diesel::table! {
    failures (id) {
        id -> Text,
        created_at -> Timestamp,
        kind -> Text,
        client_id -> Nullable<Text>,
        user_id -> Nullable<BigInt>,
        code -> Text,
        reason -> Text,
        details -> Text,
        ip_address -> Nullable<Text>,
    }
}

diesel::table! {
    statistics (name, hour) {
        name -> Text,
        hour -> Timestamp,
        total -> BigInt,
    }
}

diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(passkeys -> users (user_id));
diesel::joinable!(sign_in_attempts -> users (user_id));
diesel::joinable!(client_secrets -> clients (client_id));
diesel::joinable!(clients -> users (owner_id));

diesel::allow_tables_to_appear_in_same_query!(
    access_tokens,
    audit_events,
    client_secrets,
    clients,
    consents,
    failures,
    files,
    grants,
    known_devices,
    messages,
    one_time_passwords,
    one_time_tokens,
    passkey_ceremonies,
    passkeys,
    recovery_codes,
    reserved_names,
    roles,
    scopes,
    second_factors,
    sessions,
    settings,
    sign_in_attempts,
    signing_keys,
    statistics,
    throttles,
    users,
);
