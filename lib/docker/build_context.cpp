#include "docker/build_context.hpp"

#include "base/error.hpp"
#include "base/module.hpp"
#include "base/unique_fd.hpp"
#include "docker/ignore_rules.hpp"
#include "docker/tar_abi.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace docker {

namespace fs = std::filesystem;

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::size_t piece_size = 128 * 1024;
constexpr off_t largest_rules = 1024 * 1024;

[[noreturn]] void cannot_read(const fs::path& path, int error) {
    throw Error(ErrorKind::no_input, path.string(), base::errno_text(error));
}

/// Not through a symbolic link, which may lead anywhere.
base::UniqueFd open_file(const fs::path& path) {
    return base::UniqueFd{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
}

IgnoreRules read_rules(const fs::path& folder) {
    const auto path = folder / ".dockerignore";
    const auto file = open_file(path);
    struct stat status {};
    if (!file && errno == ENOENT)
        return IgnoreRules{""};
    if (!file || ::fstat(file.get(), &status) != 0)
        cannot_read(path, errno);
    if (!S_ISREG(status.st_mode) || status.st_size > largest_rules)
        throw Error(ErrorKind::data, path.string(), "no file, or larger than 1 MiB");
    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    const auto count = ::read(file.get(), text.data(), text.size());
    if (count < 0)
        cannot_read(path, errno);
    text.resize(static_cast<std::size_t>(count));
    return IgnoreRules{text};
}

#define TEXT_OF(name) TEXT_OF_EXPANDED(name)
#define TEXT_OF_EXPANDED(name) #name

/// libarchive comes with a dozen libraries, so it is loaded only when something is built.
const bandkit_tar_api& module_api() {
    const auto entry = reinterpret_cast<bandkit_tar_entry_point>(
        base::find_module("bandkit-tar.so", "lib/docker", TEXT_OF(BANDKIT_TAR_ENTRY)));
    if (entry == nullptr || entry()->version != bandkit_tar_version)
        throw Error(ErrorKind::unavailable, "module bandkit-tar.so", "it cannot be loaded",
                    "building images needs it and libarchive; is bandkit installed whole?");
    return *entry();
}

} // namespace

struct BuildContext::Impl {
    explicit Impl(const fs::path& given)
        : folder(given), rules(read_rules(given)), tar(api.create(&on_write, this), api.destroy) {
        std::error_code error;
        at = fs::recursive_directory_iterator{folder, error};
        if (error)
            cannot_read(folder, error.value());
    }

    static void on_write(void* user, const void* bytes, std::size_t size) noexcept {
        static_cast<Impl*>(user)->out.append(static_cast<const char*>(bytes), size);
    }

    void check(int code) const {
        if (code != 0)
            throw Error(ErrorKind::no_input, folder.string(),
                        std::string{"cannot be packed: "} + api.error(tar.get()));
    }

    /// One step: a piece of the file that is open, or the next entry.
    void step() {
        if (file)
            copy_piece();
        else if (at != fs::recursive_directory_iterator{})
            add_next();
        else if (!closed) {
            check(api.close(tar.get()));
            closed = true;
        }
    }

    void add_next() {
        const fs::path path = at->path();
        const std::string name = path.lexically_relative(folder).string();
        struct stat status {};
        if (::lstat(path.c_str(), &status) != 0) {
            if (errno != ENOENT) // gone since the folder was read
                cannot_read(path, errno);
        } else if (name != "Dockerfile" && name != ".dockerignore" && rules.ignores(name)) {
            if (S_ISDIR(status.st_mode) && !rules.has_exceptions())
                at.disable_recursion_pending();
        } else {
            add(path, name, status);
        }
        std::error_code error;
        at.increment(error);
        if (error)
            cannot_read(path, error.value());
    }

    void add(const fs::path& path, const std::string& name, struct stat status) {
        if (S_ISREG(status.st_mode)) {
            file = open_file(path);
            if (!file || ::fstat(file.get(), &status) != 0)
                cannot_read(path, errno);
        } else if (!S_ISDIR(status.st_mode) && !S_ISLNK(status.st_mode)) {
            return;
        }
        const auto target = S_ISLNK(status.st_mode) ? fs::read_symlink(path).string() : "";
        left = S_ISREG(status.st_mode) ? status.st_size : 0;
        const bandkit_tar_entry entry{.name = name.c_str(),
                                      .link_target = target.empty() ? nullptr : target.c_str(),
                                      .mode = status.st_mode,
                                      .size = left,
                                      .mtime = status.st_mtim.tv_sec};
        check(api.begin(tar.get(), &entry));
        current = path;
    }

    /// A file that grows meanwhile is cut, one that shrinks is filled up with zeros.
    void copy_piece() {
        char buffer[piece_size];
        const auto want = std::min<off_t>(left, sizeof buffer);
        const auto count =
            want > 0 ? ::read(file.get(), buffer, static_cast<std::size_t>(want)) : 0;
        if (count < 0 && errno != EINTR)
            cannot_read(current, errno);
        if (count > 0) {
            left -= count;
            check(api.data(tar.get(), buffer, static_cast<std::size_t>(count)));
        } else if (count == 0) {
            file.reset();
            check(api.end(tar.get()));
        }
    }

    const bandkit_tar_api& api = module_api();
    fs::path folder;
    IgnoreRules rules;
    fs::recursive_directory_iterator at;
    std::string out; // what was packed and next() has not given yet
    std::unique_ptr<void, void (*)(void*)> tar;
    base::UniqueFd file; // being copied
    fs::path current;
    off_t left = 0;
    bool closed = false;
};

BuildContext::BuildContext(const fs::path& folder) : impl_(std::make_unique<Impl>(folder)) {}

BuildContext::~BuildContext() = default;

std::string_view BuildContext::next() {
    impl_->out.clear();
    while (impl_->out.size() < piece_size && !impl_->closed)
        impl_->step();
    return impl_->out;
}

} // namespace docker
