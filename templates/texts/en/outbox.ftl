outbox-title = Outbox
outbox-lead = What this server has written to people, newest first. Only a server in development shows it.
outbox-sms = Text message
outbox-to = To:
outbox-time = Time:
outbox-state = State:
outbox-empty = Nothing was written yet.
