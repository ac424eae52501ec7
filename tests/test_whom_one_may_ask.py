"""Addresses below the last words of a notice are of people one may ask: nobody takes them for those whom mail did not reach."""

import pytest

import dsnparse

HEADER = (
    "Return-Path: <>\nFrom: Mail System <postmaster@relay.example>\nTo: me@origin.example\nSubject: Undelivered mail\nMIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=utf-8\n\n"
)
NOTICES = (
    "Your mail to lea.roe@dest.example could not be delivered.\n",
    "Lea Roe lea.roe@dest.example was not found here, your mail was refused.\n",
    "Your message could not be delivered to:\n\n   lea.roe@dest.example\n   550 5.1.1 User unknown\n",
    "Писмото ви до lea.roe@dest.example не е доставено.\n",
    "Pesan Anda kepada lea.roe@dest.example tidak terkirim.\n",
)
ASKABLE = (
    "Bantuan: help@relay.example",
    "Relay Mail, support@relay.example",
    "Rechenzentrum, Virenteam, viren@relay.example",
    "За въпроси: pomosht@relay.example",
    "Správce: spravce@relay.example",
    "Mọi thắc mắc xin liên hệ hotro@relay.example.",
    "Skriv til hjaelp@relay.example, hvis du er i tvivl.",
    "Obraťte se prosím na it@relay.example.",
    "Relay SAS – service client : bonjour@relay.example",
    "Spør IT (it@relay.example) om hvilken server du kan bruke.",
    "postmaster@relay.example",
)


def told(words: str) -> list[str | None]:
    return [item.address for item in dsnparse.parse((HEADER + words).encode()).recipients]


@pytest.mark.parametrize("ask", ASKABLE)
@pytest.mark.parametrize("notice", NOTICES)
def test_whoever_may_be_asked_is_nobody_who_failed(notice: str, ask: str) -> None:
    assert told(f"{notice}\n{ask}\n") == ["lea.roe@dest.example"]


@pytest.mark.parametrize(
    "words",
    [
        "Your mail could not be delivered to lea.roe@dest.example and to tom@dest.example.\n",
        "Your mail could not be delivered to lea.roe@dest.example,\ntom@dest.example.\n",
        "Your mail did not reach these people:\n\nlea.roe@dest.example: no such user\ntom@dest.example: no such user\n",
        "Your mail to lea.roe@dest.example could not be delivered.\nYour mail to tom@dest.example could not be delivered.\n",
        "These were refused:\n\n1. lea.roe@dest.example - mailbox full\n\n2. tom@dest.example\n",
    ],
)
def test_the_last_of_several_who_failed_stays(words: str) -> None:
    assert told(words) == ["lea.roe@dest.example", "tom@dest.example"]
