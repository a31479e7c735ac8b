# The frame of the administration.

admin-nav = Administration
admin-skip = Skip to the content
admin-signed-in = You are signed in as { $name }.
admin-search = Search
admin-pages = Pages
admin-first = First page
admin-previous = Previous page
admin-next = Next page
admin-nav-dashboard = Dashboard
admin-nav-users = People
admin-nav-clients = Apps
admin-nav-scopes = Scopes
admin-nav-roles = Roles
admin-nav-keys = Keys
admin-nav-audit = Audit log
admin-nav-failures = Failures
admin-nav-outbox = Outbox
admin-nav-settings = Settings
