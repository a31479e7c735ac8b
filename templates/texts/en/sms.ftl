sms-code = { $code } is your { $product } code. It works once, within { $count ->
    [one] one minute.
   *[other] { $count } minutes.
} Tell it to nobody.
