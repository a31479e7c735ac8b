# Personal access tokens.
tokens-title = Personal access tokens
tokens-lead = A token lets a program of yours act for you without your password. Keep it like one.
tokens-none = You have no tokens.
tokens-new = New token
tokens-dates = Made { $made }, works until { $ends }
tokens-last-used = Last used { $date }
tokens-unused = Not used yet
tokens-no-scopes = It allows nothing but to say whose it is.
tokens-revoke = Revoke
tokens-revoked = The token no longer works.
tokens-once-only = This form was sent already: the token was shown once. If you did not keep it, revoke it and make another one.
tokens-name = Name
tokens-name-hint = Such as the program that uses it.
tokens-scopes = What it can do
tokens-scopes-hint = Tick as little as the program needs.
tokens-days = It works for
tokens-days-choice = { $count ->
    [one] one day
   *[other] { $count } days
}
tokens-make = Make the token
tokens-made = Your new token
tokens-made-lead = It works until { $date }.
tokens-try = Programs send it in a header:
tokens-back = All my tokens
