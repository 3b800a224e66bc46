#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/command.hpp"
#include "cli/invocation.hpp"
#include "cli/records.hpp"
#include "cli/redact.hpp"
#include "codec/json_writer.hpp"
#include "docker/engine.hpp"
#include "tools/bandctl/finding.hpp"
#include "tools/bandctl/registry_options.hpp"
#include "tools/bandctl/token.hpp"

#include <algorithm>
#include <functional>
#include <future>
#include <thread>

namespace bandctl {

namespace {

using namespace std::chrono_literals;
using base::Error;

constexpr cli::Option own_options[] = {
    {.name = "timeout",
     .kind = cli::Kind::duration,
     .help = "Give each of them TIME to answer",
     .fallback = "2s"},
};

constexpr cli::OptionGroup groups[] = {{"Doctor", own_options}, registry_options};

constexpr cli::Example examples[] = {
    {"Is everything there?", "bandctl doctor"},
    {"What is not well, for a script",
     "bandctl doctor -j | jq -r '.checks[] | select(.state == \"failed\").name'"},
};

/// One look, on a thread of its own: a resolver that hangs must not hold the others up.
struct Look {
    std::string name;
    std::string where;
    std::string advice; // when it fails
    std::function<Finding(base::Deadline)> look;
    std::future<Finding> result = {};
};

Finding failed(const Look& look, const std::string& why, const std::string& advice) {
    return {.name = look.name,
            .health = Health::failed,
            .where = look.where,
            .notes = {why},
            .advice = {advice.empty() ? look.advice : advice}};
}

void start(Look& look, base::Deadline deadline) {
    std::packaged_task<Finding()> task{[work = look.look, deadline] {
        const auto begin = base::SteadyClock::now();
        auto finding = work(deadline);
        finding.elapsed =
            std::chrono::ceil<std::chrono::milliseconds>(base::SteadyClock::now() - begin);
        return finding;
    }};
    look.result = task.get_future();
    std::thread{std::move(task)}.detach();
}

Finding finish(Look& look, std::chrono::milliseconds limit, base::SteadyClock::time_point end) {
    if (look.result.wait_until(end) != std::future_status::ready)
        return failed(look, "no answer within " + base::format_duration(limit), "");
    try {
        auto finding = look.result.get();
        finding.name = look.name;
        finding.where = look.where;
        return finding;
    } catch (const Error& error) {
        const bool away = error.kind() == base::ErrorKind::unavailable ||
                          error.kind() == base::ErrorKind::timeout ||
                          error.kind() == base::ErrorKind::not_found;
        Finding finding =
            failed(look, error.subject() + ": " + error.why(), away ? "" : error.hint());
        finding.denied = error.kind() == base::ErrorKind::no_permission;
        return finding;
    }
}

/// Where nobody says it, the runtime looks at the sockets of Podman and a rootless Docker, too.
std::string docker_of(cli::Invocation& in) {
    const auto setting = in.setting("docker");
    return setting.origin == "the default" ? docker::engine_from_environment().url()
                                           : setting.value;
}

std::vector<Look> looks_for(cli::Invocation& in) {
    const auto bus = in.bus();
    const auto director = in.setting("director").value;
    const auto docker = docker_of(in);
    const auto registry = in.setting("registry").value;
    std::vector<Look> looks;
    looks.push_back({"redis", bus.url, "start a Redis server, or name yours with --url or BAND_BUS",
                     [place = BusPlace{bus.url, bus.password.value_or("")}](
                         base::Deadline deadline) { return look_at_redis(place, deadline); }});
    if (!director.empty())
        looks.push_back({"director", director,
                         "start it there, or leave --director and BAND_URL out",
                         [director, token = token_of(in)](base::Deadline deadline) {
                             return look_at_director(director, token, deadline);
                         }});
    looks.push_back(
        {"docker", docker, "install Docker or Podman and start it, or let services run in tmux",
         [docker](base::Deadline deadline) { return look_at_docker(docker, deadline); }});
    looks.push_back({"tmux", "", "install tmux, or let services run in Docker",
                     [](base::Deadline deadline) { return look_at_tmux(deadline); }});
    looks.push_back({"registry", registry, "start servreg there, or name yours with SERVREG_URL",
                     [registry, token = token_of(in)](base::Deadline deadline) {
                         return look_at_registry(registry, token, deadline);
                     }});
    return looks;
}

Finding* find(std::vector<Finding>& findings, std::string_view name) {
    const auto found = std::ranges::find(findings, name, &Finding::name);
    return found == findings.end() ? nullptr : &*found;
}

void excuse(Finding* finding, const char* note) {
    if (finding == nullptr || finding->health != Health::failed)
        return;
    finding->health = Health::absent;
    finding->notes.emplace_back(note);
    finding->advice.clear();
}

/// One of Docker and tmux is enough; with a director none of them is needed, nor a bus that nobody
/// names; and nobody who names no registry needs one.
void excuse_what_is_not_needed(cli::Invocation& in, std::vector<Finding>& findings) {
    const bool registry_named = in.setting("registry").origin != "the default";
    const bool bus_named = in.bus().source != "the default";
    Finding* const docker = find(findings, "docker");
    Finding* const tmux = find(findings, "tmux");
    if (find(findings, "director") != nullptr) {
        excuse(docker, "not needed: services run where the director is");
        excuse(tmux, "not needed: services run where the director is");
        if (!bus_named)
            excuse(find(findings, "redis"), "not needed: the director's is used");
    } else if (tmux->health != Health::failed && docker->denied) {
        docker->health = Health::warning; // a person may want it
        docker->notes.emplace_back("services run in tmux");
    } else if (tmux->health != Health::failed) {
        excuse(docker, "not needed: services run in tmux");
    } else if (docker->health != Health::failed) {
        excuse(tmux, "not needed: services run in Docker");
    }
    if (!registry_named)
        excuse(find(findings, "registry"), "not needed: no registry is named");
}

std::string_view state_name(Health health) {
    switch (health) {
    case Health::ok:
        return "ok";
    case Health::warning:
        return "warning";
    case Health::failed:
        return "failed";
    case Health::absent:
        break;
    }
    return "absent";
}

std::string_view colour_of(Health health, const cli::Style& style) {
    switch (health) {
    case Health::ok:
        return style.green;
    case Health::warning:
        return style.yellow;
    case Health::failed:
        return style.red;
    case Health::absent:
        break;
    }
    return style.dim;
}

void print(cli::Invocation& in, const Finding& finding) {
    const auto shown = [](const std::string& text) { return base::printable(cli::redacted(text)); };
    std::string state{state_name(finding.health)};
    state.resize(9, ' ');
    std::string line{colour_of(finding.health, in.style())};
    line.append(state).append(in.style().reset).append(finding.name);
    if (!finding.version.empty())
        line.append(1, ' ').append(shown(finding.version));
    if (!finding.where.empty())
        line.append(" at ").append(shown(finding.where));
    in.out().line(line);
    for (const std::string& note : finding.notes)
        in.out().line("         " + shown(note));
    for (const std::string& advice : finding.advice)
        in.out().line("         " + std::string{in.style().bold} + "-> " + shown(advice) +
                      std::string{in.style().reset});
}

void append_texts(codec::JsonWriter& json, std::string_view key,
                  const std::vector<std::string>& texts) {
    json.key(key);
    json.begin_array();
    for (const std::string& text : texts)
        json.value(cli::redacted(text));
    json.end_array();
}

std::string json_of(const std::vector<Finding>& findings, bool well) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("ok", well);
    json.key("checks");
    json.begin_array();
    for (const Finding& finding : findings) {
        json.begin_object();
        json.member("name", finding.name);
        json.member("state", state_name(finding.health));
        json.member("where", cli::redacted(finding.where));
        json.member("version", finding.version);
        append_texts(json, "notes", finding.notes);
        append_texts(json, "advice", finding.advice);
        json.member("elapsed_ms", finding.elapsed.count());
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return text;
}

cli::ExitCode run(cli::Invocation& in) {
    const auto limit = in.timeout().value_or(2s);
    auto looks = looks_for(in);
    const auto deadline = base::Deadline::after(limit);
    const auto end = base::SteadyClock::now() + limit + 200ms; // their own words come first
    for (Look& look : looks)
        start(look, deadline);
    std::vector<Finding> findings;
    for (Look& look : looks)
        findings.push_back(finish(look, limit, end));
    excuse_what_is_not_needed(in, findings);
    const bool well = std::ranges::none_of(
        findings, [](const Finding& finding) { return finding.health == Health::failed; });
    if (!cli::print_record(in, "doctor", json_of(findings, well))) {
        for (const Finding& finding : findings)
            print(in, finding);
    }
    return well ? cli::ExitCode::ok : cli::ExitCode::no;
}

} // namespace

extern const cli::Command doctor_command;
const cli::Command doctor_command{
    .name = "doctor",
    .summary = "Look whether all that is needed is there and well",
    .group = "Settings",
    .description = "Asks Redis, Docker, tmux, the director and the registry whether they are there "
                   "and which version they are, all at once, and says what to do. The exit status "
                   "is 1 when something that is needed is missing.",
    .examples = examples,
    .options = groups,
    .formats = "table|json",
    .run = run,
};

} // namespace bandctl
