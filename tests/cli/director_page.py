"""The director's page in a real browser: director_page.py URL SERVICES-FOLDER"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from browser import Browser  # noqa: E402

url, services = sys.argv[1:]


def add_service(name, script):
    folder = os.path.join(services, name)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "run")
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n" + script)
    os.chmod(path, 0o755)


def row(name):
    return "document.querySelector('tr[data-name=\"%s\"]')" % name


def click(name, label):
    browser.run("[...%s.querySelectorAll('button')].find(b => b.textContent === '%s').click()"
                % (row(name), label))


def text(selector):
    return "document.querySelector('%s').innerText" % selector


def run(name):
    browser.run("document.querySelector('#run-name').value = '%s';"
                "document.querySelector('#run').requestSubmit()" % name)


answering = "exec attach_service \"$NAME\" --methods echo,other --mode exec -- cat\n"
nasty = "<img src=x onerror=alert(1)>"
add_service("hello", "echo '%s'; printf '\\033[31mred\\033[0m\\n'; echo oops >&2\n%s"
            % (nasty, answering))
add_service("flaky", "echo boom; exit 3\n")

with Browser() as browser:
    browser.open(url)
    browser.wait("%s === 'live'" % text("#link-text"))
    browser.wait("%s.startsWith('Nothing runs here yet')" % text("#empty"))

    # Run: its progress is shown while it goes on, and the list follows by itself.
    browser.wait("document.querySelector('#run-names option[value=hello]')")
    run("hello")
    browser.wait(row("hello") + " && %s.innerText.includes('running')" % row("hello"), 20)
    browser.wait("%s.includes('start')" % text("#progress-lines"))
    browser.wait("%s.textContent.includes('echo')" % row("hello"))
    browser.wait("%s.includes('tmux')" % text("#details"))

    # Its log is text, whatever it says, and colours are left out.
    browser.wait("%s.includes('oops')" % text("#log-lines"))
    assert nasty in browser.run(text("#log-lines"))
    assert "\nred\n" in browser.run(text("#log-lines"))
    assert browser.run("document.querySelector('#log-lines img')") is None

    # Call.
    browser.run("document.querySelector('#call-params').value = '{\"a\": [1, \"é\"]}';"
                "document.querySelector('#call-form').requestSubmit()")
    browser.wait("%s.includes('é')" % text("#answer-text"))
    assert "echo answered in" in browser.run(text("#answer-title"))
    browser.run("document.querySelector('#call-params').value = '{';"
                "document.querySelector('#call-form').requestSubmit()")
    browser.wait("%s.includes('not JSON')" % text("#answer-title"))
    browser.run("document.querySelector('#call-params').value = '{}';"
                "document.querySelector('#call-method').value = 'nosuch';"
                "document.querySelector('#call-form').requestSubmit()")
    browser.wait("%s.includes('Method not found')" % text("#answer-title"))

    # Restart, stop, start.
    started = browser.run("state.services.get('hello').instance.started_ms")
    click("hello", "Restart")
    browser.wait("state.services.get('hello').instance.started_ms > %d" % started, 20)
    browser.wait("!state.services.get('hello').operation")
    click("hello", "Stop")
    browser.wait("%s.innerText.includes('stopped')" % row("hello"), 20)
    browser.wait("[...%s.querySelectorAll('button')].some(b => b.textContent === 'Start'"
                 " && !b.disabled)" % row("hello"))
    click("hello", "Start")
    browser.wait("%s.innerText.includes('running')" % row("hello"), 20)
    browser.wait("!state.services.get('hello').operation")

    # What fails is said.
    run("flaky")
    browser.wait("document.querySelector('.toast')?.innerText.includes('boom')", 20)

    # By keyboard: Escape closes the panel, and the focus is where it came from.
    browser.run("if (state.chosen !== 'hello') %s.querySelector('button').click()" % row("hello"))
    browser.wait("!document.querySelector('#panel').hidden && state.chosen === 'hello'")
    browser.press("Escape")
    browser.wait("document.querySelector('#panel').hidden")
    assert browser.run("document.activeElement.textContent") == "hello"

    # Filter.
    browser.run("document.querySelector('#filter').value = 'zzz';"
                "document.querySelector('#filter').dispatchEvent(new Event('input'))")
    browser.wait("%s.includes('No service matches')" % text("#empty"))
    browser.run("document.querySelector('#filter').value = '';"
                "document.querySelector('#filter').dispatchEvent(new Event('input'))")

    # Remove asks first, and does nothing when the answer is no.
    click("hello", "Stop")
    browser.wait("[...%s.querySelectorAll('button')].some(b => b.textContent === 'Remove'"
                 " && !b.disabled)" % row("hello"), 20)
    click("hello", "Remove")
    browser.wait("document.querySelector('#ask').open")
    browser.run("document.querySelector('#ask-no').click()")
    browser.wait("!document.querySelector('#ask').open")
    click("hello", "Remove")
    browser.run("document.querySelector('#ask-yes').click()")
    browser.wait("!" + row("hello"), 20)

    # On a narrow screen nothing sticks out.
    browser.resize(360, 740)
    assert browser.run("document.documentElement.scrollWidth") <= 360

    # Everything has a name for those who do not see it.
    nameless = browser.run(
        "[...document.querySelectorAll('button, input, textarea')].filter(e =>"
        " !(e.textContent.trim() || e.ariaLabel || e.getAttribute('aria-label') || e.title))"
        ".map(e => e.outerHTML)")
    assert nameless == [], nameless
    foreign = [asked for asked in browser.requests if not asked.startswith(url)]
    assert foreign == [], foreign
    unexpected = [line for line in browser.console if "status of" not in line]
    assert unexpected == [], unexpected
