"""Every line of access.csv × role × placement, through pages and REST, against an oracle of its own."""
