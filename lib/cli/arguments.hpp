#pragma once

#include "cli/option_table.hpp"

#include <span>
#include <string>
#include <vector>

namespace cli {

/// A command line in the forms that the option library knows.
struct Arguments {
    std::vector<std::string> words;  // up to "--"
    std::vector<std::string> rest;   // behind it, untouched
    std::vector<const Option*> used; // those that occur: the library need not know the others
};

/// Rewrites what the library cannot read: "--events A B C" becomes "--events=A --events=B …" (up to
/// the next option, "-", "--" or a word that holds "://", unless the list begins with one),
/// "-ovalue" becomes "--output=value", and
/// all behind "--" is set aside. Throws base::Error(usage) for a list without a value and for a
/// value to a flag.
Arguments split_arguments(const OptionTable& table, std::span<const std::string> words);

} // namespace cli
