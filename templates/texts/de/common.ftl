# Was alle Seiten gemeinsam haben.

title-error = Fehler:
page-promise = { $product } fragt Sie nie per E-Mail oder Telefon nach Ihrem Passwort.
page-support = Hilfe: { $address }
form-look-again = Bitte prüfen Sie die unten markierten Angaben.

# Tage und Uhrzeiten in UTC. Der Monat ist eine Zahl von 1 bis 12.
date-day = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }
date-day-time = { $day }, { $time } Uhr (UTC)

password-hint = 8 bis 72 Zeichen. Umlaute und Emojis zählen als zwei oder mehr.
password-again = Dasselbe Passwort noch einmal
signed-in-as = Angemeldet als
sign-out = Abmelden
continue = Weiter
back-to-login = Zurück zur Anmeldung
language = Sprache
home-welcome = Willkommen
home-lead = Melden Sie sich an, um Ihr Konto bei { $product } zu verwalten.
home-developers = Für Entwickler
home-metadata = Metadaten des Servers
home-openapi = OpenAPI-Dokument
home-docs = Dokumentation
