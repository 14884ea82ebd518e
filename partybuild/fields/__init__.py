"""Encrypted fields, keyed hashes, code checks and the row that every table is built on."""

from partybuild.fields.encryption import EncryptedTextField, keyed_hash

__all__ = ("EncryptedTextField", "keyed_hash")
