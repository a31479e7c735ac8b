# What all pages share.

title-error = Error:
page-promise = { $product } never asks for your password by e-mail or telephone.
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
