# Le cadre de l’administration.

admin-nav = Administration
admin-skip = Aller au contenu
admin-signed-in = Vous êtes connecté en tant que { $name }.
admin-search = Rechercher
admin-pages = Pages
admin-first = Première page
admin-previous = Page précédente
admin-next = Page suivante
admin-nav-dashboard = Tableau de bord
admin-nav-users = Personnes
admin-nav-clients = Applications
admin-nav-scopes = Scopes
admin-nav-roles = Rôles
admin-nav-keys = Clés
admin-nav-audit = Journal d’audit
admin-nav-failures = Échecs
admin-nav-outbox = Boîte d’envoi
admin-nav-settings = Réglages
