#include "runtime/run_folder.hpp"

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/printable.hpp"
#include "runtime/private_folder.hpp"
#include "runtime/service_name.hpp"
#include "runtime/state_word.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>

namespace runtime {

namespace fs = std::filesystem;

using base::Error;
using base::ErrorKind;
using base::UniqueFd;

namespace {

constexpr const char* current_name = "current";

/// A lock of the open file, not of the process, so that asking for it disturbs nobody and a child
/// that inherits nothing cannot lose it.
struct flock whole_file(short type) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
}

[[noreturn]] void throw_io(ErrorKind kind, const fs::path& path) {
    throw Error(kind, base::quoted(path.string()), base::errno_text(errno));
}

} // namespace

RunFolder RunFolder::create(const fs::path& parent, std::string_view service) {
    require_private_folder(parent / service);
    RunFolder run{parent / service / base::random_id(40)};
    require_private_folder(run.path());
    return run;
}

void RunFolder::replace(const char* name, std::string_view content) const {
    const fs::path path = path_ / name;
    const fs::path fresh = path.string() + "." + base::random_id(40);
    const UniqueFd file{
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!file)
        throw_io(ErrorKind::io, fresh);
    if (::write(file.get(), content.data(), content.size()) !=
            static_cast<ssize_t>(content.size()) ||
        ::rename(fresh.c_str(), path.c_str()) != 0) {
        const int number = errno;
        ::unlink(fresh.c_str());
        errno = number;
        throw_io(ErrorKind::io, path);
    }
}

bool RunFolder::alive() const {
    const UniqueFd file{::open((path_ / "alive").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)};
    if (!file)
        return false;
    struct flock lock = whole_file(F_WRLCK);
    return ::fcntl(file.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

UniqueFd RunFolder::hold() const {
    UniqueFd file{
        ::open((path_ / "alive").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!file)
        throw_io(ErrorKind::cannot_create, path_ / "alive");
    struct flock lock = whole_file(F_WRLCK);
    if (::fcntl(file.get(), F_OFD_SETLK, &lock) != 0)
        file.reset();
    return file;
}

RunState RunFolder::state() const {
    // In this order: what a living one wrote may be old, but never what an ended one wrote.
    const bool supervised = alive();
    RunState state = written_state();
    if (supervised || has_ended(state.state) || state.supervisor == 0)
        return state;
    state.state = State::failed;
    state.why = "its supervisor was killed";
    return state;
}

bool RunFolder::is_current() const {
    std::error_code failure;
    return fs::read_symlink(path_.parent_path() / current_name, failure) == path_.filename();
}

void RunFolder::make_current() const {
    const fs::path link = path_.parent_path() / current_name;
    const fs::path fresh = path_.parent_path() / ("." + run_id());
    ::unlink(fresh.c_str());
    if (::symlink(path_.filename().c_str(), fresh.c_str()) != 0 ||
        ::rename(fresh.c_str(), link.c_str()) != 0)
        throw_io(ErrorKind::io, link);
}

void RunFolder::remove() const {
    std::error_code failure;
    if (is_current())
        fs::remove(path_.parent_path() / current_name, failure);
    fs::remove_all(path_, failure);
    ::rmdir(path_.parent_path().c_str()); // stays where another launch is in it
}

std::optional<RunFolder> current_run(const fs::path& parent, std::string_view service) {
    if (!is_service_name(service))
        return std::nullopt;
    std::error_code failure;
    const fs::path run_id = fs::read_symlink(parent / service / current_name, failure);
    if (failure || run_id.empty() || run_id != run_id.filename())
        return std::nullopt;
    return RunFolder{parent / service / run_id};
}

std::vector<RunFolder> all_runs(const fs::path& parent, std::string_view service) {
    std::vector<RunFolder> runs;
    std::error_code failure;
    for (fs::directory_iterator of_service{parent, failure}, end; !failure && of_service != end;
         of_service.increment(failure)) {
        const std::string name = of_service->path().filename().string();
        if (!is_service_name(name) || (!service.empty() && name != service))
            continue;
        std::error_code inner;
        for (fs::directory_iterator run{of_service->path(), inner}; !inner && run != end;
             run.increment(inner)) {
            std::error_code ignored;
            if (run->is_directory(ignored) && !run->is_symlink(ignored))
                runs.emplace_back(run->path());
        }
    }
    std::ranges::sort(runs, {}, &RunFolder::path);
    return runs;
}

} // namespace runtime
