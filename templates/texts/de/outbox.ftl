outbox-title = Postausgang
outbox-lead = Was dieser Server an Menschen geschrieben hat, das Neueste zuerst. Nur ein Server in Entwicklung zeigt es.
outbox-sms = SMS
outbox-to = An:
outbox-time = Zeit:
outbox-state = Stand:
outbox-empty = Es wurde noch nichts geschrieben.
