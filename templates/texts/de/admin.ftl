# Der Rahmen der Verwaltung.

admin-nav = Verwaltung
admin-skip = Zum Inhalt springen
admin-signed-in = Sie sind angemeldet als { $name }.
admin-search = Suchen
admin-pages = Seiten
admin-first = Erste Seite
admin-previous = Vorige Seite
admin-next = Nächste Seite
admin-nav-dashboard = Übersicht
admin-nav-users = Personen
admin-nav-clients = Apps
admin-nav-scopes = Scopes
admin-nav-roles = Rollen
admin-nav-keys = Schlüssel
admin-nav-audit = Audit-Protokoll
admin-nav-failures = Fehlschläge
admin-nav-outbox = Postausgang
admin-nav-settings = Einstellungen
