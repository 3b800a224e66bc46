#include "tools/bandctl/each_service.hpp"

#include "base/error.hpp"
#include "cli/records.hpp"
#include "codec/json_writer.hpp"

#include <optional>

namespace bandctl {

using base::Error;
using base::ErrorKind;

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

std::chrono::seconds grace_of(const cli::Invocation& in) {
    return std::chrono::ceil<std::chrono::seconds>(*in.duration("time"));
}

std::chrono::milliseconds patience_with(std::chrono::seconds grace) {
    return grace + std::chrono::seconds{20};
}

} // namespace bandctl
