#include "tools/bandctl/service_call.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/stop_signal.hpp"
#include "cli/shared_options.hpp"
#include "cli/suggest.hpp"
#include "client/client.hpp"
#include "codec/json_scanner.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"
#include "rpc/status.hpp"
#include "tools/bandctl/open_host.hpp"
#include "tools/payload.hpp"

#include <algorithm>
#include <set>

namespace bandctl {

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;

namespace {

constexpr cli::Option own_options[] = {
    {.name = "params",
     .kind = cli::Kind::text,
     .value = "JSON",
     .help = "All arguments at once, an object or an array",
     .variable = ""},
    cli::timeout_option("10s"),
};

constexpr cli::OptionGroup groups[] = {{"Call", own_options}};

constexpr auto glance = 150ms; // for what is an addition only
// A string in Redis holds no more that a peer would take, with room for the rest of the message.
constexpr std::uint64_t most_params = std::uint64_t{60} << 20;

/// JSON text, checked; `name` is how messages name it.
std::string checked(std::string json, std::string_view name) {
    try {
        codec::validate_json(json, {.allow_big_integers = true});
    } catch (const codec::ParseError& error) {
        throw error.in(name);
    }
    return json;
}

std::string checked_params(std::string json, std::string_view name) {
    json = checked(std::move(json), name);
    const char first = json[json.find_first_not_of(" \t\r\n")];
    if (first != '{' && first != '[')
        throw Error(ErrorKind::data, std::string(name), "is neither an object nor an array",
                    "arguments have names or an order");
    return json;
}

std::string read_params() {
    std::string json = tools::read_all(tools::open_input("-"), most_params);
    if (json.size() > most_params)
        throw Error(ErrorKind::data, "stdin", "the arguments are larger than 60 MiB");
    return checked_params(std::move(json), "stdin");
}

/// k=v is a string, k:=JSON anything. Gives the name.
std::string append_argument(codec::JsonWriter& json, const std::string& word) {
    const auto equals = word.find('=');
    const bool raw = equals != std::string::npos && equals > 0 && word[equals - 1] == ':';
    const std::size_t name_size = raw ? equals - 1 : equals;
    if (equals == std::string::npos || name_size == 0)
        throw Error(ErrorKind::usage, "ARGUMENT " + base::quoted(word), "is no NAME=VALUE",
                    "NAME=TEXT is a string, NAME:=JSON any value, - reads all of them as JSON");
    const std::string name = word.substr(0, name_size);
    json.key(name);
    if (raw)
        json.raw(checked(word.substr(equals + 1), "argument " + base::quoted(name)));
    else
        json.value(std::string_view(word).substr(equals + 1));
    return name;
}

std::string named_params(std::span<const std::string> words) {
    std::string params;
    codec::JsonWriter json{params};
    std::set<std::string, std::less<>> names;
    json.begin_object();
    for (const std::string& word : words)
        if (const std::string name = append_argument(json, word); !names.insert(name).second)
            throw Error(ErrorKind::usage, "argument " + base::quoted(name), "is given twice");
    json.end_object();
    return params;
}

bool is_over_director(cli::Invocation& in) {
    return !in.setting("director").value.empty();
}

/// The bus, where calls need nothing else.
redis::Config bus_of(cli::Invocation& in) {
    return client::redis_of(in, client::patience_of(in, call_patience));
}

/// Calls with `function`, and makes of what it throws what a person wants to know.
template <class Function>
auto with_hints(cli::Invocation& in, const rpc::Call& call, const Function& function) {
    const base::StopSignal stop;
    try {
        return function(wait_of(in, stop, call_patience));
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted)
            throw client::stopped_by(stop, call.service + "." + call.method,
                                     "interrupted before the answer came",
                                     "the service may carry it out all the same");
        throw;
    }
}

std::vector<std::string> answering(cli::Invocation& in) {
    std::vector<std::string> names;
    if (is_over_director(in)) {
        for (host::Service& service : open_host(in)->list({base::Deadline::after(glance), -1}))
            names.push_back(std::move(service.name));
        return names;
    }
    for (const rpc::Result& result :
         rpc::ask_everybody(client::redis_of(in, glance), "__status", "",
                            {.deadline = base::Deadline::after(glance)}))
        if (!result.from.empty())
            names.push_back(result.from);
    return names;
}

/// A service's answer to __status, where it gives one at once.
std::vector<rpc::ExposedMethod> methods_of(cli::Invocation& in, const std::string& service) {
    const host::Wait wait{base::Deadline::after(glance), -1};
    const std::string status =
        is_over_director(in) ? open_host(in)->call(service, "__status", "{}", wait).json
                             : rpc::call_once(client::redis_of(in, glance), {service, "__status"},
                                              {.deadline = wait.deadline});
    return rpc::parse_status(status).methods;
}

Error nobody(cli::Invocation& in, const rpc::Call& call) {
    std::string hint;
    try {
        hint = cli::did_you_mean(call.service, answering(in));
    } catch (const Error&) { // nobody to be meant, then
    }
    return {ErrorKind::unavailable, base::printable(call.service + "." + call.method),
            "nobody answers to " + base::quoted(call.service),
            hint.empty() ? "is the service running?" : hint};
}

/// Which methods it has, where it tells at once.
std::string hint_of_methods(cli::Invocation& in, const rpc::Call& call) {
    try {
        std::vector<std::string> names;
        std::string list;
        for (rpc::ExposedMethod& method : methods_of(in, call.service)) {
            list += (list.empty() ? "" : ", ") + method.name;
            names.push_back(std::move(method.name));
        }
        const std::string meant = cli::did_you_mean(call.method, names);
        return !meant.empty() || list.empty() ? meant
                                              : "it has " + base::printable_start(list, 200);
    } catch (const Error&) { // its first answer is the one to tell
        return {};
    }
}

} // namespace

std::span<const cli::OptionGroup> call_options() noexcept {
    return groups;
}

rpc::Call call_of(cli::Invocation& in) {
    rpc::Call call{*in.arg(0), *in.arg(1)};
    const std::span words = std::span{in.args()}.subspan(2);
    const bool from_stdin = words.size() == 1 && words.front() == "-";
    if (const auto params = in.text("params")) {
        if (!words.empty())
            throw Error(ErrorKind::usage, "--params and " + base::quoted(words.front()),
                        "the arguments are given twice");
        call.params = checked_params(*params, "--params");
    } else {
        call.params = from_stdin ? read_params() : named_params(words);
    }
    return call;
}

rpc::Result try_call(cli::Invocation& in, const rpc::Call& call) {
    return with_hints(in, call, [&](const host::Wait& wait) {
        if (is_over_director(in))
            return open_host(in)->call(call.service, call.method, call.params, wait);
        return std::move(rpc::call_all(bus_of(in), {&call, 1},
                                       {.deadline = wait.deadline, .stop_fd = wait.stop_fd})
                             .front());
    });
}

std::string call_service(cli::Invocation& in, const rpc::Call& call) {
    rpc::Result result = try_call(in, call);
    if (result.status == rpc::Result::Status::nobody)
        throw nobody(in, call);
    try {
        return rpc::take_json(std::move(result), call.service, call.method);
    } catch (const rpc::Refused& error) {
        if (error.failure().code != rpc::code::method_not_found)
            throw;
        throw Error(error.kind(), error.subject(), error.why(), hint_of_methods(in, call));
    }
}

void notify_service(cli::Invocation& in, const rpc::Call& call) {
    const std::int64_t listening = with_hints(in, call, [&](const host::Wait& wait) {
        if (is_over_director(in))
            return open_host(in)->notify(call.service, call.method, call.params, wait);
        return rpc::notify_once(bus_of(in), call,
                                {.deadline = wait.deadline, .stop_fd = wait.stop_fd});
    });
    if (listening == 0)
        throw nobody(in, call);
}

std::vector<cli::Candidate> complete_call(cli::Invocation& before, std::string_view) {
    std::vector<cli::Candidate> found;
    if (before.args().empty()) {
        for (std::string& name : answering(before))
            if (std::ranges::find(found, name, &cli::Candidate::value) == found.end())
                found.push_back({std::move(name), ""});
    } else if (before.args().size() == 1) {
        for (rpc::ExposedMethod& method : methods_of(before, before.args().front()))
            found.push_back({std::move(method.name), std::move(method.role)});
    }
    return found;
}

} // namespace bandctl
