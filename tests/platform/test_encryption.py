"""Personal fields stand in the database only as ciphertext bound to their row."""

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection

from partybuild.fields import keyed_hash
from partybuild.fields.encryption import decrypt, encrypt
from partybuild.people.models import Person
from tests.factories.core import id_number, make_person


def test_a_ciphertext_opens_only_for_its_row_and_field():
    sealed = encrypt("秘密", associated="row:phone")
    assert decrypt(sealed, associated="row:phone") == "秘密"
    with pytest.raises(InvalidTag):
        decrypt(sealed, associated="other:phone")


def test_an_old_key_still_opens_after_a_new_one_leads(settings):
    sealed = encrypt("旧", associated="a")
    settings.FIELD_KEYS = "2:" + "ab" * 16 + "," + settings.FIELD_KEYS
    assert decrypt(sealed, associated="a") == "旧"
    assert encrypt("新", associated="a")[0] == 2


@pytest.mark.django_db
def test_phone_and_id_number_are_in_no_column_in_clear():
    number = id_number(7)
    person = make_person("李四", phone="19900001234", id_number=number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_person::text FROM people_person WHERE id = %s", [person.pk])
        row = cursor.fetchone()[0]
    assert b"19900001234".hex() not in row
    assert "19900001234" not in row
    assert number not in row
    read = Person.objects.get(pk=person.pk)
    assert (read.phone, read.id_number) == ("19900001234", number)


@pytest.mark.django_db
def test_a_person_is_found_by_keyed_hash_and_never_by_plain_value():
    person = make_person("李四", phone="19900001234")
    assert Person.objects.get(phone_hash=keyed_hash("19900001234", "phone")) == person
    with pytest.raises(TypeError):
        list(Person.objects.filter(phone="19900001234"))


@pytest.mark.django_db
def test_saving_what_was_not_read_keeps_the_value():
    person = make_person("李四", phone="19900001234")
    read = Person.objects.get(pk=person.pk)
    read.sort = 3
    read.save()
    assert Person.objects.get(pk=person.pk).phone == "19900001234"
