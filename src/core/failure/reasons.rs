//! The names of what is refused and why.

use crate::core::named::named;

named! {
    /// What was refused.
    Kind {
        /// An authorization request.
        Authorization = "authorization",
        /// A token request.
        Token = "token",
        /// A sign-in.
        SignIn = "sign_in",
    }
}

named! {
    /// Why. The names stay as they are: they are kept, and programs may know them.
    Reason {
        /// No client has this identifier.
        ClientUnknown = "client_unknown",
        /// The client was disabled or deleted.
        ClientDisabled = "client_disabled",
        /// No redirect URI was sent, and not exactly one is registered.
        RedirectUriMissing = "redirect_uri_missing",
        /// The redirect URI is not one that is registered.
        RedirectUriMismatch = "redirect_uri_mismatch",
        /// No such grant type here.
        GrantTypeUnknown = "grant_type_unknown",
        /// The client is not registered for the grant type.
        GrantTypeNotAllowed = "grant_type_not_allowed",
        /// The response type is not `code`.
        ResponseType = "response_type",
        /// The response mode is none that is served.
        ResponseMode = "response_mode",
        /// The request object is missing, or not to be trusted.
        RequestObject = "request_object",
        /// `request_uri` is not served.
        RequestUri = "request_uri",
        /// No page was to be shown, and nobody was signed in as the request wants it.
        LoginRequired = "login_required",
        /// No page was to be shown, and the person had not allowed it before.
        ConsentRequired = "consent_required",
        /// The person cannot sign in as strongly as was asked for.
        LevelUnmet = "level_unmet",
        /// A parameter is missing.
        ParameterMissing = "parameter_missing",
        /// A parameter came twice or is not a text.
        ParameterRepeated = "parameter_repeated",
        /// A parameter is too long or holds what it may not.
        ParameterMalformed = "parameter_malformed",
        /// The client must use PKCE and did not.
        PkceMissing = "pkce_missing",
        /// The PKCE challenge or its method cannot be used.
        PkceChallenge = "pkce_challenge",
        /// No PKCE verifier came with the code.
        PkceVerifierMissing = "pkce_verifier_missing",
        /// The PKCE verifier is not the challenge’s.
        PkceVerifierMismatch = "pkce_verifier_mismatch",
        /// A PKCE verifier came for a code without challenge.
        PkceVerifierUnexpected = "pkce_verifier_unexpected",
        /// The scope cannot be read.
        ScopeMalformed = "scope_malformed",
        /// There is no such scope.
        ScopeUnknown = "scope_unknown",
        /// The client may not ask for the scope.
        ScopeNotAllowed = "scope_not_allowed",
        /// More was asked for than was granted.
        ScopeWider = "scope_wider",
        /// The person said no.
        DeniedByPerson = "denied_by_person",
        /// The person must prove their e-mail address first.
        EmailUnverified = "email_unverified",
        /// The client did not say who it is.
        ClientAuthMissing = "client_auth_missing",
        /// The `Authorization` header cannot be read.
        ClientAuthMalformed = "client_auth_malformed",
        /// Two ways of authentication at once.
        ClientAuthTwice = "client_auth_twice",
        /// A confidential client sent no secret.
        SecretMissing = "secret_missing",
        /// The secret is none of the client’s.
        SecretWrong = "secret_wrong",
        /// A public client sent a secret.
        SecretOfPublic = "secret_of_public",
        /// There is no such code.
        CodeUnknown = "code_unknown",
        /// The code was used before.
        CodeUsed = "code_used",
        /// The code came too late.
        CodeExpired = "code_expired",
        /// The code was given to another client.
        CodeOfOther = "code_of_other",
        /// The redirect URI is not the authorization request’s.
        CodeRedirectUri = "code_redirect_uri",
        /// What the person allowed was taken back or ended.
        GrantEnded = "grant_ended",
        /// There is no such refresh token.
        RefreshTokenUnknown = "refresh_token_unknown",
        /// The refresh token came too late.
        RefreshTokenExpired = "refresh_token_expired",
        /// The refresh token was used before.
        RefreshTokenUsed = "refresh_token_used",
        /// The refresh token was given to another client.
        RefreshTokenOfOther = "refresh_token_of_other",
        /// Nobody signs in by this name.
        AccountUnknown = "account_unknown",
        /// The password is wrong.
        PasswordWrong = "password_wrong",
        /// A passkey that is not known, or whose answer does not fit.
        PasskeyRefused = "passkey_refused",
        /// The account is closed.
        AccountDisabled = "account_disabled",
        /// People of this role do not sign in here.
        RoleNotAdmitted = "role_not_admitted",
        /// The second factor is wrong, used or too late.
        SecondFactorWrong = "second_factor_wrong",
        /// There were too many attempts.
        TooManyAttempts = "too_many_attempts",
        /// Anything else; `sent` says what the caller was told.
        Other = "other",
    }
}
