"""How staff get in: invited, with a password and an app, and after forgetting the password."""

from __future__ import annotations

import time

import pyotp
from playwright.sync_api import expect

from engagement.accounts.rules import Role
from tests.factories import Partnership, Programme, Staff
from tests.journeys.service import Service
from tests.journeys.visitor import Open, Visitor

PASSWORD = "four calm grey otters"
NEW_PASSWORD = "nine loud red kites"


def code_of(app: pyotp.TOTP, steps: int = 0) -> str:
    """The app's code of so many half minutes from now: each is taken once."""
    return app.at(int(time.time()) + 30 * steps)


def sign_in(visitor: Visitor, staff: Staff, steps: int = 1) -> None:
    """Sign in from the page of the password on."""
    visitor.enter("E-mail address", staff.email)
    visitor.enter("Password", staff.password)
    visitor.press("Continue")
    visitor.enter("Enter the code from your app", code_of(staff.app, steps))
    visitor.press("Sign in")


def invite(admin: Visitor, email: str) -> None:
    """An administrator invites a facilitator."""
    admin.go("admin/")
    admin.sees("Administration").follow("Staff")
    admin.press("Invite somebody")
    admin.sees("Invite somebody").press("Send the invitation")
    admin.sees_error("Enter their name")
    admin.enter("Name", "Neda Field")
    admin.enter("E-mail address", email)
    admin.choose("Facilitator")
    admin.press("Send the invitation")
    admin.sees("Neda Field").is_told("The invitation is on its way")


def test_an_invitation_leads_to_the_door_of_ones_role(
    open_browser: Open, place: Partnership, service: Service
) -> None:
    email = "neda@example.org"
    invite(open_browser().be(place.staff(Role.ADMINISTRATOR)), email)
    me = open_browser()
    me.go(service.mailed_link(email))
    me.sees("Open your account").enter("New password", "short")
    me.press("Continue")
    me.sees_error("8 characters or more")
    me.enter("New password", "password123")
    me.press("Continue")
    me.sees_error("attackers try first")
    me.enter("New password", PASSWORD)
    me.press("Continue")
    me.sees("Link an authenticator app")
    expect(me.page.get_by_role("img", name="QR code")).to_be_visible()
    app = pyotp.TOTP(me.main.locator("code").inner_text().replace(" ", ""))
    me.enter("Enter the code from your app", "000000")
    me.press("Open my account")
    me.sees_error("This code is not right")
    used = code_of(app, -1)
    me.enter("Enter the code from your app", used)
    me.press("Open my account")
    me.sees("Your recovery codes")
    spare = me.main.locator("li code").all_inner_texts()
    assert len(spare) == 10
    me.press("I have kept them")
    me.sees("Programmes").press("Sign out")

    me.sees("You have signed out").follow("Staff sign in")
    me.sees("Staff sign in").press("Continue")
    me.sees_error("Enter your e-mail address")
    me.enter("E-mail address", email)
    me.enter("Password", "not this one")
    me.press("Continue")
    me.sees_error("they do not match")
    me.enter("Password", PASSWORD)
    me.press("Continue")
    me.sees("Enter the code from your app")
    me.enter("Enter the code from your app", used)
    me.press("Sign in")
    me.sees_error("not right, or was used already")
    me.enter("Enter the code from your app", code_of(app))
    me.press("Sign in")
    me.sees("Programmes").press("Sign out")

    me.go("staff/sign-in")
    me.follow("I have forgotten my password")
    me.sees("Choose a new password").enter("E-mail address", email)
    me.press("Send me a link")
    me.sees("Check your inbox")
    link = service.mailed_link(email)
    me.go(link)
    me.sees("Choose a new password").enter("New password", NEW_PASSWORD)
    me.press("Change my password")
    me.sees("Staff sign in").is_told("Your password has been changed")
    me.enter("E-mail address", email)
    me.enter("Password", NEW_PASSWORD)
    me.press("Continue")
    me.page.get_by_text("I do not have my phone").click()
    me.look()
    me.enter("Enter the code from your app", spare[0])
    me.press("Sign in")
    me.sees("Programmes").follow("Your account")
    me.sees("Your account")
    expect(me.main).to_contain_text("9")
    me.go(link)
    me.sees("This link does not work any more")


def test_one_can_look_after_ones_own_account(open_browser: Open, place: Partnership) -> None:
    officer = place.staff(Role.OFFICER)
    me, elsewhere = open_browser().be(officer), open_browser().be(officer)
    elsewhere.go("staff/account")
    me.go("staff/account")
    me.press("Sign out everywhere else")
    me.sees("Your account").is_told("signed out everywhere else")
    elsewhere.go("staff/account")
    elsewhere.sees("Staff sign in")
    me.follow("Change your password")
    me.sees("Change your password").press("Change my password")
    me.sees_error("Enter your present password")
    me.enter("Your present password", "wrong")
    me.enter("New password", NEW_PASSWORD)
    me.press("Change my password")
    me.sees_error("This is not your present password")
    me.enter("Your present password", officer.password)
    me.enter("New password", NEW_PASSWORD)
    me.press("Change my password")
    me.sees("Your account").is_told("Your password has been changed")
    me.follow("Get new ones (recovery codes)")
    me.sees("Get new recovery codes").enter("Your present password", NEW_PASSWORD)
    me.press("Get new codes")
    me.sees("Your recovery codes")


def test_an_administrator_gives_a_role_in_one_programme_and_closes_the_account(
    open_browser: Open, place: Partnership
) -> None:
    waiting: Programme = place.programme("Waiting well")
    place.programme("Care close to home")
    somebody = place.staff()
    admin = open_browser().be(place.staff(Role.ADMINISTRATOR))
    other = open_browser()
    other.go("staff/sign-in")
    sign_in(other, somebody)
    other.sees("You have no role yet")

    admin.go(f"admin/staff/{somebody.public_id}")
    admin.press("Give the role")
    admin.sees_error("Choose a role")
    admin.page.get_by_label("Role", exact=True).select_option("Administrator")
    admin.page.get_by_label("Where").select_option("Waiting well")
    admin.press("Give the role")
    admin.sees_error("holds in the whole partnership")
    admin.page.get_by_label("Role", exact=True).select_option("Officer")
    admin.page.get_by_label("Where").select_option("Waiting well")
    admin.press("Give the role")
    admin.sees("Sam").is_told("The role has been given")
    expect(admin.main).to_contain_text("Officer in Waiting well")

    other.go("staff/")
    other.sees("Programmes")
    expect(other.page.get_by_role("link", name="Waiting well")).to_be_visible()
    expect(other.page.get_by_text("Care close to home")).to_have_count(0)

    admin.press("Close the account")
    admin.sees("Sam").is_told("signed out everywhere")
    other.go(f"plan/programmes/{waiting.public_id}")
    other.sees("Staff sign in")
    sign_in_fails = "they do not match"
    other.enter("E-mail address", somebody.email)
    other.enter("Password", somebody.password)
    other.press("Continue")
    other.sees_error(sign_in_fails)
    admin.press("Open the account again")
    admin.sees("Sam").is_told("open again")
    admin.press("Take away Officer in Waiting well")
    admin.sees("Sam").is_told("The role has been taken away")


def test_the_menu_shows_only_what_ones_roles_open(open_browser: Open, place: Partnership) -> None:
    everybody = {
        Role.FACILITATOR: ["Programmes", "Residents", "Your account"],
        Role.BOARD_MEMBER: ["Planning", "Your account"],
        Role.ADMINISTRATOR: ["Administration", "Your account"],
    }
    for role, places in everybody.items():
        one = open_browser().be(place.staff(role))
        one.go("staff/")
        menu = one.page.get_by_role("navigation", name="Menu")
        assert [text.strip() for text in menu.get_by_role("link").all_inner_texts()] == places
        for name in places:
            menu.get_by_role("link", name=name).click()
            expect(menu.get_by_role("link", name=name)).to_have_attribute("aria-current", "true")
