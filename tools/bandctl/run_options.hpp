#pragma once

#include "cli/invocation.hpp"
#include "cli/option.hpp"
#include "host/host.hpp"

namespace bandctl {

/// What is built, for run and build.
inline constexpr cli::Option build_option_table[] = {
    {.name = "runtime",
     .kind = cli::Kind::choice,
     .help = "Where it runs; without it docker where that is there, else tmux",
     .choices = "docker|tmux"},
    {.name = "images",
     .kind = cli::Kind::text,
     .value = "FOLDER:...",
     .help = "Where folders of services are looked for; ./services without it"},
    {.name = "no-cache", .help = "Build all steps of its image anew"},
    {.name = "pull", .help = "Look for a newer base image first"},
};

/// How it is to run.
inline constexpr cli::Option launch_option_table[] = {
    {.name = "image",
     .kind = cli::Kind::text,
     .value = "IMAGE",
     .help = "Run this image; nothing is built, and no folder is needed",
     .variable = ""},
    {.name = "env",
     .letter = 'e',
     .kind = cli::Kind::pairs,
     .value = "NAME=VALUE",
     .help = "A variable of its environment; goes before its file .env",
     .variable = ""},
    {.name = "label",
     .kind = cli::Kind::pairs,
     .value = "NAME=VALUE",
     .help = "A label of its container",
     .variable = ""},
    {.name = "ports",
     .kind = cli::Kind::text,
     .value = "FIRST-LAST",
     .help = "The range that its host ports are taken from",
     .fallback = "8900-8999"},
    {.name = "bind",
     .kind = cli::Kind::text,
     .value = "ADDRESS",
     .help = "The address that its host ports listen on",
     .fallback = "127.0.0.1"},
    {.name = "network", .kind = cli::Kind::text, .help = "The network of its container"},
    {.name = "memory",
     .kind = cli::Kind::size,
     .help = "The most that it may use; 0 is no limit",
     .fallback = "350MiB"},
    {.name = "restart",
     .kind = cli::Kind::choice,
     .help = "When it is started again by itself",
     .fallback = "unless-stopped",
     .choices = "no|on-failure|always|unless-stopped"},
};

/// What a command that lists both tables was asked for; the service is its first argument. Throws
/// Error(usage).
host::RunRequest run_request(cli::Invocation& in);

/// The same for one that lists the first table only.
host::RunRequest build_request(cli::Invocation& in);

/// Shows on a terminal's standard error, or with -v, what a run or a build is doing.
host::Progress show_progress(cli::Invocation& in);

/// The names of folders that can be run.
std::vector<cli::Candidate> folder_names(cli::Invocation& before, std::string_view word);

} // namespace bandctl
