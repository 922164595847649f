"""Coming in with a real browser: the first start, passwords, codes, a lost password, the office's own service."""

import re
import time
from collections.abc import Callable

import pyotp
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, SECRET, Running, Service, fresh_step, mail_of, sign_in
from tests.support.program import Program

NEW = "septiņi sarkani gaiļi uz žoga"


def code_for(page: Page) -> str:
    """The code of now for the secret that the page shows, as an app that scanned it would say."""
    fresh_step()
    return pyotp.TOTP(page.locator("code.secret").inner_text().replace(" ", "")).now()


def test_the_first_start_prints_a_link_that_makes_the_first_administrator(outreach: Running, page: Page) -> None:
    # The link stands in what the program prints; a second one is as good as the first, and ends it.
    printed = link_of_a_restart(outreach.program)
    page.goto(printed)
    page.get_by_label("Vārds un uzvārds").fill("Ilze Kalniņa")
    page.get_by_label("E-pasts").fill("ilze@example.org")
    page.get_by_label("Parole", exact=True).fill(PASSWORD)
    page.get_by_label("Parole vēlreiz").fill(PASSWORD)
    page.get_by_role("button", name="Izveidot kontu").click()
    page.wait_for_url(f"{outreach.url}/")
    page.goto(f"{outreach.url}/settings/users")
    expect(page.get_by_role("link", name="Ilze Kalniņa")).to_be_visible()
    page.goto(printed)
    expect(page.get_by_role("heading", name="Šī saite vairs neder")).to_be_visible()


def link_of_a_restart(program: Program) -> str:
    code, printed = program.end()
    assert code == 0
    first = re.findall(r"http://\S+/welcome/\S+", printed)
    assert len(first) == 1
    program.start()
    assert program.process is not None and program.process.stdout is not None
    for line in program.process.stdout:
        if found := re.search(r"http://\S+/welcome/\S+", line):
            assert found.group() != first[0]
            return found.group()
    raise AssertionError("no link was printed")


def test_sign_in_with_a_code_of_the_app_and_with_a_recovery_code(outreach: Running, page: Page) -> None:
    outreach.enter(page, "coordinator")
    page.goto(f"{outreach.url}/me")
    page.get_by_text("Iestatīt otro soli").click()
    page.locator("#second-current").fill(PASSWORD)
    page.get_by_role("button", name="Turpināt").click()
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.get_by_role("textbox", name="Kods").fill(code_for(page))
    page.get_by_role("button", name="Ieslēgt").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    leave(page, outreach.url)

    sign_in(page, outreach.url, "coordinator")
    expect(page.get_by_role("heading", name="Otrais solis")).to_be_visible()
    page.get_by_role("textbox", name="Kods").fill("000000")
    page.get_by_role("button", name="Turpināt").click()
    expect(page.get_by_role("alert")).to_contain_text("Kods nav pareizs")
    # The set-up used this step's code up: the next one is the app's next.
    fresh_step()
    page.get_by_role("textbox", name="Kods").fill(pyotp.TOTP(secret).at(time.time() + 30))
    page.get_by_role("button", name="Turpināt").click()
    page.wait_for_url(f"{outreach.url}/")
    leave(page, outreach.url)

    sign_in(page, outreach.url, "coordinator")
    page.get_by_role("textbox", name="Kods").fill(codes[0])
    page.get_by_role("button", name="Turpināt").click()
    page.wait_for_url(f"{outreach.url}/")
    expect(page.locator("#toasts")).to_contain_text("atlikuši 9 kodi")


def leave(page: Page, url: str) -> None:
    page.goto(f"{url}/me")
    page.locator(".person-menu summary").click()
    page.get_by_role("button", name="Iziet").click()
    page.wait_for_url(f"{url}/sign-in")


def test_whoever_owes_a_second_factor_sets_it_up_first(start: Callable[..., Running], page: Page) -> None:
    outreach = start('[people]\nsecond_factor = "families"\n')
    page.goto(outreach.invite("coordinator"))
    page.get_by_label("Parole", exact=True).fill(PASSWORD)
    page.get_by_label("Parole vēlreiz").fill(PASSWORD)
    page.get_by_role("button", name="Saglabāt paroli un sākt").click()
    expect(page.get_by_role("heading", name="Iestatiet otro soli")).to_be_visible()
    page.goto(f"{outreach.url}/me")
    expect(page.get_by_role("heading", name="Iestatiet otro soli")).to_be_visible()
    page.get_by_role("textbox", name="Kods").fill(code_for(page))
    page.get_by_role("button", name="Turpināt").click()
    page.get_by_role("link", name="Kodi ir saglabāti, turpināt").click()
    page.wait_for_url(f"{outreach.url}/me")


def test_a_lost_password_is_replaced_by_a_link_in_a_mail(outreach: Running, page: Page) -> None:
    outreach.enter(page, "comms")
    device = page.context.browser.new_context(locale="lv-LV")  # type: ignore[union-attr]
    other = device.new_page()
    other.goto(f"{outreach.url}/sign-in")
    other.get_by_role("link", name="Aizmirsu paroli").click()
    other.get_by_label("E-pasts").fill(mail_of("comms"))
    other.get_by_role("button", name="Nosūtīt saiti").click()
    expect(other.get_by_role("heading", name="Pārbaudiet pastu")).to_be_visible()
    mail = outreach.mail("Jauna parole")
    body = mail.get_body(("plain",))
    assert body is not None and mail["To"] == mail_of("comms")
    found = re.search(r"http://\S+/reset/\S+", body.get_content())
    assert found is not None
    other.goto(found.group())
    other.get_by_label("Parole", exact=True).fill(NEW)
    other.get_by_label("Parole vēlreiz").fill(NEW)
    other.get_by_role("button", name="Saglabāt paroli").click()
    expect(other.get_by_role("status")).to_contain_text("Parole ir nomainīta")
    # The other browser's session has ended, the old password opens nothing, the link neither.
    page.goto(f"{outreach.url}/me")
    expect(page.get_by_role("heading", name="Pieslēgties")).to_be_visible()
    sign_in(page, outreach.url, "comms")
    expect(page.get_by_role("alert")).to_contain_text("nav pareizi")
    sign_in(page, outreach.url, "comms", NEW)
    page.wait_for_url(f"{outreach.url}/")
    other.goto(found.group())
    expect(other.get_by_role("heading", name="Šī saite vairs neder")).to_be_visible()
    outreach.mail("Parole ir nomainīta")
    device.close()


def through_the_service(page: Page, office: str, name: str) -> None:
    """Signs in at the provider as this name and agrees to what it asks."""
    page.goto(f"{office}/sign-in?next=/me")
    page.get_by_role("button", name="Pieslēgties ar Biroja konts").click()
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("anything")
    page.locator("button[type=submit]").click()
    page.get_by_role("button", name="Continue").click()


def test_the_office_s_own_service_lets_in_whoever_has_an_account(
    start: Callable[..., Running], service: Callable[[str], Service], page: Page
) -> None:
    outreach = with_service(start, service)
    outreach.program.command("users", "add", mail_of("anna"), "--name", "Anna Bērziņa", "--role", "comms")
    through_the_service(page, outreach.url, "anna")
    page.wait_for_url(f"{outreach.url}/me")
    expect(page.locator("#main")).to_contain_text("anna@example.org")
    cookies = page.context.cookies(outreach.url)
    assert not any(cookie["name"].endswith("-service") for cookie in cookies)
    # Once more: the subject is bound, the provider's own session remembers the rest.
    leave(page, outreach.url)
    page.goto(f"{outreach.url}/sign-in?next=/me")
    page.get_by_role("button", name="Pieslēgties ar Biroja konts").click()
    page.wait_for_url(f"{outreach.url}/me")


def with_service(start: Callable[..., Running], service: Callable[[str], Service], settings: str = "") -> Running:
    """The program of an office that has such a service."""
    return start(settings, known=lambda office: service(office).settings, OUTREACH_OIDC_SECRET=SECRET)


def test_the_service_lets_nobody_in_without_an_account_or_a_verified_address(
    start: Callable[..., Running], service: Callable[[str], Service], page: Page
) -> None:
    outreach = with_service(start, service)
    outreach.program.command("users", "add", mail_of("unverified"), "--name", "B", "--role", "comms")
    through_the_service(page, outreach.url, "unverified")
    expect(page.get_by_role("alert")).to_contain_text("nav atvērtas pieejas")
    page.context.clear_cookies()
    through_the_service(page, outreach.url, "stranger")
    expect(page.get_by_role("alert")).to_contain_text("nav atvērtas pieejas")


def test_the_service_s_second_factor_does_not_stand_in_for_ours(
    start: Callable[..., Running], service: Callable[[str], Service], page: Page
) -> None:
    outreach = with_service(start, service, '[people]\nsecond_factor = "everybody"\n')
    outreach.program.command("users", "add", mail_of("anna"), "--name", "Anna Bērziņa", "--role", "comms")
    through_the_service(page, outreach.url, "anna")
    expect(page.get_by_role("heading", name="Iestatiet otro soli")).to_be_visible()


def test_the_language_is_chosen_before_and_after_the_sign_in(outreach: Running, page: Page) -> None:
    outreach.enter(page, "comms")
    page.locator(".person-menu summary").click()
    page.locator(".person-menu").get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Mentions").first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto(f"{outreach.url}/me")
    expect(page.get_by_role("heading", name="My account")).to_be_visible()
    page.locator(".person-menu summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    # The door asks the browser again; the choice there goes with the form.
    expect(page.get_by_role("heading", name="Pieslēgties")).to_be_visible()
    page.get_by_role("link", name="English").click()
    page.get_by_label("Password").fill("x")
    page.get_by_label("E-mail").fill(mail_of("comms"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("is not right")


def test_the_sign_in_by_keyboard_alone(outreach: Running, page: Page) -> None:
    outreach.enter(page, "reader")
    page.context.clear_cookies()
    page.goto(f"{outreach.url}/sign-in")
    # Past the skip link and the languages to the form, by Tab alone.
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))
        if reached[-1] == "mail":
            break
    assert reached[0] == "Uz saturu" and reached[-1] == "mail"
    page.keyboard.type(mail_of("reader"))
    page.keyboard.press("Tab")
    page.keyboard.type("aplama parole")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("nav pareizi")
    page.get_by_label("Parole").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{outreach.url}/")


def test_without_script_the_doors_open_too(outreach: Running, page: Page) -> None:
    outreach.enter(page, "comms")
    browser = page.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False, locale="lv-LV")
    other = plain.new_page()
    sign_in(other, outreach.url, "comms")
    other.wait_for_url(f"{outreach.url}/")
    other.goto(f"{outreach.url}/me")
    other.get_by_text("Mainīt paroli").click()
    other.locator("#password-current").fill(PASSWORD)
    other.locator("#password-password").fill(NEW)
    other.locator("#password-again").fill(NEW)
    other.get_by_role("button", name="Saglabāt paroli").click()
    expect(other.locator("#toasts")).to_contain_text("Parole ir nomainīta")
    page.goto(f"{outreach.url}/me")
    expect(page.get_by_role("heading", name="Pieslēgties")).to_be_visible()
    plain.close()
