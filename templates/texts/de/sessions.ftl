# Wo jemand angemeldet ist.
sessions-lead = Alle Browser und Apps, in denen Sie angemeldet sind. Kommt Ihnen eine Sitzung unbekannt vor, beenden Sie sie und ändern Sie Ihr Passwort.
sessions-device = { $browser } unter { $platform }
sessions-device-unknown = Unbekannter Browser oder unbekannte App
sessions-this = Diese hier
sessions-api = App
sessions-address = Angemeldet von { $address }
sessions-address-unknown = Angemeldet von unbekannter Adresse
sessions-signed-in = Angemeldet am { $time }
sessions-last-seen = Zuletzt aktiv am { $time }
sessions-none = Auf dieser Seite der Liste steht nichts.
sessions-end = Beenden
sessions-ended = Die Sitzung wurde beendet.
sessions-others = Alle anderen
sessions-others-lead = Meldet Sie überall außer hier ab. Verbundene Apps behalten ihren Zugang; auch den können Sie unter „Verbundene Apps“ zurücknehmen.
sessions-end-others = Alle anderen Sitzungen beenden
sessions-others-ended = Alle anderen Sitzungen wurden beendet.
