#include "tools/bandctl/context_edit.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/unique_fd.hpp"
#include "codec/json_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bandctl {

namespace {

using base::Error;
using base::ErrorKind;

/// A JSON string is a TOML basic string: both have the same escapes (TOML 1.0, "String").
std::string quote(std::string_view value) {
    std::string text;
    codec::JsonWriter{text}.value(value);
    return text;
}

/// Takes the lines `first` to `last`, counted from 1, out.
std::string without_lines(std::string_view text, std::size_t first, std::size_t last) {
    std::string kept;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        if (line < first || line > last)
            kept += text.substr(0, end);
        text.remove_prefix(end);
    }
    return kept;
}

/// Whether two files say the same about each context but `except`.
bool same_but(const cli::ContextFile& a, const cli::ContextFile& b, std::string_view except) {
    const auto said_by = [except](const cli::ContextFile& file, const cli::ContextFile& other) {
        return std::ranges::all_of(file.contexts, [&](const cli::Context& context) {
            const cli::Context* const twin = other.find(context.name);
            if (context.name == except)
                return true;
            return twin != nullptr && twin->entries.size() == context.entries.size() &&
                   std::ranges::all_of(context.entries, [twin](const auto& entry) {
                       const auto* const same = twin->find(entry.key);
                       return same != nullptr && same->value == entry.value;
                   });
        });
    };
    return said_by(a, b) && said_by(b, a);
}

[[noreturn]] void fail_unusual(const cli::ContextFile& file) {
    throw Error(ErrorKind::config, file.path, "is written in a form that cannot be edited so",
                "change it by hand");
}

/// Gives `text` back if it differs from `file` as it should.
std::string checked(std::string text, const cli::ContextFile& file, std::string_view changed,
                    const std::function<bool(const cli::ContextFile&)>& as_wanted) {
    try {
        const auto after = cli::parse_contexts(text, file.path);
        if (same_but(file, after, changed) && as_wanted(after))
            return text;
    } catch (const Error&) {
        // An edit of ours broke it: the old text was fine.
    }
    fail_unusual(file);
}

class Folder {
public:
    explicit Folder(const std::filesystem::path& path) {
        std::error_code error;
        std::filesystem::create_directories(path.parent_path(), error);
        if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
            fail(path);
        fd_.reset(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!fd_)
            fail(path);
        while (::flock(fd_.get(), LOCK_EX) != 0) {
            if (errno != EINTR)
                fail(path);
        }
    }

    void sync() const { ::fsync(fd_.get()); }

private:
    [[noreturn]] static void fail(const std::filesystem::path& path) {
        throw Error(ErrorKind::cannot_create, path.string(), base::errno_text(errno));
    }

    base::UniqueFd fd_;
};

void write_all(int fd, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const auto count = ::write(fd, text.data(), text.size());
        if (count < 0 && errno != EINTR)
            throw Error(ErrorKind::cannot_create, path, base::errno_text(errno));
        text.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
    if (::fsync(fd) != 0)
        throw Error(ErrorKind::cannot_create, path, base::errno_text(errno));
}

void replace_file(const std::string& path, std::string_view text) {
    std::string fresh = path + ".XXXXXX";
    const base::UniqueFd fd{::mkostemp(fresh.data(), O_CLOEXEC)}; // mode 0600
    if (!fd)
        throw Error(ErrorKind::cannot_create, fresh, base::errno_text(errno));
    try {
        write_all(fd.get(), text, fresh);
        if (::rename(fresh.c_str(), path.c_str()) != 0)
            throw Error(ErrorKind::cannot_create, path, base::errno_text(errno));
    } catch (const Error&) {
        ::unlink(fresh.c_str());
        throw;
    }
}

} // namespace

std::string with_context(std::string_view text, const cli::ContextFile& file,
                         const std::string& name, const ContextEntries& entries) {
    std::string added{text};
    if (!added.empty())
        added += added.ends_with('\n') ? "\n" : "\n\n";
    added += "[context." + (name.find('.') == std::string::npos ? name : quote(name)) + "]\n";
    for (const auto& [key, value] : entries)
        added += key + " = " + quote(value) + '\n';
    return checked(std::move(added), file, name, [&](const cli::ContextFile& after) {
        const auto* const context = after.find(name);
        return context != nullptr && context->entries.size() == entries.size();
    });
}

std::string without_context(std::string_view text, const cli::ContextFile& file,
                            const std::string& name) {
    const cli::Context& context = *file.find(name);
    std::size_t last = context.line;
    for (const auto& entry : context.entries)
        last = std::max(last, entry.line);
    return checked(without_lines(text, context.line, last), file, name,
                   [&name](const cli::ContextFile& after) { return after.find(name) == nullptr; });
}

std::string with_current(std::string_view text, const cli::ContextFile& file,
                         const std::string& name) {
    std::string changed = file.current_line == 0
                              ? std::string{text}
                              : without_lines(text, file.current_line, file.current_line);
    if (!name.empty())
        changed.insert(0, "current = " + quote(name) + '\n');
    return checked(std::move(changed), file, "",
                   [&name](const cli::ContextFile& after) { return after.current == name; });
}

void edit_contexts(
    const std::function<std::string(std::string_view text, const cli::ContextFile& file)>& change) {
    std::filesystem::path path = cli::context_path();
    if (path.empty())
        throw Error(ErrorKind::config, "contexts", "neither XDG_CONFIG_HOME nor HOME is set");
    const Folder folder{path.parent_path()};
    std::error_code none;
    if (const auto target = std::filesystem::canonical(path, none); !none)
        path = target; // it may be a link into a folder of such files
    const auto file = cli::read_contexts(path.string());
    std::string text;
    if (file) {
        std::ifstream stream{path};
        text.assign(std::istreambuf_iterator<char>{stream}, {});
    }
    replace_file(path.string(), change(text, file.value_or(cli::ContextFile{.path = path})));
    folder.sync();
}

} // namespace bandctl
