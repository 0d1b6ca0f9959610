"""The people of tests: Lin Yuan the borrower, her loan B01, her friend who is a reference, her brother who guarantees."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from arrears.desk.people.models import Address, Loan, Person, Team
from arrears.desk.people.services import add_address, add_party, know_loans, make_person, put_loan

PHONE, FRIENDS_PHONE, BROTHERS_PHONE = "15400001234", "15400005678", "15400009012"
ID_NUMBER = "330106199003070021"  # with a check character that is not the right one


@dataclass(frozen=True)
class LinYuan:
    """The borrower and what belongs to her."""

    person: Person
    loan: Loan
    phone: Address
    email: Address
    home: Address
    friend: Person
    brother: Person


def lin_yuan(at: dt.datetime, team: str = "一组") -> LinYuan:
    """Make them; every address is hers, confirmed."""
    person = make_person("P-B01", "林远", at=at, id_number=ID_NUMBER, born_on="1990-03-07", zones=["Asia/Shanghai"], capacity="full")
    know_loans([("B01", "P-B01")], at)
    loan = Loan.objects.get(pk="B01")
    loan.team = Team.objects.get_or_create(name=team)[0] if team else None
    loan.save(update_fields=["team"])
    put_loan(loan, at, plate="浙A12345", vin="LTESTLINYUAN00001", number="LT-2025-000001")
    friend = make_person("R-B01-1", "曾晨", at=at)
    brother = make_person("R-B01-2", "林山", at=at)
    add_address(friend, "phone", FRIENDS_PHONE, at, source="contract")
    add_address(brother, "phone", BROTHERS_PHONE, at, source="contract")
    add_party(person, friend, "reference", at, relation="friend", may_be_asked=True)
    add_party(person, brother, "guarantor", at, loan=loan, relation="brother", liable_by="signed")
    phone = add_address(person, "phone", PHONE, at, source="contract", confirmed_at=at)
    email = add_address(person, "email", "lin.yuan@example.com", at, source="contract", confirmed_at=at)
    home = add_address(person, "postal", "浙江省杭州市澄砚路12号兰汀花园3幢1单元502室", at, source="contract", confirmed_at=at)
    return LinYuan(person, loan, phone, email, home, friend, brother)
