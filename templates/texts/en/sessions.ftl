# Where a person is signed in.
sessions-lead = Every browser and app in which you are signed in. If you do not know one of them, end it and change your password.
sessions-device = { $browser } on { $platform }
sessions-device-unknown = Unknown browser or app
sessions-this = This one
sessions-api = App
sessions-address = Signed in from { $address }
sessions-address-unknown = Signed in from an unknown address
sessions-signed-in = Signed in on { $time }
sessions-last-seen = Last active on { $time }
sessions-none = There is nothing on this page of the list.
sessions-end = End
sessions-ended = The session was ended.
sessions-others = All others
sessions-others-lead = Signs you out everywhere but here. Apps that you connected keep their access; to end that too, take it back under “Connected apps”.
sessions-end-others = End all other sessions
sessions-others-ended = All other sessions were ended.
