#pragma once

#include "cli/option_table.hpp"

#include <span>
#include <string>
#include <vector>

namespace cli {

/// The words of a command line, told apart.
struct Arguments {
    struct Use {
        const Option* option;
        std::string value; // a flag's is "true" or, of --no-NAME, "false"
    };

    std::vector<Use> uses;          // in their order
    std::vector<std::string> words; // what is no option and no option's value
    std::vector<std::string> rest;  // behind "--", untouched
};

/// Reads "--name value", "--name=value", "-abc", "-ovalue", and lists: "--events A B C" is
/// "--events A --events B …" up to the next option, "-", "--" or a word that holds "://", unless
/// the list begins with one. Throws base::Error(usage) for an unknown option, a missing value and
/// a value to a flag.
Arguments split_arguments(const OptionTable& table, std::span<const std::string> words);

} // namespace cli
