#include "tools/payload.hpp"

#include "base/byte_size.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "codec/cbor_item.hpp"
#include "codec/cbor_to_json.hpp"
#include "codec/json_scanner.hpp"
#include "codec/json_to_cbor.hpp"
#include "codec/parse_error.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <utility>

namespace tools {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::string_view json_blanks = " \t\r\n";

struct Payload {
    std::string name;
    std::string bytes;
};

bool holds_data(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 &&
           (S_ISFIFO(status.st_mode) || S_ISREG(status.st_mode) || S_ISSOCK(status.st_mode));
}

Error unreadable(const std::string& name, int number) {
    return {ErrorKind::no_input, base::printable(name), base::errno_text(number)};
}

Payload load(cli::Invocation& in, const std::optional<std::string>& path) {
    const std::uint64_t most = *in.size("max-size");
    Payload payload;
    if (auto data = in.text("data")) {
        if (path)
            throw Error(ErrorKind::usage, "--data and " + base::quoted(*path),
                        "the payload is given twice");
        payload = {"--data", std::move(*data)};
    } else {
        const Input input = open_input(path);
        payload = {input.name, read_all(input, most)};
    }
    if (payload.bytes.size() > most)
        throw Error(ErrorKind::data, base::printable(payload.name),
                    "the payload is larger than " + base::format_byte_size(most),
                    "--max-size allows more; Redis itself takes 512 MiB");
    return payload;
}

void trim(std::string& json) {
    const auto end = json.find_last_not_of(json_blanks);
    json.resize(end == std::string::npos ? 0 : end + 1);
    json.erase(0, std::min(json.find_first_not_of(json_blanks), json.size()));
}

void check_json(cli::Invocation& in, const Payload& payload) {
    const auto twin = codec::find_duplicate_key(payload.bytes);
    if (!twin)
        return;
    const auto at = codec::position_in(payload.bytes, twin->offset);
    in.notice().warn(payload.name + ":" + std::to_string(at.line) + ":" +
                     std::to_string(at.column) + ": key " + base::quoted(twin->key) +
                     " comes twice; the last one counts");
}

void take_json(cli::Invocation& in, Payload&& payload, Encoding as, std::string& body) {
    check_json(in, payload);
    if (as == Encoding::cbor) {
        body = codec::json_to_cbor(payload.bytes);
    } else {
        trim(payload.bytes);
        body = std::move(payload.bytes);
    }
}

void take_cbor(Payload&& payload, Encoding as, std::string& body) {
    if (as == Encoding::json) {
        body = codec::cbor_to_json(payload.bytes);
    } else {
        codec::validate_cbor(payload.bytes);
        body = std::move(payload.bytes);
    }
}

} // namespace

std::string read_all(const Input& input, std::uint64_t most) {
    std::string bytes;
    struct stat status {};
    if (::fstat(input.fd, &status) == 0 && status.st_size > 0)
        bytes.reserve(std::min<std::uint64_t>(static_cast<std::uint64_t>(status.st_size), most) +
                      1);
    std::size_t size = 0;
    while (true) {
        bytes.resize(std::max<std::size_t>({size + 16 * 1024, 2 * size, bytes.capacity()}));
        const ssize_t count = ::read(input.fd, bytes.data() + size, bytes.size() - size);
        if (count < 0 && errno != EINTR)
            throw unreadable(input.name, errno);
        if (count == 0)
            break;
        size += count < 0 ? 0 : static_cast<std::size_t>(count);
        if (size > most)
            break;
    }
    bytes.resize(size);
    return bytes;
}

Input open_input(const std::optional<std::string>& path) {
    if (path && *path != "-") {
        base::UniqueFd file{::open(path->c_str(), O_RDONLY | O_CLOEXEC)};
        struct stat status {};
        if (!file)
            throw unreadable(*path, errno);
        if (::fstat(file.get(), &status) == 0 && S_ISDIR(status.st_mode))
            throw unreadable(*path, EISDIR);
        const int fd = file.get();
        return {std::move(file), fd, *path};
    }
    if (!path && !holds_data(STDIN_FILENO))
        throw Error(ErrorKind::usage, "PAYLOAD", "missing argument",
                    "give a file, \"-\" for standard input, or --data TEXT");
    return {{}, STDIN_FILENO, "stdin"};
}

Encoding encoding_of(const cli::Invocation& in, const std::string& name) {
    const std::string chosen = in.choice("format");
    return chosen == "cbor" || (chosen.empty() && name.ends_with(".cbor")) ? Encoding::cbor
                                                                           : Encoding::json;
}

Encoding sent_encoding(const cli::Invocation& in, Encoding read) {
    const std::string chosen = in.choice("as");
    return chosen == "cbor" ? Encoding::cbor : chosen == "json" ? Encoding::json : read;
}

std::string_view content_type(Encoding encoding) noexcept {
    return encoding == Encoding::cbor ? message::cbor_type : message::json_type;
}

void read_payload(cli::Invocation& in, const std::optional<std::string>& path,
                  message::Message& message) {
    Payload payload = load(in, path);
    const std::string name = payload.name;
    const Encoding read = encoding_of(in, name);
    const Encoding sent = sent_encoding(in, read);
    message.content_type = content_type(sent);
    try {
        if (read == Encoding::json)
            take_json(in, std::move(payload), sent, message.body);
        else
            take_cbor(std::move(payload), sent, message.body);
    } catch (const codec::ParseError& error) {
        throw error.in(base::printable(name));
    }
}

} // namespace tools
