#include "tools/bandctl/run_options.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/blame.hpp"
#include "cli/context_choice.hpp"
#include "net/address.hpp"
#include "runtime/ports.hpp"
#include "runtime/service_folder.hpp"

namespace bandctl {

using base::Error;
using base::ErrorKind;

namespace {

runtime::PortRange parse_ports(std::string_view text) {
    if (const auto range = runtime::parse_port_range(text))
        return *range;
    throw Error(ErrorKind::usage, "ports " + base::quoted(text), "is no range",
                "the lower one first, as in 8900-8999");
}

std::string parse_bind_address(const std::string& text) {
    if (net::is_ip_address(text))
        return text;
    throw Error(ErrorKind::usage, "address " + base::quoted(text), "is no IP address",
                "127.0.0.1 is this machine only, 0.0.0.0 everybody");
}

std::vector<std::pair<std::string, std::string>> pairs_of(const cli::Invocation& in,
                                                          std::string_view option) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const std::string& text : in.list(option)) {
        const std::size_t equals = text.find('=');
        pairs.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return pairs;
}

} // namespace

host::RunRequest build_request(cli::Invocation& in) {
    host::RunRequest request;
    request.spec.name = in.args().front();
    request.spec.no_cache = in.flag("no-cache");
    request.spec.pull = in.flag("pull");
    request.runtime = in.choice("runtime");
    return request;
}

host::RunRequest run_request(cli::Invocation& in) {
    host::RunRequest request = build_request(in);
    runtime::ServiceSpec& spec = request.spec;
    spec.image = in.text("image").value_or("");
    spec.environment = pairs_of(in, "env");
    spec.labels = pairs_of(in, "label");
    spec.ports = cli::blaming(in.origin("ports"), [&in] { return parse_ports(*in.text("ports")); });
    spec.bind_address =
        cli::blaming(in.origin("bind"), [&in] { return parse_bind_address(*in.text("bind")); });
    spec.network = in.text("network").value_or("");
    spec.memory_bytes = *in.size("memory");
    spec.restart_policy = in.choice("restart");
    return request;
}

host::Progress show_progress(cli::Invocation& in) {
    return [&in, name = in.args().front(), last = std::string{}](std::string_view phase,
                                                                 std::string_view line) mutable {
        if (phase != last) {
            last = phase;
            in.notice().say(phase == "build"     ? "building " + name
                            : phase == "start"   ? "starting " + name
                            : phase == "wait"    ? "waiting for " + name
                            : phase == "replace" ? "putting " + name + " in place"
                                                 : "  " + last); // a step of the build
        }
        if (line.empty())
            return;
        const std::string text = "  " + std::string(line);
        // Of a build the steps are enough, unless it fails; a service's first words are few.
        if (phase == "wait")
            in.notice().say(text);
        else
            in.notice().detail(text);
    };
}

std::vector<cli::Candidate> folder_names(cli::Invocation& before, std::string_view) {
    std::vector<cli::Candidate> found;
    if (before.args().empty())
        for (std::string& name : runtime::ServicePath{before.setting("images").value}.names())
            found.push_back({std::move(name), ""});
    return found;
}

} // namespace bandctl
