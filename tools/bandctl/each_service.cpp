#include "tools/bandctl/each_service.hpp"

#include "base/error.hpp"
#include "cli/records.hpp"
#include "cli/shared_options.hpp"
#include "codec/json_writer.hpp"

#include <optional>

namespace bandctl {

using base::Error;
using base::ErrorKind;

namespace {

constexpr cli::Option own_options[] = {{.name = "time",
                                        .letter = 't',
                                        .kind = cli::Kind::duration,
                                        .help = "How long it has after SIGTERM before SIGKILL",
                                        .fallback = "10s",
                                        .variable = ""},
                                       cli::timeout_option()};

constexpr cli::OptionGroup groups[] = {{"Services", own_options}};

/// What it may take besides.
constexpr std::chrono::seconds beyond_grace{20};

} // namespace

cli::ExitCode for_each_service(
    cli::Invocation& in, std::string_view doing, std::string_view done,
    std::chrono::milliseconds patience,
    const std::function<bool(host::Host&, const std::string&, const host::Wait&)>& operation) {
    static constexpr cli::Column columns[] = {{"NAME"}, {"RESULT"}};
    const base::StopSignal stop;
    const auto host = open_host(in);
    cli::Records records{in, columns};
    std::optional<Error> failure;
    for (const std::string& name : in.args()) {
        const host::Wait wait = wait_of(in, stop, patience);
        in.notice().say(std::string(doing) + " " + name);
        try {
            if (!operation(*host, name, wait))
                throw_unknown(*host, name, wait);
        } catch (const Error& error) {
            if (stop.requested() != 0)
                throw;
            if (failure)
                in.notice().warn(failure->what());
            failure = error;
            continue;
        }
        std::string text;
        codec::JsonWriter json{text};
        json.begin_object();
        json.member("name", name);
        json.member("result", done);
        json.end_object();
        const std::string cells[] = {name, std::string(done)};
        records.add(name, text, cells);
    }
    if (in.args().size() > 1 || !failure)
        records.finish();
    if (failure)
        throw *failure;
    return cli::ExitCode::ok;
}

std::span<const cli::OptionGroup> ending_options() noexcept {
    return groups;
}

cli::ExitCode end_each_service(cli::Invocation& in, std::string_view doing, std::string_view done,
                               bool (host::Host::*operation)(std::string_view name,
                                                             std::chrono::seconds grace,
                                                             const host::Wait& wait)) {
    const auto grace = std::chrono::ceil<std::chrono::seconds>(*in.duration("time"));
    return for_each_service(
        in, doing, done, grace + beyond_grace,
        [grace, operation](host::Host& host, const std::string& name, const host::Wait& wait) {
            return (host.*operation)(name, grace, wait);
        });
}

} // namespace bandctl
