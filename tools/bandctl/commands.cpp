#include "tools/bandctl/commands.hpp"

#include "cli/shared_options.hpp"

namespace bandctl {

// One line a subcommand, in the order of the help: this one, and the one in the list below.
extern const cli::Command config_command;
extern const cli::Command context_command;
extern const cli::Command log_command;

namespace {

constexpr const cli::Command* commands[] = {
    // Bus
    &log_command,
    // Settings
    &context_command,
    &config_command,
};

constexpr cli::Option director_option_table[] = {
    {.name = "director",
     .kind = cli::Kind::text,
     .value = "URL",
     .help = "Work on the machine of the director at this address; without one on this machine",
     .variable = "BAND_URL"},
};

constexpr cli::OptionGroup options[] = {{"Where", director_option_table, true}, cli::bus_options};

constexpr cli::Example examples[] = {
    {"Write to the logs from a script", "bandctl log backup ERROR 'no space left'"},
};

} // namespace

const cli::CommandSet command_set{
    .name = "bandctl",
    .summary = "Run, list, call and look after services",
    .description = "A service is a folder that is run in a container or, where there is no Docker, "
                   "as a process in tmux; services are called over Redis.",
    .examples = examples,
    .options = options,
    .commands = commands,
};

} // namespace bandctl
