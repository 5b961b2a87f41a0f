"""Signing in: the console is closed, tells nothing, and slows down whoever guesses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from console_plant import PASSWORD, ConsolePlant
from playwright.sync_api import Page, expect
from sqlalchemy import update

from countersign.store import people
from countersign.store.tables import person

from .conftest import Desk, Room, sign_in

PAGES = (
    "/console/",
    "/console/inbox/tasks",
    "/console/events",
    "/console/postings",
    "/console/audit",
    "/console/autonomy",
    "/console/policy",
    "/console/approvals/0123",
    "/console/nowhere",
)


def attempt(plant: ConsolePlant, person_id: str, password: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        url = f"{plant.url}/console/sign-in"
        form = {
            "form_token": plant.form_token(session, url),
            "person_id": person_id,
            "password": password,
        }
        return session.post(url, data=form, timeout=5, allow_redirects=False)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_asks_strangers_to_sign_in(plant: ConsolePlant, path: str) -> None:
    answer = requests.get(plant.url + path, allow_redirects=False, timeout=5)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/console/sign-in")


def test_the_root_leads_to_the_page_that_was_asked_for(room: Room) -> None:
    page = room.visitor()
    page.goto(f"{room.plant.url}/console/audit?q=100234")
    page.get_by_label("Person").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/audit?q=100234")


@pytest.mark.parametrize("wanted", ["https://evil.invalid/", "//evil.invalid", "/v1/events", ""])
def test_nobody_is_led_out_of_the_console(plant: ConsolePlant, wanted: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        url = f"{plant.url}/console/sign-in"
        form = {
            "form_token": plant.form_token(session, url),
            "person_id": "anna",
            "password": PASSWORD,
            "next": wanted,
        }
        answer = session.post(url, data=form, timeout=5, allow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/console/"


def test_unknown_people_and_wrong_passwords_get_the_same_answer(plant: ConsolePlant) -> None:
    wrong, unknown = attempt(plant, "anna", "wrong"), attempt(plant, "nobody", "wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert "The name or the password is wrong." in wrong.text
    assert "The name or the password is wrong." in unknown.text


def test_guessing_has_to_wait_even_with_the_right_password(plant: ConsolePlant) -> None:
    answers = [attempt(plant, "ben", "wrong").status_code for _ in range(5)]
    assert answers == [401] * 5
    late = attempt(plant, "ben", PASSWORD)
    assert late.status_code == 429
    assert "Too many attempts failed" in late.text
    assert attempt(plant, "cleo", PASSWORD).status_code == 303


def test_the_cookie_is_closed_to_scripts_and_to_other_sites(plant: ConsolePlant) -> None:
    cookie = attempt(plant, "anna", PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_never_travels_in_the_open(plant: ConsolePlant) -> None:
    answer = plant.app.test_client().get("/console/sign-in", base_url="https://console.invalid")
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["/console/sign-in", "/console/sign-out", "/console/audit/verify"])
def test_forms_that_the_console_has_not_drawn_are_refused(plant: ConsolePlant, path: str) -> None:
    answer = requests.post(plant.url + path, data={"form_token": "made up"}, timeout=5)
    assert answer.status_code == 403
    assert "open for too long" in answer.text


def test_signing_out_ends_the_session(desk: Desk) -> None:
    page = desk("anna")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/console/sign-in")
    page.goto(page.url.replace("/sign-in", "/audit"))
    expect(page.get_by_label("Password")).to_be_visible()


def _new_password(connection: Any) -> None:
    people.put(connection, "anna", "Anna", ("operator",), datetime.now(UTC), "another hash")


def _dismiss(connection: Any) -> None:
    connection.execute(update(person).where(person.c.person_id == "anna").values(is_active=False))


@pytest.mark.parametrize("change", [_new_password, _dismiss])
def test_a_session_ends_with_the_password_or_the_person(
    desk: Desk, room: Room, change: Any
) -> None:
    page = desk("anna")
    room.plant.change(change)
    page.reload()
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_page_that_refreshes_itself_leads_to_sign_in_when_the_session_ends(
    desk: Desk, room: Room
) -> None:
    page = desk("anna")
    room.plant.change(_dismiss)
    page.wait_for_url("**/console/sign-in", timeout=10_000)


def test_without_a_secret_nobody_can_sign_in(plant: ConsolePlant) -> None:
    plant.app.config["SECRET_KEY"] = None
    answer = plant.app.test_client().get("/console/")
    assert answer.status_code == 503
    assert "COUNTERSIGN_SESSION_SECRET_FILE" in answer.text


def test_a_wrong_password_is_told_beside_the_boxes(room: Room) -> None:
    page: Page = room.visitor()
    sign_in(page, room.plant.url, "anna", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong.")
    expect(page.get_by_label("Person")).to_have_value("anna")
    expect(page.get_by_label("Password")).to_be_focused()
