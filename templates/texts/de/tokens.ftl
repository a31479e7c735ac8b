# Persönliche Zugriffstokens.
tokens-title = Persönliche Zugriffstokens
tokens-lead = Ein Token lässt eines Ihrer Programme ohne Ihr Passwort für Sie handeln. Bewahren Sie es wie ein Passwort auf.
tokens-none = Sie haben keine Tokens.
tokens-new = Neues Token
tokens-dates = Erzeugt am { $made }, gilt bis { $ends }
tokens-last-used = Zuletzt benutzt am { $date }
tokens-unused = Noch nicht benutzt
tokens-no-scopes = Es erlaubt nur zu sagen, wem es gehört.
tokens-revoke = Widerrufen
tokens-revoked = Das Token gilt nicht mehr.
tokens-once-only = Dieses Formular wurde schon gesendet: Das Token wurde einmal gezeigt. Wenn Sie es nicht aufbewahrt haben, widerrufen Sie es und erzeugen ein weiteres.
tokens-name = Name
tokens-name-hint = Zum Beispiel das Programm, das es benutzt.
tokens-scopes = Was es kann
tokens-scopes-hint = Kreuzen Sie so wenig an, wie das Programm braucht.
tokens-days = Es gilt
tokens-days-choice = { $count ->
    [one] einen Tag
   *[other] { $count } Tage
}
tokens-make = Token erzeugen
tokens-made = Ihr neues Token
tokens-made-lead = Es gilt bis { $date }.
tokens-try = Programme senden es in einem Header:
tokens-back = Alle meine Tokens
