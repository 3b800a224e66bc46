#include "cli/secret_file.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace cli {

using base::Error;
using base::ErrorKind;

std::string read_secret(std::string_view option, const std::string& path) {
    const auto fail = [&](const std::string& why) -> std::string {
        throw Error(ErrorKind::no_input, std::string(option) + " " + base::quoted(path), why);
    };
    const base::UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file)
        return fail(base::errno_text(errno));
    std::string text(4096, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const auto count = ::read(file.get(), text.data() + size, text.size() - size);
        if (count < 0 && errno != EINTR)
            return fail(base::errno_text(errno));
        if (count == 0)
            break;
        size += count < 0 ? 0 : static_cast<std::size_t>(count);
    }
    const auto end = std::min(text.find('\n'), size);
    if (end == text.size())
        return fail("its first line is longer than 4095 bytes");
    text.resize(end);
    if (text.ends_with('\r'))
        text.pop_back();
    return text.empty() ? fail("its first line is empty") : text;
}

} // namespace cli
