#pragma once

#include "cli/invocation.hpp"
#include "cli/option.hpp"
#include "service/instance.hpp"
#include "service/service.hpp"

#include <span>

namespace service {

/// The options of every program that is a service: how it takes part.
std::span<const cli::Option> instance_options() noexcept;

/// What those options say.
InstanceOptions instance_options_of(const cli::Invocation& in);

/// The main function of a program that is one service: reads the command line (the bus's URL and
/// the options above), runs the service until it is stopped, and gives the exit code of CLI.md.
int run_main(int argc, char** argv, Service& service);

} // namespace service
