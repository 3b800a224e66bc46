#include "cli/context_file.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/unique_fd.hpp"
#include "cli/option_value.hpp"
#include "cli/redact.hpp"
#include "cli/settings.hpp"
#include "cli/suggest.hpp"
#include "cli/toml_ascii.hpp"
#include "codec/utf8.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// The shared library would bring the dynamic libstdc++ back.
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
// Version 3.3 asserts in parse_key() what a malformed heading like "[[[" breaks; right behind it
// stands the check that reports it. In a build without asserts it would be assumed, which is worse.
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>

namespace cli {

namespace {

using base::Error;
using base::ErrorKind;

constexpr off_t largest = 1 << 20;

/// Reads the one table that the file is.
class ContextReader {
public:
    ContextReader(std::string_view text, const std::string& path) : text_(text) {
        file_.path = path;
    }

    ContextFile read() {
        const toml::table table = parse();
        for (const auto& [key, node] : table) {
            if (key == "current")
                read_current(key, node);
            else if (key == "context")
                read_contexts(key, node);
            else
                fail_unknown(key, {"current", "context"});
        }
        std::ranges::sort(file_.contexts, {}, &Context::line);
        return std::move(file_);
    }

private:
    [[nodiscard]] toml::table parse() const {
        if (!codec::is_utf8(text_))
            throw Error(ErrorKind::config, file_.path + ":1:1", "not TOML: no UTF-8");
        try {
            return toml::parse(to_toml_ascii(text_));
        } catch (const toml::parse_error& error) {
            fail(error.source(),
                 "not TOML: " +
                     base::printable_start(redacted(from_toml_ascii(error.description())), 200));
        }
    }

    [[nodiscard]] std::string place(const toml::source_region& where) const {
        return file_.path + ':' + std::to_string(where.begin.line) + ':' +
               std::to_string(column_in(line(where.begin.line), where.begin.column));
    }

    /// Counted from 1.
    [[nodiscard]] std::string_view line(std::size_t number) const {
        auto rest = text_;
        for (; number > 1; --number)
            rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
        return rest.substr(0, rest.find('\n'));
    }

    [[noreturn]] void fail(const toml::source_region& where, const std::string& why,
                           const std::string& hint = {}) const {
        throw Error(ErrorKind::config, place(where), why, hint);
    }

    [[noreturn]] void fail_unknown(const toml::key& key,
                                   const std::vector<std::string>& known) const {
        fail(key.source(), "unknown key " + base::quoted(from_toml_ascii(key.str())),
             did_you_mean(key.str(), known));
    }

    void read_current(const toml::key& key, const toml::node& node) {
        const auto* const name = node.as_string();
        if (name == nullptr)
            fail(node.source(), "current is no text");
        file_.current = from_toml_ascii(name->get());
        file_.current_line = key.source().begin.line;
    }

    void read_contexts(const toml::key& key, const toml::node& node) {
        const auto* const table = node.as_table();
        if (table == nullptr)
            fail(key.source(), "context is no table", "a context begins with [context.NAME]");
        for (const auto& [name, content] : *table) {
            if (!is_context_name(name.str()))
                fail(name.source(),
                     base::quoted(from_toml_ascii(name.str())) + " cannot be a context's name");
            if (!content.is_table())
                fail(name.source(), "the context is no table");
            file_.contexts.push_back(read_context(name, *content.as_table()));
        }
    }

    [[nodiscard]] Context read_context(const toml::key& name, const toml::table& table) const {
        Context context{std::string{name.str()}, name.source().begin.line, {}};
        for (const auto& [key, node] : table) {
            const Setting* const setting = cli::find_setting(key.str());
            if (setting == nullptr)
                fail_unknown(key, known_keys());
            context.entries.push_back({std::string{key.str()}, value_of(*setting, node),
                                       place(node.source()), node.source().end.line});
        }
        return context;
    }

    static std::vector<std::string> known_keys() {
        std::vector<std::string> keys;
        for (const Setting& setting : settings())
            keys.emplace_back(setting.key);
        return keys;
    }

    /// A number may be written as one where the option takes one.
    [[nodiscard]] std::string value_of(const Setting& setting, const toml::node& node) const {
        const std::string key{setting.key};
        const bool numeric = setting.kind == Kind::integer || setting.kind == Kind::duration;
        std::string value;
        if (const auto* const text = node.as_string())
            value = from_toml_ascii(text->get());
        else if (const auto* const number = node.as_integer(); number != nullptr && numeric)
            value = std::to_string(number->get());
        else
            fail(node.source(), key + " is no " + (numeric ? "number" : "text"));
        if (value.empty())
            fail(node.source(), key + " is empty", "leave it out");
        try {
            check_kind({.name = setting.key, .kind = setting.kind}, value);
        } catch (const Error& error) {
            fail(node.source(), key + ": " + error.why(), error.hint());
        }
        return value;
    }

    std::string_view text_;
    ContextFile file_;
};

bool holds_password(const ContextFile& file) {
    return std::ranges::any_of(file.contexts, [](const Context& context) {
        return std::ranges::any_of(context.entries, [](const Context::Entry& entry) {
            return redacted(entry.value) != entry.value;
        });
    });
}

std::string read_all(int fd, const std::string& path) {
    std::string text;
    std::size_t size = 0;
    while (true) {
        text.resize(size + 16 * 1024);
        const auto count = ::read(fd, text.data() + size, text.size() - size);
        if (count == 0)
            break;
        if (count < 0 && errno != EINTR)
            throw Error(ErrorKind::config, path, base::errno_text(errno));
        size += count < 0 ? 0 : static_cast<std::size_t>(count);
        if (size > static_cast<std::size_t>(largest))
            throw Error(ErrorKind::config, path + ":1:1", "is larger than 1 MiB");
    }
    text.resize(size);
    return text;
}

} // namespace

const Context::Entry* Context::find(std::string_view key) const noexcept {
    const auto found = std::ranges::find(entries, key, &Entry::key);
    return found == entries.end() ? nullptr : &*found;
}

const Context* ContextFile::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(contexts, name, &Context::name);
    return found == contexts.end() ? nullptr : &*found;
}

std::vector<std::string> ContextFile::names() const {
    std::vector<std::string> names;
    for (const Context& context : contexts)
        names.push_back(context.name);
    return names;
}

std::string context_path() {
    const auto folder = [](const char* variable) -> std::string {
        const char* const value = std::getenv(variable);
        return value != nullptr && *value == '/' ? value : ""; // XDG: relative ones do not count
    };
    if (const auto config = folder("XDG_CONFIG_HOME"); !config.empty())
        return config + "/band/contexts.toml";
    const auto home = folder("HOME");
    return home.empty() ? home : home + "/.config/band/contexts.toml";
}

std::optional<ContextFile> read_contexts(const std::string& path) {
    const base::UniqueFd fd{path.empty() ? -1
                                         : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!fd) {
        if (path.empty() || errno == ENOENT || errno == ENOTDIR)
            return std::nullopt;
        throw Error(ErrorKind::config, path, base::errno_text(errno));
    }
    struct stat state {};
    if (::fstat(fd.get(), &state) != 0 || !S_ISREG(state.st_mode))
        throw Error(ErrorKind::config, path, "is no file");
    auto file = parse_contexts(read_all(fd.get(), path), path);
    file.exposed = (state.st_mode & (S_IRGRP | S_IROTH)) != 0 && holds_password(file);
    return file;
}

ContextFile parse_contexts(std::string_view text, const std::string& path) {
    return ContextReader{text, path}.read();
}

bool is_context_name(std::string_view name) noexcept {
    const auto alnum = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !name.empty() && name.size() <= 63 && alnum(name[0]) && name != no_context &&
           std::ranges::all_of(
               name, [alnum](char c) { return alnum(c) || c == '_' || c == '.' || c == '-'; });
}

} // namespace cli
