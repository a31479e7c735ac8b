# What all pages share.

title-error = Error:
page-promise = { $product } never asks for your password by e-mail or telephone.
page-support = Help: { $address }
form-look-again = Please look again at what is marked below.

# Days and times, in UTC. The month is a number from 1 to 12.
date-day = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
date-day-time = { $day }, { $time } UTC

password-hint = 8 to 72 characters. Accented letters and emoji count as two or more.
password-again = The same password again
signed-in-as = Signed in as
sign-out = Sign out
continue = Continue
back-to-login = Back to sign in
language = Language
home-welcome = Welcome
home-lead = Sign in to manage your account on { $product }.
home-developers = For developers
home-metadata = Server metadata
home-openapi = OpenAPI document
home-docs = Documentation
