#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// The settings of one surrounding under a name, as the file of contexts has them.
struct Context {
    struct Entry {
        std::string key; // of a Setting
        std::string value;
        std::string place; // "/home/me/.config/band/contexts.toml:3:7"
        std::size_t line = 0;
    };

    std::string name;
    std::size_t line = 0; // of its heading, counted from 1
    std::vector<Entry> entries;

    [[nodiscard]] const Entry* find(std::string_view key) const noexcept;
};

/// The file that `bandctl context` looks after:
///     current = "prod"
///     [context.prod]
///     url = "redis://redis.internal"
struct ContextFile {
    std::string path;
    std::string current; // empty: none
    std::size_t current_line = 0;
    std::vector<Context> contexts; // as they stand in the file
    /// Others than the owner can read it, though it holds a password.
    bool exposed = false;

    [[nodiscard]] const Context* find(std::string_view name) const noexcept;
    [[nodiscard]] std::vector<std::string> names() const;
};

/// What stands for no context at all; none can have this name.
inline constexpr std::string_view no_context = "default";

/// band/contexts.toml in XDG_CONFIG_HOME or ~/.config; empty without either.
std::string context_path();

/// Nothing if there is no such file. Throws base::Error(config), naming line and column, for one
/// that is not TOML, is larger than 1 MiB, or has an unknown key or a value that does not fit.
std::optional<ContextFile> read_contexts(const std::string& path);

/// The same of a text; `path` is for messages.
ContextFile parse_contexts(std::string_view text, const std::string& path);

/// A letter or digit, then up to 62 of letters, digits, "_", "." and "-"; not no_context.
bool is_context_name(std::string_view name) noexcept;

} // namespace cli
