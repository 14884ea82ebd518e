"""SM4-GCM field encryption with the row's uid as associated data, and SM3-HMAC keyed hashes.

A ciphertext is: one byte key id, 12 bytes nonce, the encrypted text, 16 bytes tag. Rows are found
by keyed hash, never by ciphertext: nonces are random.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.db import models

NONCE_BYTES = 12
TAG_BYTES = 16


@cache
def _keys(setting: str) -> dict[int, bytes]:
    pairs = [item.strip().split(":", 1) for item in setting.split(",") if item.strip()]
    keys = {int(number): bytes.fromhex(key) for number, key in pairs}
    if not keys or any(len(key) != 16 for key in keys.values()):
        raise ValueError("FIELD_KEYS must hold 16-byte keys as 1:<32 hex digits>")
    if len(keys) != len(pairs) or not all(1 <= number <= 255 for number in keys):
        raise ValueError("FIELD_KEYS must name each key once, by a number from 1 to 255")
    return keys


def current_key(setting: str) -> int:
    """Return the id of the key that encrypts: the first one named."""
    return next(iter(_keys(setting)))


def known_keys(setting: str) -> list[int]:
    """Return the ids of all keys, the one that encrypts first."""
    return list(_keys(setting))


def encrypt(text: str, *, associated: str) -> bytes:
    """Encrypt a text under the current key."""
    keys = _keys(settings.FIELD_KEYS)
    number = next(iter(keys))
    nonce = os.urandom(NONCE_BYTES)
    encryptor = Cipher(algorithms.SM4(keys[number]), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(associated.encode())
    body = encryptor.update(text.encode()) + encryptor.finalize()
    return bytes([number]) + nonce + body + encryptor.tag


def decrypt(sealed: bytes, *, associated: str) -> str:
    """Decrypt under whichever key sealed it; cryptography's InvalidTag if the row was tampered with."""
    keys = _keys(settings.FIELD_KEYS)
    nonce = sealed[1 : 1 + NONCE_BYTES]
    body, tag = sealed[1 + NONCE_BYTES : -TAG_BYTES], sealed[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(keys[sealed[0]]), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(associated.encode())
    return (decryptor.update(body) + decryptor.finalize()).decode()


def keyed_hash(value: str, purpose: str) -> str:
    """Return the 64 hex digits by which a personal value is found; "" for an empty value."""
    if not value:
        return ""
    mac = hmac.HMAC(bytes.fromhex(settings.HASH_KEY), hashes.SM3())
    mac.update(f"{purpose}\0{value}".encode())
    return mac.finalize().hex()


class Sealed(bytes):
    """Bytes that came from the database and are not decrypted yet."""


class _DecryptsWhenRead:
    """Descriptor: the instance holds the ciphertext until somebody reads the attribute."""

    def __init__(self, field: EncryptedTextField) -> None:
        self.field = field

    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            value = decrypt(value, associated=self.field.associated(instance))
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.BinaryField):
    """Text that stands in the database only as SM4-GCM ciphertext; empty text is stored as no bytes."""

    # For the type checker: bytes in the table are text in Python.
    _pyi_private_set_type: str
    _pyi_private_get_type: str  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        kwargs["editable"] = True
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        """Put the decrypting descriptor on the model."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _DecryptsWhenRead(self))

    def associated(self, instance: Any) -> str:
        """Return the associated data: a ciphertext moved to another row or column does not open."""
        return f"{instance.uid}:{self.attname}"

    def seal(self, text: str, uid: Any) -> bytes:
        """Encrypt a value for a row written outside the ORM's save (bulk writes)."""
        return encrypt(text, associated=f"{uid}:{self.attname}") if text else b""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Wrap what the database returned; nothing is decrypted yet."""
        if value is None or len(value) == 0:
            return ""
        return Sealed(bytes(value))

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """Encrypt with the row's uid, which exists before the insert."""
        value = model_instance.__dict__.get(self.attname, "")
        if isinstance(value, Sealed):
            return bytes(value)
        if not value:
            return b""
        return encrypt(str(value), associated=self.associated(model_instance))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Bind bytes only: a filter on plain text would never match."""
        if isinstance(value, str):
            if value:
                raise TypeError("encrypted fields are found by their keyed hash")
            value = b""
        return super().get_db_prep_value(value, connection, prepared)

    def _check_str_default_value(self) -> list[Any]:
        # The Python value is text; the bytes exist only in the database.
        return []

    def get_default(self) -> Any:
        """Return the empty text."""
        return ""

    def to_python(self, value: Any) -> Any:
        """Leave text alone: forms and full_clean work on the decrypted value."""
        return value

    def value_to_string(self, obj: Any) -> str:
        """Serializers never carry the plain value."""
        return ""
