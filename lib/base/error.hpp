#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace base {

/// What went wrong, in terms a caller can act on. Each border maps it once: cli to exit codes.
enum class ErrorKind {
    no,            // the peer answered no
    usage,         // bad option or argument
    data,          // the payload does not parse
    no_input,      // an input file is missing or unreadable
    unavailable,   // not reachable, or nobody listens to that name
    internal,      // a bug of ours
    cannot_create, // an output file cannot be created
    io,            // an output cannot be written
    temporary,     // retries used up; trying later may help
    protocol,      // the peer speaks nonsense
    no_permission, // authentication or access refused
    config,        // bad environment variable or configuration file
    timeout,
    cannot_run, // a program could not be started, is not executable, was not found
    not_executable,
    not_found,
    interrupted, // stopped by SIGINT before the work was done
    terminated,  // the same by SIGTERM
};

/// Says what failed, why, and what to do about it. `what()` is "what: why; hint".
/// Texts are lower case without a full stop; never put a password into one.
class Error : public std::runtime_error {
public:
    /// `output` is what a program that failed printed last, line by line: told beside the message.
    Error(ErrorKind kind, std::string subject, std::string why, std::string hint = {},
          std::vector<std::string> output = {});

    [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& subject() const noexcept { return subject_; }
    [[nodiscard]] const std::string& why() const noexcept { return why_; }
    [[nodiscard]] const std::string& hint() const noexcept { return hint_; }
    [[nodiscard]] const std::vector<std::string>& output() const noexcept { return output_; }

private:
    ErrorKind kind_;
    std::string subject_;
    std::string why_;
    std::string hint_;
    std::vector<std::string> output_;
};

/// The text of errno value `number`, lower case first letter kept as the C library gives it.
std::string errno_text(int number);

} // namespace base
