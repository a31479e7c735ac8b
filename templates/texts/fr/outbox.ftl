outbox-title = Boîte d’envoi
outbox-lead = Ce que ce serveur a écrit aux personnes, le plus récent d’abord. Seul un serveur en développement le montre.
outbox-sms = SMS
outbox-to = À :
outbox-time = Heure :
outbox-state = État :
outbox-empty = Rien n’a encore été écrit.
