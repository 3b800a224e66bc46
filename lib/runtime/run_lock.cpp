#include "runtime/run_lock.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "runtime/private_folder.hpp"
#include "runtime/waiting.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>

namespace runtime {

using base::Error;
using base::ErrorKind;

namespace {

struct Done {
    std::uint64_t fingerprint;
    std::int64_t at_ms;
};

} // namespace

RunLock::RunLock(std::string_view service) : asked_ms_(base::unix_ms()) {
    const auto folder = runtime_folder() / "run";
    require_private_folder(folder);
    const auto path = folder / service;
    file_.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file_)
        throw Error(ErrorKind::cannot_create, base::quoted(path.string()), base::errno_text(errno));
}

RunLock::RunLock(std::string_view service, const Wait& wait) : RunLock(service) {
    if (take())
        return;
    waited_ = true;
    wait_until(wait, std::string(service), "waiting for another run of it",
               [this] { return take(); });
}

std::optional<RunLock> RunLock::try_take(std::string_view service) {
    RunLock lock{service};
    if (!lock.take())
        return std::nullopt;
    return lock;
}

bool RunLock::take() const {
    return ::flock(file_.get(), LOCK_EX | LOCK_NB) == 0;
}

bool RunLock::done_meanwhile(std::uint64_t fingerprint) const {
    Done done{};
    return waited_ && ::pread(file_.get(), &done, sizeof done, 0) == sizeof done &&
           done.fingerprint == fingerprint && done.at_ms >= asked_ms_;
}

void RunLock::set_done(std::uint64_t fingerprint) const {
    const Done done{fingerprint, base::unix_ms()};
    // Where it cannot be written, whoever waits runs the service again, and that is all.
    [[maybe_unused]] const auto written = ::pwrite(file_.get(), &done, sizeof done, 0);
}

} // namespace runtime
