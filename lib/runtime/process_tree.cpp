#include "runtime/process_tree.hpp"

#include "base/unique_fd.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unistd.h>

namespace runtime {

namespace {

constexpr std::size_t most_environment = 1024 * 1024;

std::optional<pid_t> number_of(std::string_view text) {
    pid_t number = 0;
    const auto [end, failure] = std::from_chars(text.begin(), text.end(), number);
    if (failure != std::errc{} || end != text.end())
        return std::nullopt;
    return number;
}

template <class OnProcess> void for_each_process(OnProcess on_process) {
    const std::unique_ptr<DIR, int (*)(DIR*)> proc{::opendir("/proc"), ::closedir};
    if (!proc)
        return;
    while (const dirent* const entry = ::readdir(proc.get())) // NOLINT: the stream is ours alone
        if (const auto pid = number_of(entry->d_name))
            on_process(*pid, "/proc/" + std::string(entry->d_name));
}

/// Fields are counted from the one behind the name, which may hold anything: the state is 0.
std::optional<Process> parse_stat(pid_t pid, std::string_view text) {
    const std::size_t name_end = text.rfind(") ");
    if (name_end == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(name_end + 2);
    std::array<std::string_view, 22> fields;
    for (std::string_view& field : fields) {
        const std::size_t end = std::min(text.find(' '), text.size());
        field = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    const auto value = [&fields](std::size_t index) {
        std::uint64_t number = 0;
        std::from_chars(fields[index].begin(), fields[index].end(), number);
        return number;
    };
    static const auto ticks = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    return Process{pid, static_cast<pid_t>(value(1)), fields[0] == "Z" || fields[0] == "X",
                   (value(11) + value(12)) * 1000 / ticks, value(21) * page};
}

bool has_variable(const std::string& folder, std::string_view assignment) {
    const base::UniqueFd file{::open((folder + "/environ").c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file)
        return false;
    std::string environment;
    std::array<char, 4096> chunk;
    for (ssize_t size = 0; environment.size() < most_environment &&
                           (size = ::read(file.get(), chunk.data(), chunk.size())) > 0;)
        environment.append(chunk.data(), static_cast<std::size_t>(size));
    std::string_view rest = environment;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\0'), rest.size());
        if (rest.substr(0, end) == assignment)
            return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

} // namespace

std::vector<Process> all_processes() {
    std::vector<Process> all;
    for_each_process([&all](pid_t pid, const std::string& folder) {
        const base::UniqueFd file{::open((folder + "/stat").c_str(), O_RDONLY | O_CLOEXEC)};
        std::array<char, 1024> text;
        const auto size = file ? ::read(file.get(), text.data(), text.size()) : -1;
        if (size <= 0)
            return;
        if (const auto found = parse_stat(pid, {text.data(), static_cast<std::size_t>(size)}))
            all.push_back(*found);
    });
    return all;
}

std::vector<Process> descendants_of(pid_t root, const std::vector<Process>& all) {
    std::set<pid_t> known{root};
    std::vector<Process> found;
    // A process can have a lower number than its parent, so one pass is not enough.
    for (bool grown = true; grown;) {
        grown = false;
        for (const Process& process : all)
            if (known.contains(process.parent) && known.insert(process.pid).second) {
                found.push_back(process);
                grown = true;
            }
    }
    return found;
}

std::size_t signal_descendants(pid_t root, int number) {
    std::size_t count = 0;
    for (const Process& process : descendants_of(root, all_processes()))
        if (!process.ended && ::kill(process.pid, number) == 0)
            ++count;
    return count;
}

std::vector<pid_t> processes_of_run(std::string_view run_id) {
    const std::string assignment = std::string(run_variable) + "=" + std::string(run_id);
    std::vector<pid_t> found;
    for_each_process([&](pid_t pid, const std::string& folder) {
        if (pid != ::getpid() && has_variable(folder, assignment))
            found.push_back(pid);
    });
    return found;
}

} // namespace runtime
