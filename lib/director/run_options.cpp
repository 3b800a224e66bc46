#include "director/run_options.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "codec/json_members.hpp"
#include "codec/json_path.hpp"
#include "codec/json_writer.hpp"
#include "runtime/environment_file.hpp"

#include <algorithm>
#include <array>

namespace director {

using base::Error;
using base::ErrorKind;
using Variables = std::vector<std::pair<std::string, std::string>>;

namespace {

// What we tell a service about itself.
constexpr std::array<std::string_view, 8> our_variables{
    "NAME", "HOST", "PORT", "BAND_URL", "BAND_BUS", "REDIS_HOST", "REDIS_DSN", "REDIS_URL"};

constexpr std::size_t most_variables = 200;
constexpr double most_memory = 1e15;

void check_variable(const std::string& name) {
    runtime::require_variable_name(name);
    if (std::ranges::find(our_variables, name) != our_variables.end())
        throw Error(ErrorKind::usage, "env", name + " cannot be set from here",
                    "set it in the service's own folder, in .env or its Dockerfile");
}

/// K=V separated by commas or newlines; a part without "=" belongs to the value before it.
Variables variables_in_text(std::string_view text) {
    Variables variables;
    while (!text.empty()) {
        const auto end = text.find_first_of(",\n");
        const std::string_view part = text.substr(0, end);
        const char separator = end == std::string_view::npos ? '\0' : text[end];
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        const auto equals = part.find('=');
        if (equals != std::string_view::npos)
            variables.emplace_back(part.substr(0, equals), part.substr(equals + 1));
        else if (!variables.empty() && separator != '\n')
            variables.back().second += "," + std::string(part);
        else if (!part.empty())
            throw Error(ErrorKind::usage, "env", base::quoted(part) + " is not K=V");
    }
    return variables;
}

Variables variables_of(std::string_view json) {
    Variables variables;
    if (json.starts_with('{'))
        for (codec::JsonMembers members{json}; members.next();)
            variables.emplace_back(members.key(), codec::plain_text(members.value()));
    else
        variables = variables_in_text(codec::plain_text(json));
    if (variables.size() > most_variables)
        throw Error(ErrorKind::usage, "env", "more than 200 variables");
    for (const auto& [name, value] : variables) {
        check_variable(name);
        if (value.find('\0') != std::string::npos)
            throw Error(ErrorKind::usage, "env", name + " holds a zero byte");
    }
    return variables;
}

host::Readiness readiness_of(const std::string& text) {
    using host::Readiness;
    for (const auto until : {Readiness::started, Readiness::registered, Readiness::answers})
        if (runtime::readiness_word(until) == text)
            return until;
    throw Error(ErrorKind::usage, "until",
                base::quoted(text) + " is not started, registered or answers");
}

} // namespace

host::RunRequest run_request_of(std::string_view service, const Arguments& arguments,
                                const runtime::ServiceSpec& defaults) {
    host::RunRequest request{.spec = defaults};
    request.spec.name = service;
    request.runtime = arguments.text("runtime").value_or("");
    if (!request.runtime.empty() && request.runtime != "docker" && request.runtime != "tmux")
        throw Error(ErrorKind::usage, "runtime",
                    base::quoted(request.runtime) + " is neither docker nor tmux");
    request.spec.image = arguments.text("image").value_or("");
    request.spec.no_cache = arguments.flag("nocache");
    request.spec.pull = arguments.flag("pull");
    if (const auto env = arguments.find("env"); env && *env != "null")
        request.spec.environment = variables_of(*env);
    if (const auto until = arguments.text("until"))
        request.until = readiness_of(*until);
    if (const auto memory = arguments.number("memory", most_memory))
        request.spec.memory_bytes = static_cast<std::uint64_t>(*memory);
    return request;
}

host::RunRequest run_request_of(std::string_view service, std::string_view configuration,
                                const runtime::ServiceSpec& defaults) {
    Arguments arguments;
    for (const std::string_view name : {"runtime", "image", "env", "until", "memory"})
        if (const auto value = codec::find(configuration, name))
            arguments.set(std::string(name), std::string(*value));
    return run_request_of(service, arguments, defaults);
}

std::string settings_of(const host::RunRequest& request, std::string_view runtime) {
    std::string json;
    codec::JsonWriter out{json};
    out.begin_object();
    out.member("runtime", runtime);
    out.member("image", std::string_view(request.spec.image));
    out.key("env");
    out.begin_object();
    for (const auto& [name, value] : request.spec.environment)
        out.member(name, std::string_view(value));
    out.end_object();
    out.member("until", runtime::readiness_word(request.until));
    out.member("memory", request.spec.memory_bytes);
    out.end_object();
    return json;
}

} // namespace director
