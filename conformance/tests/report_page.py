#!/usr/bin/python3
"""Tests of the page that run writes, in a browser without a window, with real clicks and keys.

usage: report_page.py CHECKER SOURCE
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import report

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import Select
except ImportError:
    print("skipped: python3-selenium is not installed")
    sys.exit(77)

FLAGS = """--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
--disable-background-networking --disable-component-update --window-size=1280,900"""


def browser_of(folder):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in FLAGS.split():
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={folder}/profile")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


class Page:
    def __init__(self, browser, path):
        self.browser = browser
        browser.get(path.as_uri())

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def run(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def names(self):
        return self.run("return [...document.querySelectorAll('#grid tbody tr')]"
                        ".map((row) => row.cells[0].title)")

    def cell(self, name, profile):
        """The cell of a configuration under a profile; profile None is its name."""
        return self.run("""
            const [name, profile] = arguments, rows = [...document.getElementById("grid").rows];
            const heads = [...rows[0].cells].map((cell) => cell.textContent);
            const row = rows.find((row) => row.cells[0].title === name);
            return row.cells[profile === null ? 0 : heads.indexOf(profile)];""", name, profile)

    def keys(self, *keys):
        chain = ActionChains(self.browser)
        for key in keys:
            chain.send_keys(key)
        chain.perform()

    def choose(self, select, text):
        Select(self.one(select)).select_by_visible_text(text)

    def focus(self):
        """Where the keyboard is, as [row, column], and what it is on."""
        return self.run("""
            const cell = document.activeElement;
            return [cell.parentNode.rowIndex, cell.cellIndex, cell.textContent];""")

    def media(self, **media):
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)


def until(holds, what):
    """What a browser does after a change of its surroundings, it does a little later."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def head(page):
    facts = page.one("#versions").text
    for text in ("polyring-check 0.1.0", "vectors 1.0", "memcached 1.6.18", "2026-11-21"):
        assert text in facts, facts
    totals = page.one("#totals").text
    for text in ("6 configurations", "2 agree", "2 differ", "1 broken", "1 skipped"):
        assert text in totals, totals
    cell = page.cell("good/ketama", "libmemcached/ketama-weighted")
    assert cell.text.split() == ["A", "100"] and "claimed" in cell.get_attribute("class"), cell.text
    assert cell.value_of_css_property("background-color") != \
        page.cell("liar/modula", "libmemcached/ketama-weighted").value_of_css_property(
            "background-color"), "letters have no colour"


def filters(page):
    def find(text):
        page.one("#find").send_keys(Keys.CONTROL + "a" + Keys.NULL, Keys.BACKSPACE, text)

    find("good mod")
    assert page.names() == ["good/modula"], page.names()
    find("")
    page.choose("#status", "broken")
    assert page.names() == ["torn/one"], page.names()
    page.choose("#status", "all")
    page.choose("#language", "python")
    assert page.names() == ["good/ketama", "good/modula"], page.names()
    assert page.one("#shown").text == "2 of 6 configurations, 1 clients", page.one("#shown").text
    page.choose("#language", "java")
    assert page.names() == ["liar/modula"], page.names()
    find("nobody")
    assert page.names() == [] and page.one("#empty").is_displayed()
    find("")
    page.choose("#language", "all")
    assert len(page.names()) == 6, page.names()
    columns = len([c for c in page.all("#grid thead th") if c.is_displayed()])
    page.one("#followed").click()
    rows = page.run("return JSON.parse(document.getElementById('data').textContent).rows")
    assert len(page.all("#grid thead th:not([hidden])")) == rows + 2 > 40 > columns, columns
    page.one("#followed").click()


def sorts(page):
    page.choose("#sort", "name")
    assert page.names() == sorted(page.names()), page.names()
    page.choose("#sort", "agreement, worst first")
    assert page.names()[0] == "torn/one" and page.names()[-1] == "absent/one", page.names()
    page.choose("#sort", "claimed profile")
    assert page.names()[:2] == ["absent/one", "good/ketama"], page.names()
    page.choose("#sort", "order of the run")
    heads = {cell.text: cell for cell in page.all("#grid thead th") if cell.text}
    heads["libmemcached/modula"].click()
    assert page.names()[0] == "good/modula" and page.names()[1] == "liar/modula", page.names()
    assert heads["libmemcached/modula"].get_attribute("aria-sort") == "descending"
    heads["libmemcached/modula"].click()
    assert page.names()[0] == "good/ketama", page.names()


def explains(page, source):
    page.cell("good/modula", "libmemcached/ketama-weighted").click()
    sheet = page.one("#sheet")
    told = sheet.text
    assert sheet.get_attribute("open") and "good/modula and libmemcached/ketama-weighted" in told
    rows = {row.text.split("\n")[0]: [cell.text for cell in row.find_elements(By.TAG_NAME, "td")]
            for row in page.all("#sheet .difference")}
    assert rows["hash"][1:] == ["one_at_a_time", "md5"], rows
    assert rows["layout"][1:] == ["modulo", "ring"], rows
    assert "other servers" in told, "the consequence is missing:\n" + told
    assert "behavior ketama_weighted" in told and "verified with version 2.0" in told, told
    vector = json.loads((source / "vectors/placement/libmemcached/modula/4-equal.json").read_text())
    key = page.one("#sheet pre").text
    at = next(case["at"] for case in vector["cases"] if case["key"] == key)
    assert f"found on\nserver {at}, {vector['servers'][at]}" in told, told
    assert "polyring explain --profile 'libmemcached/ketama-weighted' --servers '" in told, told
    assert "why\nthe first point that is not below the hash" in told, told
    page.one("#close").click()
    assert not sheet.get_attribute("open")
    page.cell("liar/modula", None).click()
    assert "50 DIFFERENT" in sheet.text and "wanted  server 1" in sheet.text, sheet.text
    assert "java" in sheet.text, sheet.text
    page.keys(Keys.ESCAPE)
    page.cell(report.HOSTILE, "libmemcached/modula").click()
    assert "<img src=x" in sheet.text, sheet.text
    page.keys(Keys.ESCAPE)
    page.cell(report.HOSTILE, None).click()
    assert "<img src=x" in sheet.text, sheet.text
    page.keys(Keys.ESCAPE)
    assert page.browser.title == "Which memcached clients put keys alike", page.browser.title
    assert not page.all("img"), "somebody's text became markup"
    page.one("#facts summary").click()

    def table():
        return " ".join(table.text for table in page.all("#facts table"))
    until(lambda: "flags 2; 7" in table() and "<img src=x" in table(), table)


def keyboard(page):
    page.browser.refresh()
    page.keys(Keys.TAB)
    assert page.run("return document.activeElement.className") == "skip"
    page.keys(Keys.ENTER, Keys.TAB)
    row, column, text = page.focus()
    assert (row, column) == (1, 0) and "good" in text, (row, column, text)
    assert page.run("return document.querySelectorAll('#grid [tabindex=\"0\"]').length") == 1
    page.keys(Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    row, column, text = page.focus()
    assert (row, column) == (2, 2), (row, column, text)
    assert page.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keys(Keys.ENTER)
    assert page.one("#sheet").get_attribute("open") and "good/modula and" in page.one("#sheet").text
    page.keys(Keys.TAB, Keys.ESCAPE)
    assert not page.one("#sheet").get_attribute("open")
    assert page.focus()[:2] == [2, 2], page.focus()
    page.keys(Keys.HOME, Keys.ARROW_UP, Keys.ARROW_UP, Keys.ARROW_UP)
    assert page.focus()[:2] == [0, 0], page.focus()
    page.keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ENTER)
    assert page.run("return document.activeElement.getAttribute('aria-sort')") == "descending"
    page.keys(Keys.ENTER, Keys.END)
    shown = page.run("const box = document.activeElement.getBoundingClientRect();"
                     "const frame = document.getElementById('matrix').getBoundingClientRect();"
                     "return box.left >= frame.left && box.right <= frame.right + 1")
    assert shown, "the cell with the keyboard is out of sight"


def looks(page):
    colours = {"Light": "rgb(13, 17, 23)", "Dark": "rgb(255, 255, 255)"}

    def is_now(offered):
        def seen():
            return (page.one("#theme").text,
                    page.run("return getComputedStyle(document.body).backgroundColor"))
        until(lambda: seen() == (offered, colours[offered]), seen)
    page.media(features=[{"name": "prefers-color-scheme", "value": "dark"}])
    is_now("Light")
    page.one("#theme").click()
    is_now("Dark")
    page.media(features=[{"name": "prefers-color-scheme", "value": "light"}])
    page.one("#theme").click()
    is_now("Light")
    page.one("#theme").click()
    page.media(media="print")
    until(lambda: not page.one("#matrix").is_displayed(), lambda: "the matrix is printed")
    assert not page.one("#controls").is_displayed()
    rows = page.all("#summary tbody tr")
    assert len(rows) == 6 and rows[0].is_displayed() and "good/ketama" in rows[0].text
    page.media(media="")
    until(lambda: page.one("#matrix").is_displayed(), lambda: "the matrix is gone")
    assert not page.one("#summary").is_displayed()
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True})
    until(lambda: page.run("return document.documentElement.scrollWidth") <= 390,
          lambda: "the page is too wide")
    page.run("document.getElementById('matrix').scrollLeft = 120")
    stuck = page.run("return document.querySelector('#grid tbody th').getBoundingClientRect().left")
    assert 0 <= stuck < 40, f"the first column went away: {stuck}"
    page.cell("good/modula", None).click()
    box = page.one("#sheet").rect
    assert box["width"] <= 390 and page.one("#close").is_displayed(), box
    page.keys(Keys.ESCAPE)


def quiet(browser):
    said = [entry["message"] for entry in browser.get_log("browser")
            if not entry["message"].startswith("chrome://")] # the browser's own first page
    assert not said, f"the console: {said}"
    asked = set()
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.add(message["params"]["request"]["url"])
    outside = [url for url in asked if not url.startswith(("file:", "data:", "chrome:"))]
    assert asked and not outside, f"the network: {outside}"


def installed(program, source, folder):
    """The checker with lists of its own: a consequence and a cure."""
    data = folder / "share/polyring"
    data.mkdir(parents=True)
    (folder / "bin").mkdir()
    shutil.copy(program, folder / "bin/polyring-check")
    (data / "report").symlink_to(source / "conformance/report")
    (data / "consequences.list").write_text("# none\nhash  Keys lie on other servers.\n")
    (data / "cures.list").write_text(
        "good/ketama libmemcached/ketama-weighted 2.0 behavior ketama_weighted <b>1</b>\n")
    return folder / "bin/polyring-check"


def control(browser, path, spoiled):
    """A page with a hole is noticed: somebody's text that became markup, and what it asked for."""
    spoiled.write_text(path.read_text().replace("\\u003c", "<").replace("default-src 'none'; ", ""))
    browser.get(spoiled.as_uri())
    try:
        quiet(browser)
    except AssertionError:
        return
    raise AssertionError("a page that runs somebody's markup passes for a good one")


def main():
    for needed in ("/usr/bin/chromium", "/usr/bin/chromedriver"):
        if not os.access(needed, os.X_OK):
            print(f"skipped: {needed} is not installed")
            sys.exit(77)
    source = pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.environ["TMPDIR"] = name
        program = installed(sys.argv[1], source, folder)
        (folder / "run.jsonl").write_text(report.written(report.sample(source)))
        run = subprocess.run([program, "report", folder / "run.jsonl", "--html", folder / "page.html"],
                             stdout=subprocess.DEVNULL, check=False)
        assert run.returncode == 3, run
        browser = browser_of(folder)
        try:
            page = Page(browser, folder / "page.html")
            head(page)
            filters(page)
            sorts(page)
            explains(page, source)
            keyboard(page)
            looks(page)
            quiet(browser)
            control(browser, folder / "page.html", folder / "spoiled.html")
        finally:
            browser.quit()


if __name__ == "__main__":
    main()
