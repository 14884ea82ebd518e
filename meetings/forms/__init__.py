"""Forms of joint meetings: a request becomes clean values; nothing is written here."""
