#include "runtime/tmux.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "runtime/command.hpp"
#include "runtime/waiting.hpp"

#include <algorithm>
#include <chrono>

namespace runtime {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::chrono::seconds passing_time{3};

CommandResult run(std::vector<std::string> command, std::vector<std::string> words,
                  const Wait& wait) {
    command.insert(command.end(), std::make_move_iterator(words.begin()),
                   std::make_move_iterator(words.end()));
    try {
        return run_command(command, wait);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found)
            throw;
        throw Error(ErrorKind::unavailable, "tmux", "is not installed",
                    "install it (apt install tmux), or use --runtime docker");
    }
}

std::string last_line(std::string_view text) {
    while (text.ends_with('\n'))
        text.remove_suffix(1);
    return base::printable_start(text.substr(text.rfind('\n') + 1), 300);
}

/// Whether another try may succeed: a server ends with its last session, and turns away who comes
/// just then; a session stays for a moment after what ran in it has ended.
bool is_passing(std::string_view output) {
    for (const std::string_view text :
         {"server exited", "lost server", "no server running", "duplicate session"})
        if (output.find(text) != output.npos)
            return true;
    return false;
}

CommandResult run_patiently(const std::vector<std::string>& command,
                            const std::vector<std::string>& words, const Wait& wait) {
    const auto patience = base::Deadline::after(passing_time);
    CommandResult result;
    wait_until(wait, "tmux", "asking it to " + words.front(), [&] {
        result = run(command, words, wait);
        return result.status == 0 || !is_passing(result.output) || patience.passed();
    });
    return result;
}

/// An exact name; without '=' tmux takes the start of one, or a pattern, for it.
std::string exact(const std::string& session) {
    return "=" + session;
}

} // namespace

std::string session_name(std::string_view service) {
    std::string name{service};
    std::ranges::replace(name, '.', '+');
    return name;
}

std::vector<std::string> Tmux::command() const {
    return {"tmux", "-f", "/dev/null", socket_.find('/') == socket_.npos ? "-L" : "-S", socket_};
}

void Tmux::start(const std::string& session, const std::filesystem::path& folder,
                 const std::vector<std::string>& program, const Wait& wait) const {
    std::vector<std::string> words{"new-session", "-d", "-s", session,         "-x", "200",
                                   "-y",          "50", "-c", folder.string(), "--"};
    words.insert(words.end(), program.begin(), program.end());
    const CommandResult result = run_patiently(command(), words, wait);
    // A server that cannot have its socket says so, and the status is 0 all the same.
    if (result.status != 0 || result.output.starts_with("error creating "))
        throw Error(ErrorKind::no, "tmux session " + base::quoted(session),
                    last_line(result.output));
}

bool Tmux::rename(const std::string& session, const std::string& name, const Wait& wait) const {
    const std::vector<std::string> words{"rename-session", "-t", exact(session), "--", name};
    return run_patiently(command(), words, wait).status == 0;
}

bool Tmux::has(const std::string& session, const Wait& wait) const {
    return run(command(), {"has-session", "-t", exact(session)}, wait).status == 0;
}

std::vector<std::string> Tmux::attach_command(const std::string& session) const {
    std::vector<std::string> words = command();
    words.insert(words.begin() + 1, "-u");
    words.insert(words.end(), {"attach-session", "-t", exact(session)});
    return words;
}

} // namespace runtime
