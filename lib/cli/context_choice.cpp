#include "cli/context_choice.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/parser.hpp"
#include "cli/redact.hpp"
#include "cli/settings.hpp"
#include "cli/shared_options.hpp"
#include "cli/suggest.hpp"

#include <algorithm>
#include <cstdlib>

namespace cli {

namespace {

using base::Error;
using base::ErrorKind;

std::string variable(std::string_view name) {
    const char* const value = std::getenv(std::string{name}.c_str());
    return value == nullptr ? "" : value;
}

std::string option_name(std::string_view key) {
    std::string name{key};
    std::ranges::replace(name, '_', '-');
    return name;
}

bool from_command_line(const Given* given) {
    return given != nullptr && given->source == Source::command_line;
}

/// Whether the context goes before the environment.
bool is_named(const Parsed& parsed) {
    return from_command_line(parsed.find("context"));
}

bool bus_is_known(const Parsed& parsed) {
    if (!parsed.url.empty() || from_command_line(parsed.find("url")))
        return true;
    return !is_named(parsed) && (parsed.find("url") != nullptr || !variable("BAND_BUS").empty() ||
                                 !variable("REDIS_URL").empty() || !variable("AMQP_URL").empty());
}

/// Whether a context's value for this would be used.
bool is_open(const Parsed& parsed, const Setting& setting) {
    if (setting.bus && bus_is_known(parsed))
        return false;
    const Given* const given = parsed.find(option_name(setting.key));
    return given == nullptr || (is_named(parsed) && given->source == Source::environment);
}

/// What is no option here is for a library or another program, which reads the variable.
void speak_through_environment(const Parsed& parsed, const Setting& setting,
                               const Context::Entry& entry) {
    const std::string name{setting.variable};
    if (is_named(parsed) || variable(name).empty())
        ::setenv(name.c_str(), entry.value.c_str(), 1);
}

void take(Parsed& parsed, const Option& option, const Context::Entry& entry) {
    std::erase_if(parsed.given, [&option](const Given& given) { return given.option == &option; });
    parsed.given.push_back({&option, Source::context, {entry.value}, entry.place});
}

} // namespace

std::optional<ChosenContext> choose_context(const Parsed& parsed) {
    ChosenContext chosen;
    std::string name;
    if (const Given* const given = parsed.find("context")) {
        name = given->values.front();
        chosen.chooser = given->source == Source::command_line ? "--context" : "BAND_CONTEXT";
    }
    if (name == no_context)
        return std::nullopt;
    chosen.path = context_path();
    const auto file = read_contexts(chosen.path);
    if (name.empty() && file) {
        name = file->current;
        chosen.chooser = chosen.path + ':' + std::to_string(file->current_line);
    }
    if (name.empty() || name == no_context)
        return std::nullopt;
    const Context* const context = file ? file->find(name) : nullptr;
    if (context == nullptr) {
        const auto hint = did_you_mean(name, file ? file->names() : std::vector<std::string>{});
        throw Error(ErrorKind::config, chosen.chooser, "no context " + base::quoted(name),
                    hint.empty() ? "bandctl --context default context list shows all" : hint);
    }
    chosen.context = *context;
    chosen.exposed = file->exposed;
    return chosen;
}

std::string context_origin(const Parsed& parsed, std::string_view place) {
    return "context " + base::quoted(parsed.context->context.name) + ", " + std::string{place};
}

void load_context(Parsed& parsed) {
    if (!parsed.context_loaded)
        parsed.context = choose_context(parsed);
    parsed.context_loaded = true;
}

void add_context(Parsed& parsed, const OptionTable& table) {
    if (table.find("context") == nullptr)
        return;
    bool wanted = is_named(parsed);
    for (const Setting& setting : settings())
        wanted =
            wanted || (table.find(option_name(setting.key)) != nullptr && is_open(parsed, setting));
    if (!wanted)
        return;
    load_context(parsed);
    if (!parsed.context)
        return;
    const bool skip_bus = bus_is_known(parsed); // asked before anything is added
    for (const Context::Entry& entry : parsed.context->context.entries) {
        const Option* const option = table.find(option_name(entry.key));
        const Setting& setting = *find_setting(entry.key);
        if (option == nullptr && !setting.bus)
            speak_through_environment(parsed, setting, entry);
        else if (option != nullptr && !(setting.bus && skip_bus) && is_open(parsed, setting))
            take(parsed, *option, entry);
    }
}

std::vector<Candidate> context_names(Invocation&, std::string_view) {
    std::vector<Candidate> names;
    if (const auto file = read_contexts(context_path())) {
        for (const Context& context : file->contexts) {
            const auto* const url = context.find("url");
            names.push_back({context.name, url == nullptr ? "" : redacted(url->value)});
        }
    }
    names.push_back({std::string{no_context}, "none"});
    return names;
}

EffectiveSetting effective_setting(Parsed& parsed, const Setting& setting) {
    load_context(parsed);
    const Given* const given = parsed.find(option_name(setting.key));
    if (from_command_line(given))
        return {given->values.front(), spelling(*given->option)};
    const Context::Entry* const entry = parsed.context && !(setting.bus && bus_is_known(parsed))
                                            ? parsed.context->context.find(setting.key)
                                            : nullptr;
    const auto from_environment = variable(setting.variable);
    if (entry != nullptr &&
        (is_named(parsed) || from_environment.empty() || from_environment == entry->value))
        return {entry->value, context_origin(parsed, entry->place)};
    if (!from_environment.empty())
        return {from_environment, std::string{setting.variable}};
    return {std::string{setting.fallback}, setting.fallback.empty() ? "" : "the default"};
}

} // namespace cli
