#include "tools/bandctl/commands.hpp"

#include "cli/shared_options.hpp"

namespace bandctl {

// One line a subcommand, in the order of the help: this one, and the one in the list below.
extern const cli::Command attach_command;
extern const cli::Command build_command;
extern const cli::Command call_command;
extern const cli::Command config_command;
extern const cli::Command context_command;
extern const cli::Command doctor_command;
extern const cli::Command images_command;
extern const cli::Command list_command;
extern const cli::Command locate_command;
extern const cli::Command log_command;
extern const cli::Command logs_command;
extern const cli::Command notify_command;
extern const cli::Command prune_command;
extern const cli::Command register_command;
extern const cli::Command restart_command;
extern const cli::Command rm_command;
extern const cli::Command run_command;
extern const cli::Command show_command;
extern const cli::Command start_command;
extern const cli::Command status_command;
extern const cli::Command stop_command;
extern const cli::Command top_command;

namespace {

constexpr const cli::Command* commands[] = {
    // Services
    &run_command,
    &build_command,
    &list_command,
    &show_command,
    &stop_command,
    &start_command,
    &restart_command,
    &rm_command,
    &logs_command,
    &attach_command,
    &top_command,
    &images_command,
    &prune_command,
    &call_command,
    &notify_command,
    &status_command,
    // Bus
    &log_command,
    // Registry
    &locate_command,
    &register_command,
    // Settings
    &context_command,
    &config_command,
    &doctor_command,
};

constexpr cli::Option director_option_table[] = {
    {.name = "director",
     .kind = cli::Kind::text,
     .value = "URL",
     .help = "Work on the machine of the director at this address; without one on this machine",
     .variable = "BAND_URL"},
    {.name = "token-file",
     .kind = cli::Kind::file,
     .help = "Read the token for director and registry from the first line of FILE; BAND_TOKEN is "
             "another way"},
};

constexpr cli::OptionGroup options[] = {{"Where", director_option_table, true}, cli::bus_options};

constexpr cli::Example examples[] = {
    {"Make the folder services/hello live", "bandctl run hello"},
    {"What runs, and where it listens", "bandctl list"},
    {"What it writes", "bandctl logs -f hello"},
    {"Call a method of a service", "bandctl call hello hello name=Ada"},
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
