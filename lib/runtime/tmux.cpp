#include "runtime/tmux.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "runtime/command.hpp"

#include <algorithm>

namespace runtime {

using base::Error;
using base::ErrorKind;

namespace {

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

bool server_went(std::string_view output) {
    for (const std::string_view text : {"server exited", "lost server", "no server running"})
        if (output.find(text) != output.npos)
            return true;
    return false;
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
    CommandResult result = run(command(), words, wait);
    // A server ends with its last session; who meets it just then is turned away once.
    for (int tries = 0; result.status != 0 && server_went(result.output) && tries < 5; ++tries)
        result = run(command(), words, wait);
    if (result.status != 0)
        throw Error(ErrorKind::no, "tmux session " + base::quoted(session),
                    last_line(result.output));
}

bool Tmux::rename(const std::string& session, const std::string& name, const Wait& wait) const {
    return run(command(), {"rename-session", "-t", exact(session), "--", name}, wait).status == 0;
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
