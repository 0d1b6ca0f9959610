"""Finding a person: exactly by telephone, identity, plate, vehicle or contract number, mailbox, name; by pinyin, initials and last four.

Nothing is decrypted to search: each word is compared by its blind indexes. Several words must all fit ("zgf 1234").
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from arrears.desk.people import cipher, normal
from arrears.desk.people.models import Address, Loan, Person

MOST_WORDS = 4
LONGEST = 120


def found(persons: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Those of `persons` whom a text names; all of them for an empty text, none for one that is too long."""
    told = normal.wide(text)
    if not told:
        return persons
    words = told.split()
    if len(told) > LONGEST or len(words) > MOST_WORDS:
        return persons.none()
    each_word = Q()
    for word in words:
        each_word &= _names(word)
    return persons.filter(each_word | _names(told) if len(words) > 1 else each_word)


def _names(word: str) -> Q:
    """Persons whom one word may mean."""
    name = normal.name(word)
    loans = Loan.objects.filter(debtor=OuterRef("pk"))
    addresses = Address.objects.filter(person=OuterRef("pk"), ended_at=None)
    numbers = Q(pk=word) | _is("number_index", "loan", word) | _is("plate_index", "plate", word) | _is("vin_index", "vin", word)
    places = _is("value_index", "email", word)
    digits = normal.phone(word)
    if digits:
        places |= _is("value_index", "phone", word)
    out = Q(pseudonym=word) | _is("id_index", "id_number", word)
    if name:
        out |= Q(name_marks__contains=[cipher.blind("name", name)])
    if len(word) == 4 and word[:3].isdigit():
        out |= Q(id_last_four=word.upper())
        places |= Q(last_four=word)
        numbers |= Q(vin_last_four=word) | Q(number_last_four=word)
    return out | Exists(loans.filter(numbers)) | Exists(addresses.filter(places))


def _is(column: str, kind: str, word: str) -> Q:
    return Q(**{column: cipher.blind(kind, normal.FORMS[kind](word))})
