"""Resident units (驻区单位): what they are, whom they belong to, and what they report each quarter."""
