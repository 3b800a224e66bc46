#include "base/backoff.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/printable.hpp"
#include "base/stop_signal.hpp"
#include "cli/command.hpp"
#include "cli/shared_options.hpp"
#include "codec/json_writer.hpp"
#include "tools/bandctl/registry_options.hpp"

#include <poll.h>
#include <utility>

namespace bandctl {

namespace {

using namespace std::chrono_literals;
using base::Deadline;
using base::Error;
using base::ErrorKind;
using registry::Instance;

constexpr cli::Option own_options[] = {
    {.name = "one", .letter = '1', .help = "Give one of them, chosen at random"},
    {.name = "watch",
     .letter = 'w',
     .help = "Stay, and give the whole answer again whenever it changes, each on one line"},
    {.name = "count",
     .letter = 'c',
     .kind = cli::Kind::integer,
     .value = "N",
     .help = "With --watch: end after N answers",
     .variable = ""},
    cli::timeout_option(),
};

constexpr cli::OptionGroup groups[] = {{"Answer", own_options}, registry_options};

constexpr cli::Example examples[] = {
    {"Use a service in a script", "curl \"http://$(bandctl locate billing --one)/health\""},
    {"All whose names begin so", "bandctl locate 'svc.*'"},
    {"Act when they change",
     "bandctl locate billing --watch | while read -r all; do reload $all; done"},
    {"Wait until there is one", "bandctl locate billing --watch --count 1 --timeout 1m"},
};

void append_json(codec::JsonWriter& json, const Instance& instance) {
    json.begin_object();
    json.member("address", instance.address());
    if (instance.url.empty()) {
        json.member("host", instance.host);
        json.member("port", instance.port);
    } else {
        json.member("url", instance.url);
    }
    json.end_object();
}

std::string as_array(const std::vector<Instance>& instances) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_array();
    for (const Instance& instance : instances)
        append_json(json, instance);
    json.end_array();
    return text;
}

/// host:port with an IPv6 address in brackets, so that it can be put into a URL.
std::string shown(const cli::Invocation& in, const Instance& instance) {
    const std::string text = instance.host.find(':') == std::string::npos
                                 ? instance.address()
                                 : "[" + instance.host + "]:" + std::to_string(instance.port);
    return in.format() == cli::Format::name ? base::printable(text) : text;
}

std::vector<Instance> chosen(const cli::Invocation& in, std::vector<Instance> all) {
    if (!in.flag("one") || all.size() < 2)
        return all;
    const auto index =
        static_cast<std::size_t>(base::random_fraction() * static_cast<double>(all.size()));
    return {std::move(all[index])};
}

void print(cli::Invocation& in, const std::vector<Instance>& instances) {
    if (in.format() == cli::Format::json) {
        in.out().line(as_array(instances));
        return;
    }
    for (const Instance& instance : instances) {
        std::string text;
        codec::JsonWriter json{text};
        if (in.format() == cli::Format::ndjson)
            append_json(json, instance);
        else
            text = shown(in, instance);
        in.out().line(text);
    }
}

void print_line(cli::Invocation& in, const std::vector<Instance>& instances) {
    if (in.format() != cli::Format::name) {
        in.out().line(as_array(instances));
        return;
    }
    std::string line;
    for (const Instance& instance : instances)
        line += (line.empty() ? "" : " ") + shown(in, instance);
    in.out().line(line);
}

/// A registry that was there before is waited for: it may be started again.
class Patience {
public:
    Patience(cli::Notice& notice, const base::StopSignal& stop) : notice_(notice), stop_(stop) {}

    /// For who has caught what kept an answer from coming; returns when it is time to try again.
    void wait(const Error& error, Deadline end) {
        if ((error.kind() != ErrorKind::unavailable && error.kind() != ErrorKind::timeout) ||
            end.passed())
            throw;
        if (!std::exchange(told_, true))
            notice_.warn(error.what() + std::string{"; it is tried again all the time"});
        pollfd stopping{.fd = stop_.fd(), .events = POLLIN};
        const auto pause = Deadline::earlier(end, Deadline::after(backoff_.next()));
        ::poll(&stopping, 1, pause.poll_timeout());
    }
    void reset() {
        backoff_.reset();
        told_ = false;
    }

private:
    cli::Notice& notice_;
    const base::StopSignal& stop_;
    base::Backoff backoff_;
    bool told_ = false;
};

/// Answers with nobody in them are given too, but for the first.
void watch(cli::Invocation& in, registry::Client& registry, const std::string& pattern,
           const base::StopSignal& stop) {
    const auto end = in.timeout() ? Deadline::after(*in.timeout()) : Deadline::never();
    const auto most = in.integer("count");
    std::int64_t given = 0;
    std::string version;
    Patience patience{in.notice(), stop};
    in.out().set_following(true);
    while (stop.requested() == 0 && (!most || given < *most)) {
        registry::Client::Watched answer;
        try {
            answer =
                registry.watch(pattern, version, 30s, Deadline::earlier(end, Deadline::after(40s)));
        } catch (const Error& error) {
            if (version.empty())
                throw; // it has never answered
            patience.wait(error, end);
            continue;
        }
        patience.reset();
        if (answer.version == version || (version.empty() && answer.instances.empty())) {
            version = answer.version;
            continue; // nothing new
        }
        version = answer.version;
        print_line(in, chosen(in, answer.instances));
        ++given;
    }
}

void run(cli::Invocation& in) {
    const std::string pattern = *in.arg(0);
    const base::StopSignal stop;
    auto registry = open_registry(in, stop.fd());
    if (in.flag("watch")) {
        try {
            watch(in, registry, pattern, stop);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::interrupted) // a follower that is stopped is done
                throw;
        }
        return;
    }
    const auto found = registry.locate(pattern, Deadline::after(in.timeout().value_or(10s)));
    print(in, chosen(in, found));
    if (found.empty())
        throw Error(ErrorKind::unavailable, "service " + base::quoted(pattern),
                    "no instance of it is registered and alive");
}

std::vector<cli::Candidate> complete(cli::Invocation& before, std::string_view) {
    std::vector<cli::Candidate> found;
    if (before.args().empty())
        for (auto& name : open_registry(before, -1).names(Deadline::after(150ms)))
            found.push_back({std::move(name), ""});
    return found;
}

} // namespace

extern const cli::Command locate_command;
const cli::Command locate_command{
    .name = "locate",
    .args = "PATTERN",
    .summary = "Ask the registry where a service is",
    .group = "Registry",
    .description =
        "Prints host:port or the URL of every instance that is alive and whose service's name "
        "matches PATTERN: * is any text, ? one character, [ab] one of these.\n"
        "When there is none, the exit status is 69.",
    .examples = examples,
    .options = groups,
    .formats = "name|json|ndjson",
    .complete = complete,
    .run = run,
};

} // namespace bandctl
