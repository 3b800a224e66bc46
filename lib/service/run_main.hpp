#pragma once

#include "cli/command.hpp"
#include "service/instance.hpp"
#include "service/service.hpp"

#include <span>

namespace service {

/// Options of every program that is a service: how it takes part.
std::span<const cli::Option> instance_options() noexcept;

/// What those options and the bus options were given as.
InstanceOptions instance_options_of(const cli::Invocation& in);
bus::BusOptions bus_options_of(const cli::Invocation& in);

/// The main function of a program that is one service: parses the command line (the bus's URL and
/// the options above), runs the service until it is stopped, and gives the exit code of CLI.md.
int run_main(int argc, char** argv, Service& service);

} // namespace service
