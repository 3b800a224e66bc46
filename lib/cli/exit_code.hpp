#pragma once

#include "base/error.hpp"

#include <span>
#include <string_view>

namespace cli {

/// How every program ends; the same table is in every man page.
enum class ExitCode {
    ok = 0,
    no = 1,
    usage = 2,
    stopped = 3, // 3 and 4 as systemctl status, by status commands only
    unknown = 4,
    dataerr = 65,
    noinput = 66,
    unavailable = 69,
    software = 70,
    cantcreat = 73,
    ioerr = 74,
    tempfail = 75,
    protocol = 76,
    noperm = 77,
    config = 78,
    timeout = 124,
    cannot_run = 125,
    not_executable = 126,
    not_found = 127,
    interrupted = 130,
    terminated = 143,
};

struct ExitCodeInfo {
    ExitCode code;
    std::string_view name;    // the "code" of a JSON error
    std::string_view meaning; // for the manual
};

/// All of them, by rising number.
std::span<const ExitCodeInfo> exit_codes() noexcept;

ExitCode exit_code_of(base::ErrorKind kind) noexcept;
std::string_view name_of(ExitCode code) noexcept;

} // namespace cli
