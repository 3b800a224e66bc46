#include "tools/attach_service/program.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"

#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace attach_service {

using base::Error;
using base::ErrorKind;

namespace {

/// 0 for a file that can be executed, else an errno.
int check(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return errno;
    if (S_ISDIR(status.st_mode))
        return EISDIR;
    return ::access(path.c_str(), X_OK) == 0 ? 0 : errno;
}

Error cannot_start(const std::string& name, int number) {
    const bool missing = number == ENOENT || number == ENOTDIR;
    return {missing ? ErrorKind::not_found : ErrorKind::not_executable, base::quoted(name),
            base::errno_text(number),
            missing ? "" : "the program needs the right to be executed: chmod +x"};
}

} // namespace

std::string Program::name() const {
    const std::string& given = arguments.front();
    return given.substr(given.rfind('/') + 1);
}

Program find_program(std::vector<std::string> words) {
    const std::string name = words.front();
    if (name.find('/') != std::string::npos) {
        if (const int number = check(name); number != 0)
            throw cannot_start(name, number);
        return {name, std::move(words), {}};
    }
    const char* const variable = std::getenv("PATH");
    std::string_view folders = variable != nullptr ? variable : "/usr/local/bin:/usr/bin:/bin";
    int number = ENOENT;
    while (!name.empty()) {
        const std::string_view folder = folders.substr(0, folders.find(':'));
        std::string path = (folder.empty() ? "." : std::string(folder)) + "/" + name;
        const int found = check(path);
        if (found == 0)
            return {std::move(path), std::move(words), {}};
        if (found == EACCES)
            number = EACCES;
        if (folder.size() == folders.size())
            break;
        folders.remove_prefix(folder.size() + 1);
    }
    throw cannot_start(name, number);
}

} // namespace attach_service
