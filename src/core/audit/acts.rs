//! The names that the audit log uses.

use crate::core::named::named;

named! {
    /// What was done.
    Act {
        /// Somebody signed in; `method` says how.
        SignIn = "sign_in",
        /// A sign-in to a known account was refused after the password was looked at.
        SignInRefused = "sign_in.refused",
        /// Somebody signed in proved once more who they are, or failed to.
        SignInConfirm = "sign_in.confirm",
        /// Somebody signed out.
        SignOut = "sign_out",
        /// One session was ended from another.
        SessionEnd = "session.end",
        /// Every session was ended, or every other one.
        SessionEndAll = "session.end_all",
        /// Somebody made an account for themselves.
        UserRegister = "user.register",
        /// An account was made for somebody.
        UserCreate = "user.create",
        /// A profile was changed; `fields` names what.
        UserEdit = "user.edit",
        /// An account was closed.
        UserDisable = "user.disable",
        /// An account was opened again.
        UserEnable = "user.enable",
        /// An account was deleted.
        UserDelete = "user.delete",
        /// All that is kept of a person was handed out.
        UserExport = "user.export",
        /// Somebody got another role.
        UserRole = "user.role",
        /// Somebody changed their own password.
        PasswordChange = "password.change",
        /// A password was set anew by a link or a code from a mail.
        PasswordReset = "password.reset",
        /// Somebody was sent a link to choose a new password.
        PasswordResetSend = "password.reset_send",
        /// A password was set for somebody.
        PasswordSet = "password.set",
        /// A new e-mail address was asked for.
        EmailChangeAsked = "email.change_asked",
        /// The e-mail address was changed.
        EmailChange = "email.change",
        /// The e-mail address was shown to be the person's.
        EmailVerify = "email.verify",
        /// A second factor was turned on.
        SecondFactorOn = "second_factor.on",
        /// A second factor was turned off.
        SecondFactorOff = "second_factor.off",
        /// A wrong second factor was given.
        SecondFactorFailed = "second_factor.failed",
        /// New recovery codes were made.
        RecoveryCodesMake = "recovery_codes.make",
        /// A recovery code was used up.
        RecoveryCodeUse = "recovery_code.use",
        /// A passkey was added.
        PasskeyAdd = "passkey.add",
        /// A passkey got another name.
        PasskeyRename = "passkey.rename",
        /// A passkey was removed.
        PasskeyRemove = "passkey.remove",
        /// A person let a client do something.
        ConsentGive = "consent.give",
        /// What a client may do was widened or narrowed.
        ConsentChange = "consent.change",
        /// A person took back what they let a client do.
        ConsentTakeBack = "consent.take_back",
        /// A grant and all its tokens were ended.
        GrantRevoke = "grant.revoke",
        /// One token was ended.
        TokenRevoke = "token.revoke",
        /// A refresh token was used twice: its grant was ended.
        RefreshReuse = "refresh_token.reuse",
        /// A code was used twice: its grant was ended.
        CodeReuse = "code.reuse",
        /// A personal access token was made.
        PersonalTokenCreate = "personal_token.create",
        /// A personal access token was taken back.
        PersonalTokenRevoke = "personal_token.revoke",
        /// A client was registered.
        ClientCreate = "client.create",
        /// A client was changed; `fields` names what.
        ClientEdit = "client.edit",
        /// A client got a new secret.
        ClientSecret = "client.secret",
        /// One secret of a client was ended.
        ClientSecretEnd = "client.secret_end",
        /// Every grant and token of a client was ended.
        ClientEndTokens = "client.end_tokens",
        /// A client was given to somebody else, or to nobody.
        ClientOwner = "client.owner",
        /// A client was disabled.
        ClientDisable = "client.disable",
        /// A client was enabled again.
        ClientEnable = "client.enable",
        /// A client was deleted.
        ClientDelete = "client.delete",
        /// A client got the verified mark.
        ClientVerify = "client.verify",
        /// A client lost the verified mark.
        ClientUnverify = "client.unverify",
        /// A scope was made.
        ScopeCreate = "scope.create",
        /// A scope was changed.
        ScopeEdit = "scope.edit",
        /// A scope was deleted.
        ScopeDelete = "scope.delete",
        /// A role was made.
        RoleCreate = "role.create",
        /// A role was changed.
        RoleEdit = "role.edit",
        /// A role was deleted.
        RoleDelete = "role.delete",
        /// A new signing key was made.
        KeyRotate = "key.rotate",
        /// A signing key was taken out at once.
        KeyWithdraw = "key.withdraw",
        /// A link for the first admin was made.
        SetupLinkMake = "setup_link.make",
        /// The first admin was made by the link.
        SetupLinkUse = "setup_link.use",
        /// A message that waits was told to be sent now.
        MessageRetry = "message.retry",
        /// A message that waits was given up.
        MessageGiveUp = "message.give_up",
        /// The audit log was handed out as a file.
        AuditExport = "audit.export",
    }
}

named! {
    /// What kind of thing something was done to.
    ObjectKind {
        /// A person.
        User = "user",
        /// A client.
        Client = "client",
        /// A grant: what one person let one client do.
        Grant = "grant",
        /// A token, by its `jti`.
        Token = "token",
        /// A scope.
        Scope = "scope",
        /// A role.
        Role = "role",
        /// A signing key.
        Key = "key",
        /// A mail or a text message.
        Message = "message",
    }
}

named! {
    /// How it ended.
    Outcome {
        /// It was done.
        Done = "done",
        /// It was refused.
        Refused = "refused",
    }
}
