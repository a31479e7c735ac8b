mail-hello = Guten Tag,
mail-hello-name = Guten Tag { $name },
mail-unknown = unbekannt
mail-button = Falls der Knopf nichts tut, öffnen Sie diese Adresse:
mail-once = Der Link gilt einmal.
mail-nothing-to-do = Wenn Sie das waren, ist nichts zu tun.
mail-new-password = Neues Passwort wählen
mail-reset-subject = Neues Passwort für { $product } wählen
mail-reset-text = Jemand, hoffentlich Sie, möchte ein neues Passwort für Ihr Konto bei { $product } wählen. Öffnen Sie dazu innerhalb von { $lifetime } diesen Link:
mail-reset-once = Der Link gilt einmal. Ein neues Passwort meldet Sie überall sonst ab.
mail-reset-not-you = Wenn Sie das nicht waren, tun Sie nichts: Ihr Passwort bleibt, wie es ist.
mail-otp-subject = Ihr Einmalpasswort für { $product }
mail-otp-text = Ihr Einmalpasswort für { $product } lautet:
mail-otp-works = Es gilt einmal, innerhalb von { $lifetime }. Sagen Sie es niemandem: Von { $product } wird Sie nie jemand danach fragen.
mail-otp-not-you = Wenn Sie es nicht angefordert haben, tun Sie nichts: Ihr Konto bleibt, wie es ist.
mail-password-subject = Ihr Passwort bei { $product } wurde geändert
mail-password-text = Das Passwort Ihres Kontos bei { $product } wurde am { $when } geändert. Wer mit dem alten angemeldet war, ist abgemeldet.
mail-password-passkeys = { $count ->
    [one] Ein Passkey meldet weiterhin ohne Passwort an Ihrem Konto an. Bitte sehen Sie nach, ob es Ihrer ist, und entfernen Sie ihn, wenn nicht:
   *[other] { $count } Passkeys melden weiterhin ohne Passwort an Ihrem Konto an. Bitte sehen Sie nach, ob jeder davon Ihrer ist, und entfernen Sie die übrigen:
}
mail-password-not-you = Wenn Sie das nicht waren, wählen Sie sofort ein neues Passwort:
mail-verification-subject = E-Mail-Adresse für { $product } bestätigen
mail-verification-text = Jemand, hoffentlich Sie, hat mit dieser E-Mail-Adresse ein Konto bei { $product } erstellt. Um zu bestätigen, dass die Adresse Ihnen gehört, öffnen Sie innerhalb von { $lifetime } diesen Link:
mail-verification-button = Adresse bestätigen
mail-verification-not-you = Wenn Sie das nicht waren, tun Sie nichts: Die Adresse bleibt unbestätigt.
mail-registered-subject = Sie haben schon ein Konto bei { $product }
mail-registered-text = Jemand, hoffentlich Sie, wollte mit dieser E-Mail-Adresse ein Konto bei { $product } erstellen. Sie haben schon eines, darum wurde keines erstellt.
mail-registered-sign-in = Wenn Sie das waren, melden Sie sich an:
mail-registered-forgot = oder wählen Sie, falls Sie Ihr Passwort vergessen haben, ein neues:
mail-registered-not-you = Wenn Sie das nicht waren, tun Sie nichts: Ihr Konto bleibt, wie es ist.
mail-change-subject = Neue E-Mail-Adresse für { $product } bestätigen
mail-change-text = Jemand, hoffentlich Sie, möchte diese E-Mail-Adresse für ein Konto bei { $product } verwenden. Öffnen Sie dazu innerhalb von { $lifetime } diesen Link:
mail-change-button = Diese Adresse verwenden
mail-change-not-you = Wenn Sie das nicht waren, tun Sie nichts: Die Adresse wird nicht verwendet.
mail-change-notice-subject = Eine neue E-Mail-Adresse für { $product } wurde angefordert
mail-change-notice-text = Jemand, hoffentlich Sie, möchte die E-Mail-Adresse Ihres Kontos bei { $product } zu { $email } ändern. Sie ändert sich, wenn der Link geöffnet wird, der an die neue Adresse gesendet wurde. Bis dahin bleibt diese.
mail-change-notice-not-you = Wenn Sie das nicht waren, kennt vielleicht jemand Ihr Passwort. Wählen Sie sofort ein neues:
mail-changed-subject = Ihre E-Mail-Adresse für { $product } wurde geändert
mail-changed-text = Die E-Mail-Adresse Ihres Kontos bei { $product } wurde am { $when } zu { $email } geändert. E-Mails zum Konto kommen nicht mehr hierher.
mail-changed-not-you = Wenn Sie das nicht waren, bitten Sie sofort die Betreiber von { $product } um Hilfe: Wer die neue Adresse hat, kann ein neues Passwort wählen.
mail-sign-in-subject = Eine neue Anmeldung bei { $product }
mail-sign-in-text = Jemand hat sich von einem bisher unbekannten Gerät aus bei Ihrem Konto bei { $product } angemeldet:
mail-sign-in-when = Wann
mail-sign-in-browser = Browser
mail-sign-in-system = System
mail-sign-in-address = Adresse
mail-sign-in-not-you = Wenn Sie das nicht waren, kennt vielleicht jemand Ihr Passwort. Wählen Sie sofort ein neues; das meldet alle ab:
mail-second-factor-subject = Ihre Zwei-Faktor-Authentifizierung bei { $product } wurde geändert
mail-second-factor-text = Die Zwei-Faktor-Authentifizierung Ihres Kontos bei { $product } wurde geändert:
mail-second-factor-app = Codes aus einer Authenticator-App wurden eingeschaltet.
mail-second-factor-messages = Codes per SMS wurden eingeschaltet.
mail-second-factor-one-off = Einer Ihrer beiden Wege zu Codes wurde ausgeschaltet.
mail-second-factor-off = Sie wurde ausgeschaltet.
mail-second-factor-not-you = Wenn Sie das nicht waren, wählen Sie sofort ein neues Passwort, und sagen Sie es den Betreibern von { $product }:
mail-passkey-subject = Ihre Passkeys bei { $product } wurden geändert
mail-passkey-text = Die Passkeys Ihres Kontos bei { $product } wurden geändert:
mail-passkey-added = Ein Passkey wurde hinzugefügt: Er meldet ohne Ihr Passwort an.
mail-passkey-removed = Ein Passkey wurde entfernt.
mail-passkeys-removed = Ihre Passkeys wurden entfernt.
mail-passkey-not-you = Entfernen Sie dann jeden Passkey, der nicht Ihrer ist, denn ein neues Passwort hält ihn nicht auf, und sagen Sie es den Betreibern von { $product }:
mail-passkey-button = Ihre Passkeys ansehen
mail-minutes = { $count ->
    [one] 1 Minute
   *[other] { $count } Minuten
}
mail-hours = { $count ->
    [one] 1 Stunde
   *[other] { $count } Stunden
}
mail-days = { $count ->
    [one] 1 Tag
   *[other] { $count } Tagen
}
