#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class Invocation;

/// What completion offers for a word; `help` may be empty.
struct Candidate {
    std::string value;
    std::string help;
};

/// What a completer offers where file names belong.
inline constexpr std::string_view file_names = "@files";

/// Offers live names (topics, services …) that may start with `word`. Is given what precedes the
/// cursor as a parsed command line; what it throws is dropped, and it is cut off after 150 ms.
using Completer = std::vector<Candidate> (*)(Invocation& before, std::string_view word);

enum class Kind {
    flag,
    text,
    integer,  // 64 bits, not negative
    duration, // base/duration.hpp
    size,     // base/byte_size.hpp
    choice,   // one of `choices`
    list,     // A B C, A,B,C or repeated; a comma always splits
    pairs,    // the same for K=V, up to a word without "="; a comma splits only before another K=
    file,     // a path; completion offers file names
};

/// The variable named after the option: --foo-bar is BAND_FOO_BAR.
inline constexpr std::string_view own_variable = "BAND_*";

/// One declaration that yields parsing, help, completion and the manual. All texts live as long as
/// the program, so tables of them are constants.
struct Option {
    std::string_view name; // "filter-fields"; empty for an option that has a letter only
    char letter = 0;       // 0: none
    Kind kind = Kind::flag;
    std::string_view value = {}; // placeholder of the value in help; a choice shows its choices
    std::string_view help;
    std::string_view fallback = {}; // value when neither command line nor environment has one
    std::string_view choices = {};  // "auto|always|never"
    std::string_view alias = {};    // another spelling of the name: "filter_fields"
    bool negatable = false;         // a flag that also has --no-NAME
    std::string_view variable = own_variable; // empty: none. Flags have none unless it is named
    Completer complete = nullptr;
    std::string_view alone = {}; // of a list: its value when none follows; empty: an error
};

struct OptionGroup {
    std::string_view title; // heading in the help
    std::span<const Option> options;
    bool shared = false; // the same in many programs: left out of the short help
};

/// The environment variable that stands for this option; empty if there is none.
std::string variable_of(const Option& option);

/// "--output" or "-h": how messages name it.
std::string spelling(const Option& option);

/// What stands for the value in help and synopsis: "FORMAT", "auto|always|never"; empty for a flag.
std::string_view placeholder(const Option& option);

/// The parts of "a|b|c".
std::vector<std::string_view> split_choices(std::string_view choices);

} // namespace cli
