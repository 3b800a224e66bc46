#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/command.hpp"
#include "cli/invocation.hpp"
#include "cli/records.hpp"
#include "cli/redact.hpp"
#include "cli/settings.hpp"
#include "codec/json_writer.hpp"

namespace bandctl {

namespace {

constexpr cli::Option own_options[] = {
    {.name = "origin", .help = "Say where each value comes from"},
};

constexpr cli::OptionGroup groups[] = {{"Config", own_options}};

constexpr cli::Example examples[] = {
    {"Where each setting comes from", "bandctl config show --origin"},
    {"The bus that programs use",
     "bandctl config show -j | jq -r '.[] | select(.key == \"url\").value'"},
};

std::string json_of(std::string_view key, std::string_view variable,
                    const cli::EffectiveSetting& setting) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("key", key);
    json.key("value");
    if (setting.value.empty())
        json.null();
    else
        json.value(cli::redacted(setting.value));
    json.member("origin", setting.origin);
    json.member("variable", variable);
    json.end_object();
    return text;
}

void run(cli::Invocation& in) {
    if (in.args().front() != "show")
        throw base::Error(base::ErrorKind::usage, "config " + base::quoted(in.args().front()),
                          "is not known", "usage: " + in.usage());
    static constexpr cli::Column columns[] = {{"KEY"}, {"VALUE"}, {"ORIGIN"}};
    const std::size_t count = in.flag("origin") ? 3 : 2;
    cli::Records records{in, std::span{columns}.first(count)};
    const auto add = [&](std::string_view key, std::string_view variable,
                         const cli::EffectiveSetting& setting) {
        const std::string cells[] = {std::string{key}, cli::redacted(setting.value),
                                     setting.origin};
        records.add(key, json_of(key, variable, setting), std::span{cells}.first(count));
    };
    const auto& context = in.context();
    add("context", "BAND_CONTEXT",
        context ? cli::EffectiveSetting{context->context.name, context->chooser}
                : cli::EffectiveSetting{});
    for (const cli::Setting& setting : cli::settings())
        add(setting.key, setting.variable, in.setting(setting.key));
    records.finish();
}

std::vector<cli::Candidate> complete(cli::Invocation& before, std::string_view) {
    if (!before.args().empty())
        return {};
    return {{"show", "Show all settings"}};
}

} // namespace

extern const cli::Command config_command;
const cli::Command config_command{
    .name = "config",
    .args = "show",
    .summary = "Show the settings that hold, and where they come from",
    .group = "Settings",
    .description = "The command line wins, then the environment, then the context. Passwords are "
                   "not shown.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson|name|template=TEXT",
    .complete = complete,
    .run = run,
};

} // namespace bandctl
