"use strict";

// The page of a director: it shows what /events tells and asks for what a person clicks. What
// services say is only ever set as text.

const byId = (id) => document.getElementById(id);

// What only our page sends: another site's page cannot, without being asked about first.
const own = { "X-Requested-With": "director" };

const state = {
    services: new Map(),
    chosen: null,
    log: null, // {id, stop, over} of the log that is shown
};

const keptLines = 2000;

// ---- asking

function headers(more = {}) {
    const token = sessionStorage.getItem("token");
    return { ...own, ...more, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
}

let login = null;

/** Asks for the token, once however many requests want it. */
function askToken() {
    login ??= new Promise((resolve) => {
        const dialog = byId("login");
        byId("login-token").value = "";
        dialog.addEventListener("close", () => {
            sessionStorage.setItem("token", byId("login-token").value.trim());
            login = null;
            resolve();
        }, { once: true });
        dialog.showModal();
    });
    return login;
}

async function request(path, options = {}) {
    for (;;) {
        const response = await fetch(path, { ...options, headers: headers(options.headers) });
        if (response.status !== 401)
            return response;
        await askToken();
    }
}

/** Gives the result; throws an Error that says why there is none. */
async function ask(path, options = {}) {
    const response = await request(path, options);
    const text = await response.text();
    let body = null;
    try {
        body = JSON.parse(text);
    } catch {
        throw new Error(response.ok ? "the answer is not JSON" : text || response.statusText);
    }
    if (!response.ok || body.error)
        throw Object.assign(new Error(body.error?.message ?? `status ${response.status}`),
            { status: response.status, body: body.error });
    return body.result;
}

const change = (what, name) => ask(`${what}/${encodeURIComponent(name)}`, { method: "POST" });

/** Calls `each` with every line of a response's body as it comes. */
async function readLines(response, each) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
        const { value, done } = await reader.read();
        if (done)
            return;
        const lines = (rest + value).split("\n");
        rest = lines.pop();
        lines.forEach(each);
    }
}

// ---- small things

function element(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (name === "data")
            Object.assign(made.dataset, value);
        else if (name.startsWith("aria-"))
            made.setAttribute(name, value);
        else
            made[name] = value;
    }
    made.append(...children.filter((child) => child !== null));
    return made;
}

function duration(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    if (seconds < 60)
        return `${seconds} s`;
    if (seconds < 3600)
        return `${Math.floor(seconds / 60)} min`;
    if (seconds < 86400)
        return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
    return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds / 3600) % 24} h`;
}

// Colours and the like of programs that write to a terminal.
const plain = (line) => line.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)/g, "")
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");

function toast(text) {
    const close = element("button", { className: "quiet", textContent: "\u2715", "aria-label": "Dismiss" });
    const box = element("div", { className: "toast" }, element("p", { textContent: text }), close);
    close.onclick = () => box.remove();
    byId("toasts").append(box);
    setTimeout(() => box.remove(), 20000);
}

function confirmed(title, text, button) {
    return new Promise((resolve) => {
        const dialog = byId("ask");
        byId("ask-title").textContent = title;
        byId("ask-text").textContent = text;
        byId("ask-yes").textContent = button;
        // Not by its close event, which comes later and could answer the next question.
        byId("ask-yes").onclick = () => resolve(true);
        byId("ask-no").onclick = () => resolve(false);
        dialog.oncancel = () => resolve(false);
        dialog.showModal();
        byId("ask-no").focus();
    });
}

/** Appends to a <pre>, which stays at its end unless a person has scrolled up. */
function appendLine(pre, text, className = "") {
    const atEnd = pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 20;
    pre.append(element("span", { className, textContent: `${plain(text)}\n` }));
    while (pre.childElementCount > keptLines)
        pre.firstElementChild.remove();
    if (atEnd)
        pre.scrollTop = pre.scrollHeight;
}

// ---- the list

const stateOf = (service) => service.operation ? "busy" : service.instance?.state ?? "on the bus";

const verbs = { run: "starting", build: "building", start: "starting", stop: "stopping",
    restart: "restarting", rm: "being removed" };

function stateText(service) {
    if (service.operation)
        return verbs[service.operation] ?? service.operation;
    return service.instance?.state ?? "on the bus";
}

const isUp = (service) => ["running", "restarting", "paused"].includes(service.instance?.state);
const startedOf = (service) => service.instance ? service.instance.started_ms : service.app_started;

function portsOf(service) {
    return (service.instance?.ports ?? []).map((port) =>
        port.service_port && port.service_port !== port.host_port
            ? `${port.host_port} \u2192 ${port.service_port}` : `${port.host_port}`);
}

function act(what, name) {
    return async () => {
        try {
            await change(what, name);
        } catch (error) {
            toast(error.message.startsWith(name) ? error.message : `${name}: ${error.message}`);
        }
    };
}

function button(label, service, action) {
    return element("button", { textContent: label, disabled: Boolean(service.operation),
        "aria-label": `${label} ${service.name}`,
        onclick: (event) => {
            event.stopPropagation();
            action();
        } });
}

async function remove(service) {
    if (await confirmed(`Remove ${service.name}?`,
        "It is stopped and deleted. Its folder and image stay, so it can be run again.", "Remove"))
        act("rm", service.name)();
}

function actionsOf(service) {
    const { name } = service;
    if (!service.instance)
        return [];
    const run = button("Run anew", service, act("run", name));
    run.title = "Build it and let the new one take the place of this one";
    if (isUp(service))
        return [run, button("Restart", service, act("restart", name)),
            button("Stop", service, act("stop", name))];
    return [button("Start", service, act("start", name)), run,
        button("Remove", service, () => remove(service))];
}

function rowOf(service) {
    const name = element("button", { textContent: service.name, type: "button" });
    const chosen = service.name === state.chosen;
    name.setAttribute("aria-expanded", String(chosen));
    name.setAttribute("aria-controls", "panel");
    const detail = service.trouble || (isUp(service) ? "" : service.instance?.detail) || "";
    const methods = service.methods.map(([method]) => element("span", { className: "chip", textContent: method }));
    const shown = methods.slice(0, 4);
    if (methods.length > shown.length)
        shown.push(element("span", { textContent: `+${methods.length - shown.length}` }));
    const started = startedOf(service);
    const up = started && (!service.instance || isUp(service));
    const row = element("tr", { className: chosen ? "chosen" : "", data: { name: service.name } },
        element("td", { className: "name" }, name),
        element("td", { className: "state", data: { state: stateOf(service) } },
            element("span", { className: "dot", "aria-hidden": "true" }),
            element("span", { className: "word", textContent: stateText(service) }),
            detail ? element("small", { textContent: detail.split("\n")[0].slice(0, 200) }) : null),
        element("td", { className: "up", data: up ? { started } : {},
            textContent: up ? duration(Date.now() - started) : "" }),
        element("td", { className: "ports", textContent: portsOf(service).join(", ") }),
        element("td", { className: "methods" }, ...shown),
        element("td", { className: "actions" }, ...actionsOf(service)));
    row.onclick = () => choose(service.name);
    return row;
}

function showList() {
    const wanted = byId("filter").value.trim().toLowerCase();
    const all = [...state.services.values()];
    const matching = all.filter((service) => service.name.includes(wanted));
    const focused = document.activeElement?.closest?.("#rows tr")?.dataset.name;
    const label = document.activeElement?.textContent;
    byId("rows").replaceChildren(...matching.map(rowOf));
    if (focused)
        [...document.querySelectorAll(`#rows tr[data-name="${CSS.escape(focused)}"] button`)]
            .find((one) => one.textContent === label)?.focus();
    byId("count").textContent = all.length ? String(all.length) : "";
    byId("empty").hidden = matching.length > 0;
    byId("empty").textContent = all.length
        ? "No service matches the filter."
        : "Nothing runs here yet. Type the name of a service above to run it.";
}

function showFacts(told) {
    const facts = [element("li", { textContent: told.host })];
    facts.push(element("li", { data: { state: told.redis.up ? "up" : "away" },
        textContent: told.redis.up ? "Redis" : "Redis is away: services cannot be called" }));
    for (const runtime of told.runtimes)
        facts.push(element("li", { data: { state: runtime.up ? "up" : "away" },
            textContent: runtime.up ? runtime.name : `${runtime.name} is away` }));
    byId("facts").replaceChildren(...facts);
    byId("run-names").replaceChildren(...told.folders.map((name) => element("option", { value: name })));
    document.title = `director \u2013 ${told.host}`;
    const away = [told.redis, ...told.runtimes].filter((one) => !one.up && one.why).map((one) => one.why);
    byId("alarm").hidden = away.length === 0;
    byId("alarm").textContent = away.join("\n");
}

function show(told) {
    state.services = new Map(told.services.map((service) => [service.name, service]));
    showFacts(told);
    showList();
    showPanel();
}

// ---- one service

function choose(name) {
    if (state.chosen === name)
        return closePanel();
    endLog();
    state.chosen = name;
    byId("answer").hidden = true;
    byId("progress").hidden = true;
    byId("progress-lines").replaceChildren();
    byId("call-method").value = "";
    byId("call-params").value = "{}";
    showList();
    showPanel();
    byId("panel").scrollTop = 0;
    byId("panel").focus({ preventScroll: matchMedia("(min-width: 70rem)").matches });
}

function closePanel() {
    const name = state.chosen;
    state.chosen = null;
    endLog();
    byId("panel").hidden = true;
    showList();
    document.querySelector(`#rows tr[data-name="${CSS.escape(name ?? "")}"] td.name button`)?.focus();
}

function showPanel() {
    const name = state.chosen;
    if (name === null)
        return;
    const service = state.services.get(name);
    byId("panel").hidden = false;
    byId("panel-title").textContent = name;
    const lines = [];
    const line = (term, text) => {
        if (text)
            lines.push(element("dt", { textContent: term }), element("dd", { textContent: text }));
    };
    line("State", service ? [stateText(service), service.instance?.detail].filter(Boolean).join(", ") : "does not run");
    if (service) {
        const { instance } = service;
        line("Runtime", instance?.runtime ?? "not run by this director");
        line("Answers", service.answers ? "yes" : "not on the bus");
        line("Listens on", (instance?.ports ?? []).map((port) =>
            `${port.host_address || "127.0.0.1"}:${port.host_port}`).join(", "));
        line(instance?.runtime === "docker" ? "Image" : "Command", instance?.image);
        line("Started", startedOf(service) ? new Date(startedOf(service)).toLocaleString() : "");
        line("Restarts", instance?.restarts ? String(instance.restarts) : "");
        line("Methods", service.methods.map(([method, role]) =>
            ["none", "handler"].includes(role) ? method : `${method} (${role})`).join(", "));
    }
    byId("details").replaceChildren(...lines);
    byId("trouble").hidden = !service?.trouble;
    byId("trouble").textContent = service?.trouble ?? "";
    byId("call").hidden = !service?.answers;
    byId("log").hidden = !service?.instance;
    const methods = service?.methods ?? [];
    byId("call-methods").replaceChildren(...methods.map(([method]) => element("option", { value: method })));
    if (!byId("call-method").value && methods.length)
        byId("call-method").value = methods[0][0];
    if (service?.instance && (state.log?.id !== service.instance.id || (state.log.over && isUp(service))))
        followLog(name, service.instance.id);
}

function showProgress({ service, phase, line }) {
    if (service !== state.chosen)
        return;
    byId("progress").hidden = false;
    appendLine(byId("progress-lines"), line ? `${phase}: ${line}` : phase);
}

function endLog() {
    state.log?.stop.abort();
    state.log = null;
}

async function followLog(name, id) {
    endLog();
    const log = { id, stop: new AbortController(), over: false };
    state.log = log;
    const tell = (text) => {
        if (state.log === log)
            byId("log-state").textContent = text;
    };
    const pre = byId("log-lines");
    pre.replaceChildren();
    tell("");
    try {
        const response = await request(`logs/${encodeURIComponent(name)}?follow=1&last=200`,
            { headers: { Accept: "application/x-ndjson" }, signal: log.stop.signal });
        if (!response.ok)
            throw new Error(`status ${response.status}`);
        tell("following");
        await readLines(response, (text) => {
            if (!text || state.log !== log)
                return;
            const entry = JSON.parse(text);
            appendLine(pre, entry.line ?? entry.error.message, entry.err || entry.error ? "err" : "");
        });
        tell("ended");
    } catch (error) {
        if (error.name !== "AbortError")
            tell("lost");
    }
    // Not at once again: what has just ended may take a moment to be seen as such.
    setTimeout(() => { log.over = true; }, 3000);
}

async function call(event) {
    event.preventDefault();
    const name = state.chosen;
    const method = byId("call-method").value.trim();
    const params = byId("call-params").value.trim() || "{}";
    const tell = (good, title, text) => {
        if (state.chosen !== name)
            return;
        byId("answer").hidden = false;
        byId("answer").dataset.state = good ? "live" : "failed";
        byId("answer-title").textContent = title;
        byId("answer-text").hidden = !text;
        byId("answer-text").textContent = text;
    };
    try {
        JSON.parse(params);
    } catch (error) {
        tell(false, `The parameters are not JSON: ${error.message}`, "");
        byId("call-params").focus();
        return;
    }
    const start = performance.now();
    try {
        const result = await ask(`call/${encodeURIComponent(name)}/${encodeURIComponent(method)}`,
            { method: "POST", body: params, headers: { "Content-Type": "application/json" } });
        tell(true, `${method} answered in ${Math.round(performance.now() - start)} ms`,
            JSON.stringify(result, null, 2));
    } catch (error) {
        tell(false, `${method}: ${error.message}`, error.body?.data ? JSON.stringify(error.body.data, null, 2) : "");
    }
}

// ---- staying up to date

function showLink(link, text) {
    if (byId("link").dataset.state === link)
        return;
    byId("link").dataset.state = link;
    byId("link-text").textContent = text;
}

/** Reads server-sent events until they end. EventSource could not send the token. */
async function follow() {
    const response = await request("events", { headers: { Accept: "text/event-stream" } });
    if (!response.ok)
        throw new Error(`status ${response.status}`);
    showLink("live", "live");
    let kind = "";
    await readLines(response, (line) => {
        if (line.startsWith("event: "))
            kind = line.slice(7);
        else if (line.startsWith("data: ") && kind === "services")
            show(JSON.parse(line.slice(6)));
        else if (line.startsWith("data: ") && kind === "progress")
            showProgress(JSON.parse(line.slice(6)));
    });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function stayUpToDate() {
    for (let tries = 0; ; ++tries) {
        try {
            await follow();
            tries = 0;
        } catch {
            // Where a proxy in between holds streams back, asking now and then still works.
            try {
                show(await ask("overview"));
                showLink("polling", "every few seconds");
            } catch {
                showLink("lost", "connection lost, trying again");
            }
        }
        await pause(Math.min(500 * 2 ** tries, 5000));
    }
}

setInterval(() => {
    for (const cell of document.querySelectorAll("td.up[data-started]"))
        cell.textContent = duration(Date.now() - Number(cell.dataset.started));
}, 1000);

byId("filter").oninput = showList;
byId("panel-close").onclick = closePanel;
byId("call-form").onsubmit = call;
byId("call-params").onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
        byId("call-form").requestSubmit();
};
byId("run").onsubmit = (event) => {
    event.preventDefault();
    const name = byId("run-name").value.trim();
    byId("run-name").value = "";
    if (state.chosen !== name)
        choose(name);
    act("run", name)();
};
document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.chosen !== null && !document.querySelector("dialog[open]"))
        closePanel();
});

stayUpToDate();
