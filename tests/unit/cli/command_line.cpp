#include "command_line.hpp"

#include "cli/invocation.hpp"
#include "cli/shared_options.hpp"

namespace {

constexpr cli::Option options[] = {
    {.name = "events", .letter = 'e', .kind = cli::Kind::list, .value = "PATTERN", .help = "Names"},
    {.name = "filter-fields", .kind = cli::Kind::pairs, .help = "Values", .alias = "filter_fields"},
    {.name = "follow", .letter = 'f', .help = "Go on", .negatable = true},
    {.name = "count", .letter = 'c', .kind = cli::Kind::integer, .help = "End"},
    {.name = "max-size", .kind = cli::Kind::size, .help = "Limit", .fallback = "16MiB"},
    {.name = "data", .letter = 'd', .kind = cli::Kind::text, .help = "Payload"},
    {.name = "input", .kind = cli::Kind::file, .help = "File"},
    {.name = "mode",
     .kind = cli::Kind::choice,
     .help = "How",
     .fallback = "stream",
     .choices = "stream|exec"},
    cli::timeout_option("10s"),
};

constexpr cli::OptionGroup groups[] = {{"Options", options}, cli::bus_options};

} // namespace

constexpr cli::Command sample_command{
    .name = "sample",
    .args = "[URL] EVENT [PAYLOAD] -- [WORD...]",
    .summary = "Stand in for a program",
    .options = groups,
    .formats = "table|json|ndjson",
    .run = +[](cli::Invocation&) {},
};

CommandLine::CommandLine(std::vector<std::string> words) : parsed(cli::parse_words(table, words)) {
    cli::add_environment(parsed, table);
    cli::check_values(parsed);
    cli::take_url(parsed, sample_command);
    cli::check_arguments(parsed, sample_command, {"sample", "sample"});
}

std::vector<std::string> CommandLine::values(std::string_view name) const {
    const auto* const given = parsed.find(name);
    return given == nullptr ? std::vector<std::string>{} : given->values;
}
