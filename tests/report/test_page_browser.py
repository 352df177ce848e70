"""The page in a real browser: used by keyboard, at two widths and on paper, with an eye on every request."""

import base64
import json
import re
import shutil

import pytest

pytest.importorskip("babel", reason="the page needs the extra desk")
pytest.importorskip("jinja2", reason="the page needs the extra desk")
pytest.importorskip("selenium", reason="a browser is driven by selenium")

from integrated_services import report, samples

pytestmark = pytest.mark.browser

WIDTHS = (360, 1280)
NAMES = ("elektrenai", "laane-viru", "care-centres", "ida-harju", "institutional-care-reform")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,900",
)

# Text must lie inside its picture, and no two nodes or labels of one picture may overlap, as the browser draws them.
OUTSIDE = """
return [...document.querySelectorAll('svg.picture')].filter(svg => svg.getClientRects().length).flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1
      || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
  }).map(text => svg.id + ' ' + text.textContent);
});
"""
OVERLAPS = """
const found = [];
for (const svg of document.querySelectorAll('svg.picture')) {
  if (!svg.getClientRects().length) continue;
  const boxes = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
    const [a, b] = [boxes[i][1], boxes[j][1]];
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 0.45 * Math.min(a.height, b.height)) found.push(boxes[i][0] + ' | ' + boxes[j][0]);
  }
}
return found;
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    from selenium import webdriver
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.chrome.service import Service

    programs = shutil.which("chromium"), shutil.which("chromedriver")
    if None in programs:
        pytest.skip("chromium and chromedriver (Debian: chromium, chromium-driver) are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    try:
        driver = webdriver.Chrome(options=options, service=Service(programs[1]))
    except WebDriverException as error:
        pytest.skip(f"chromium does not start here: {error.msg.splitlines()[0]}")
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder, made = tmp_path_factory.mktemp("pages"), {}

    def file(name, language="en"):
        if (name, language) not in made:
            made[name, language] = report.write_page(
                samples.load(name), folder / f"{name}-{language}.html", language=language
            )
        return made[name, language].as_uri()

    return file


def at_width(browser, width):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    )


def tab(browser, times=1):
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    for _ in range(times):
        ActionChains(browser).send_keys(Keys.TAB).perform()


def press(browser, key):
    from selenium.webdriver import ActionChains

    ActionChains(browser).send_keys(key).perform()


def requests(browser):
    found = []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            found.append(message["params"]["request"]["url"])
    return found


@pytest.mark.parametrize("language", ["en", "et", "lt"])
def test_no_request_leaves_and_no_error_appears_while_the_page_is_used(browser, files, language):
    from selenium.webdriver.common.keys import Keys

    page = files("laane-viru", language)
    browser.get("about:blank")  # the browser's own first tab has its own requests
    for log in ("performance", "browser"):
        browser.get_log(log)
    browser.get(page)
    tab(browser)
    press(browser, Keys.ENTER)
    browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    browser.find_element("css selector", "nav a[href='#help']").click()
    seen = requests(browser)
    assert seen
    assert [url for url in seen if not url.startswith(("file:", "data:"))] == []
    assert browser.get_log("browser") == []


def test_the_policy_stops_scripts_and_styles_that_do_not_belong(browser, files, tmp_path):
    from pathlib import Path
    from urllib.parse import unquote, urlparse

    html = Path(unquote(urlparse(files("elektrenai")).path)).read_text(encoding="utf-8")
    bad = html.replace("</body>", "<script>document.title = 'run'</script><p id='s' style='color:red'>x</p></body>")
    target = tmp_path / "bad.html"
    target.write_text(bad, encoding="utf-8")
    browser.get(target.as_uri())
    assert browser.title != "run"
    assert browser.execute_script("return getComputedStyle(document.getElementById('s')).color") != "rgb(255, 0, 0)"
    assert len([entry for entry in browser.get_log("browser") if "Content Security Policy" in entry["message"]]) >= 2


def test_the_keyboard_reaches_the_skip_link_first_and_jumps_to_the_content(browser, files):
    from selenium.webdriver.common.keys import Keys

    browser.get(files("elektrenai"))
    tab(browser)
    link = browser.switch_to.active_element
    assert link.get_attribute("class") == "skip"
    assert link.location["y"] >= 0  # it is seen when it has the focus
    assert "solid" in link.value_of_css_property("outline-style")
    press(browser, Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "content"


def test_the_keyboard_opens_a_list_and_scrolls_a_table(browser, files):
    from selenium.webdriver.common.keys import Keys

    browser.get(files("elektrenai"))
    at_width(browser, 360)
    opened = browser.find_element("css selector", "#assumptions details")
    summary = opened.find_element("css selector", "summary")
    browser.execute_script("arguments[0].focus()", summary)
    assert opened.get_attribute("open") is None
    press(browser, Keys.ENTER)
    assert opened.get_attribute("open") is not None
    region = browser.find_element("css selector", "#coverage .scroll")
    browser.execute_script("arguments[0].focus()", region)
    for _ in range(5):
        press(browser, Keys.ARROW_RIGHT)
    browser.execute_async_script("setTimeout(arguments[0], 300)")
    assert browser.execute_script("return arguments[0].scrollLeft", region) > 0


def test_a_link_of_an_answer_leads_to_its_section(browser, files):
    browser.get(files("elektrenai"))
    at_width(browser, 1280)
    browser.find_element("css selector", ".answer .more a[href='#commitments']").click()
    top = browser.execute_script("return document.getElementById('commitments').getBoundingClientRect().top")
    assert abs(top) < 50
    assert browser.current_url.endswith("#commitments")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_the_page_never_scrolls_sideways(browser, files, name, width):
    browser.get(files(name, "lt"))
    at_width(browser, width)
    browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_each_width_shows_one_version_of_every_picture(browser, files, width):
    browser.get(files("laane-viru"))
    at_width(browser, width)
    shown = browser.execute_script(
        "return [...document.querySelectorAll('svg.picture')].filter(s => s.getClientRects().length)"
        ".map(s => s.closest('div').className)"
    )
    assert shown == ["narrow" if width == 360 else "wide"] * 4


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_the_text_of_a_picture_lies_inside_it_and_covers_no_other_text(browser, files, name, width):
    for language in ("en", "lt"):
        browser.get(files(name, language))
        at_width(browser, width)
        assert browser.execute_script(OUTSIDE) == []
        assert browser.execute_script(OVERLAPS) == []


def test_no_text_is_smaller_than_ten_pixels(browser, files):
    for width in WIDTHS:
        browser.get(files("laane-viru"))
        at_width(browser, width)
        small = browser.execute_script("""
            return [...document.querySelectorAll('svg.picture')].filter(svg => svg.getClientRects().length
              && svg.getBoundingClientRect().width / svg.viewBox.baseVal.width * 12 < 10).length""")
        assert small == 0


@pytest.mark.parametrize("name", NAMES)
def test_no_table_is_cut_off_on_paper(browser, files, name):
    """A4 less the margins is 182 mm, that is 688 px."""
    for language in ("en", "lt"):
        browser.get(files(name, language))
        at_width(browser, 688)
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        wide = browser.execute_script(
            "return [...document.querySelectorAll('table, svg.picture')].filter(one => one.getClientRects().length)"
            ".filter(one => one.getBoundingClientRect().right > 689).map(one => one.textContent.slice(0, 80))"
        )
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        assert wide == []


def test_the_page_prints_with_everything_open(browser, files):
    """A closed list takes no room, so that what follows it stands further up."""
    taken = "return document.querySelector('#assumptions').getBoundingClientRect().height"
    open_all = "document.querySelectorAll('details').forEach(one => one.open = true)"
    browser.get(files("elektrenai"))
    at_width(browser, 1280)
    closed = browser.execute_script(taken)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    on_paper = browser.execute_script(taken)
    browser.execute_script(open_all)
    all_open = browser.execute_script(taken)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert on_paper == pytest.approx(all_open, rel=0.02)
    assert on_paper > 1.5 * closed
    printed = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type ?/Page\b", printed)) > 3
