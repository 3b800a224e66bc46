#pragma once

#include "cli/bus_address.hpp"
#include "cli/format.hpp"
#include "cli/notice.hpp"
#include "cli/output.hpp"
#include "cli/parser.hpp"
#include "cli/style.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// One run of a command: what it was asked for and where it writes. Getters take an option's long
/// name; asking for one that the command does not declare is a bug (std::logic_error). Values have
/// been checked before the command runs, so the getters do not fail.
class Invocation {
public:
    using Clock = std::chrono::steady_clock;

    /// `table` and `command` outlive it.
    Invocation(const Command& command, const OptionTable& table, Parsed parsed, CalledAs called);

    /// Command line, environment or context say it; a fallback does not count.
    [[nodiscard]] bool given(std::string_view name) const;

    /// Only the command line counts.
    [[nodiscard]] bool on_command_line(std::string_view name) const;

    /// Who gave its value, for errors about it: "--ports", "BAND_PORTS", `context "prod",
    /// FILE:3:7`.
    [[nodiscard]] std::string origin(std::string_view name) const;

    [[nodiscard]] bool flag(std::string_view name) const;
    /// Any option with one value; nothing if it has neither a value nor a fallback.
    [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
    [[nodiscard]] std::optional<std::chrono::milliseconds> duration(std::string_view name) const;
    [[nodiscard]] std::optional<std::uint64_t> size(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
    /// The word chosen; empty if none was and there is no fallback.
    [[nodiscard]] std::string choice(std::string_view name) const;

    /// Arguments without the URL, and what stands behind "--".
    [[nodiscard]] const std::vector<std::string>& args() const noexcept { return parsed_.args; }
    [[nodiscard]] const std::vector<std::string>& rest() const noexcept { return parsed_.rest; }
    /// The argument at `index`, or nothing.
    [[nodiscard]] std::optional<std::string> arg(std::size_t index) const;

    /// --timeout; nothing if there is none or it is 0.
    [[nodiscard]] std::optional<std::chrono::milliseconds> timeout() const;
    /// When that is over, counted from the program's start; Clock::time_point::max() if never.
    [[nodiscard]] Clock::time_point deadline() const;

    /// Looks for the bus anew at each call (it may read a password file). Throws base::Error.
    [[nodiscard]] BusAddress bus() const { return find_bus(parsed_); }

    /// What holds for a setting (cli/settings.hpp) that need be no option of this command, such as
    /// "docker"; empty if nobody says anything. Throws as choose_context does.
    [[nodiscard]] EffectiveSetting setting(std::string_view key);
    /// The context that it works in, if any. Throws as choose_context does.
    [[nodiscard]] const std::optional<ChosenContext>& context();

    /// -o or -j; else the first format the command declares.
    [[nodiscard]] Format format() const;

    [[nodiscard]] Output& out() noexcept { return out_; }
    [[nodiscard]] Notice& notice() noexcept { return notice_; }
    /// For what goes to out().
    [[nodiscard]] const Style& style() const noexcept { return style_; }

    /// The name it was called by, without that of the subcommand.
    [[nodiscard]] const std::string& program() const noexcept { return called_.program; }
    /// "bandctl stop [OPTION...] SERVICE...", for errors about arguments.
    [[nodiscard]] std::string usage() const { return usage_line(command_, called_); }
    [[nodiscard]] const Command& command() const noexcept { return command_; }

private:
    [[nodiscard]] const Option& declared(std::string_view name) const;

    const Command& command_;
    const OptionTable& table_;
    Parsed parsed_;
    CalledAs called_;
    Clock::time_point start_ = Clock::now();
    Output out_;
    Notice notice_;
    Style style_;
};

} // namespace cli
