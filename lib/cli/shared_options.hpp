#pragma once

#include "cli/option.hpp"

#include <array>

namespace cli {

/// The contexts that there are; see cli/context_file.
std::vector<Candidate> context_names(Invocation& before, std::string_view word);

/// Where the bus is. A command that lists this group also takes a URL as its first argument.
inline constexpr std::array bus_option_table{
    Option{.name = "url",
           .kind = Kind::text,
           .value = "URL",
           .help = "The bus: redis://HOST[:PORT][/DB] or unix:///PATH",
           .variable = "BAND_BUS"},
    Option{.name = "password-file",
           .kind = Kind::file,
           .help = "Read the password of the bus from the first line of FILE"},
    Option{.name = "prefix",
           .kind = Kind::text,
           .value = "TEXT",
           .help = "What all names in Redis start with",
           .fallback = "band:"},
    Option{.name = "context",
           .kind = Kind::text,
           .value = "NAME",
           .help = "Work in this context; default is none (see bandctl context)",
           .complete = context_names},
    Option{.name = "connect-timeout",
           .kind = Kind::duration,
           .help = "How long one attempt to connect may take",
           .fallback = "5s"},
};

inline constexpr OptionGroup bus_options{"Bus", bus_option_table, true};

/// How much of a stream is kept. Programs that write to the bus list this group.
inline constexpr std::array retention_option_table{
    Option{.name = "keep-entries",
           .kind = Kind::integer,
           .value = "N",
           .help = "Keep about N messages of each topic for history",
           .fallback = "1000000"},
    Option{.name = "keep-age",
           .kind = Kind::duration,
           .help = "Keep what every service has acknowledged for TIME",
           .fallback = "7d"},
};

inline constexpr OptionGroup retention_options{"Retention", retention_option_table, true};

/// The limit of the whole operation, connecting included. An empty `fallback` means no limit.
constexpr Option timeout_option(std::string_view fallback = {}) {
    return {.name = "timeout",
            .kind = Kind::duration,
            .help = "Give up after TIME, connecting included; 0 is never",
            .fallback = fallback};
}

/// What every command takes; added to each by itself.
inline constexpr std::array general_option_table{
    Option{.name = "verbose", .letter = 'v', .help = "Say on standard error what is being done"},
    Option{.name = "quiet", .letter = 'q', .help = "Say nothing but errors"},
    Option{.name = "color",
           .kind = Kind::choice,
           .help = "Colour the output; auto is on a terminal only",
           .fallback = "auto",
           .choices = "auto|always|never"},
    Option{.letter = 'h', .help = "Show a short help, examples first"},
    Option{.name = "help", .help = "Show all of the help"},
    Option{.name = "version", .letter = 'V', .help = "Show the version"},
};

/// Added to a command that names its formats.
inline constexpr std::array output_option_table{
    Option{.name = "output", .letter = 'o', .kind = Kind::choice, .help = "Form of the output"},
    Option{.name = "json", .letter = 'j', .help = "Short for --output json"},
};

} // namespace cli
