"use strict";

// What others registered is only ever set as text, never as HTML.

const most = 1000;
const interval = 1000;
const field = id => document.getElementById(id);
let timer = 0;
let turn = 0;

async function call(method, params) {
    const headers = {"Content-Type": "application/json"};
    const token = sessionStorage.getItem("token");
    if (token)
        headers.Authorization = `Bearer ${token}`;
    const response = await fetch("rpc", {
        method: "POST", headers,
        body: JSON.stringify({jsonrpc: "2.0", method, params, id: 1}),
    });
    field("login").hidden = response.status !== 401;
    if (!response.headers.get("Content-Type")?.startsWith("application/json"))
        throw new Error((await response.text()).trim() || response.statusText);
    const answer = await response.json();
    if (answer.error)
        throw new Error(answer.error.data ?? answer.error.message);
    return {result: answer.result, stale: response.headers.has("Registry-Stale")};
}

function ago(time, now) {
    const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
    if (seconds < 60)
        return `${seconds} s ago`;
    if (seconds < 3600)
        return `${Math.floor(seconds / 60)} min ago`;
    return seconds < 86400 ? `${Math.floor(seconds / 3600)} h ago`
                           : `${Math.floor(seconds / 86400)} d ago`;
}

function cell(text, name) {
    const made = document.createElement("td");
    made.textContent = text;
    if (name)
        made.className = name;
    return made;
}

function place(service) {
    const made = cell("");
    if (!/^https?:\/\//.test(service.url ?? "")) {
        made.textContent = service.url ?? `${service.host}:${service.port}`;
        return made;
    }
    const link = document.createElement("a");
    link.href = service.url;
    link.rel = "noreferrer";
    link.textContent = service.url;
    made.append(link);
    return made;
}

function row(service, now) {
    const made = document.createElement("tr");
    made.classList.toggle("gone", !service.alive);
    const last = cell(ago(service.last_seen, now), "time");
    last.title = service.last_seen;
    const first = cell(ago(service.first_seen, now), "time");
    first.title = service.first_seen;
    made.append(cell(service.name), place(service),
                cell(service.alive ? "alive" : "dead", service.alive ? "alive" : "dead"),
                last, first);
    return made;
}

function pattern() {
    const text = field("pattern").value.trim();
    if (text === "")
        return "*";
    return /[*?[]/.test(text) ? text : `*${text}*`;
}

async function refresh() {
    clearTimeout(timer);
    const own = ++turn;
    try {
        const [services, stats] = await Promise.all([
            call("list_services", {name: pattern(), limit: most}), call("stats")]);
        if (own !== turn)
            return;
        const now = Date.now();
        const shown = services.result.filter(one => one.alive || field("dead").checked);
        field("services").replaceChildren(...shown.map(one => row(one, now)));
        const {alive, instances, services: names} = stats.result;
        field("summary").textContent = `${alive} of ${instances} alive, ${names} names`;
        field("none").hidden = instances !== 0;
        field("more").hidden = services.result.length < most;
        field("more").textContent = `The first ${most} are shown; a name narrows them down.`;
        trouble(services.stale ? "The database is away: this is what was known when it went." : "");
    } catch (error) {
        if (own === turn)
            trouble(String(error.message));
    }
    if (own === turn && !document.hidden)
        timer = setTimeout(refresh, interval);
}

function trouble(text) {
    field("trouble").textContent = text;
    field("trouble").hidden = text === "";
}

field("search").addEventListener("submit", event => event.preventDefault());
field("pattern").addEventListener("input", refresh);
field("dead").addEventListener("change", refresh);
field("login").addEventListener("submit", event => {
    event.preventDefault();
    sessionStorage.setItem("token", field("token").value);
    field("token").value = "";
    refresh();
});
document.addEventListener("visibilitychange", () => document.hidden || refresh());
refresh();
