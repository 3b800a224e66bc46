#pragma once

#include "cli/context_file.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cli {

class OptionTable;
struct Parsed;
struct Setting;

/// The context that a program works in, and who says so.
struct ChosenContext {
    Context context;
    std::string chooser; // "--context", "BAND_CONTEXT", or the file: "/home/me/….toml:1"
    std::string path;
    bool exposed = false; // as in ContextFile
};

/// --context, BAND_CONTEXT, or the one that is current; nothing without any. Reads the file.
/// Throws base::Error(config) for a file that is wrong or has no such context.
std::optional<ChosenContext> choose_context(const Parsed& parsed);

/// Sees to it that `parsed.context` is known.
void load_context(Parsed& parsed);

/// Adds what the context says for options that neither command line nor environment have. Of the
/// bus it says nothing once its address is known, so that no password or prefix goes to another
/// server. What is no option of the program goes into its environment, for libraries and other
/// programs. A context that the command line names goes before the environment. The file is read
/// only when it can make a difference. Comes behind take_url. Throws as choose_context does.
void add_context(Parsed& parsed, const OptionTable& table);

/// `context "prod", FILE:3:7`
std::string context_origin(const Parsed& parsed, std::string_view place);

/// What holds for a setting, and who says so: "--url", "BAND_BUS", `context "prod", FILE:3:7`, "the
/// default". The value is empty if nobody says anything.
struct EffectiveSetting {
    std::string value;
    std::string origin;
};

/// Of the bus's address cli/bus_address knows more. Reads the contexts if add_context did not.
EffectiveSetting effective_setting(Parsed& parsed, const Setting& setting);

} // namespace cli
