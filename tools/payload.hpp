#pragma once

#include "base/unique_fd.hpp"
#include "cli/invocation.hpp"
#include "cli/option.hpp"
#include "message/message.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace tools {

/// The options of programs that send one payload.
inline constexpr std::array payload_option_table{
    cli::Option{.name = "data",
                .letter = 'd',
                .kind = cli::Kind::text,
                .value = "TEXT",
                .help = "The payload itself, instead of a file",
                .variable = ""},
    cli::Option{.name = "format",
                .kind = cli::Kind::choice,
                .help = "How to read the payload; without it the file's extension says so, else "
                        "it is JSON",
                .choices = "json|cbor"},
    cli::Option{.name = "as",
                .kind = cli::Kind::choice,
                .help = "How to send it; without it as it was read",
                .choices = "json|cbor"},
    cli::Option{.name = "max-size",
                .kind = cli::Kind::size,
                .help = "Refuse a larger payload; Redis itself takes 512 MiB",
                .fallback = "16MiB"},
};

inline constexpr cli::OptionGroup payload_options{"Payload", payload_option_table};

enum class Encoding : std::uint8_t { json, cbor };

/// An open input and how messages name it.
struct Input {
    base::UniqueFd owned; // of a file
    int fd = -1;
    std::string name;
};

/// Opens the file, or takes standard input for "-"; without a path, too, but only when it is a
/// pipe, a socket or a file: a terminal, or the standard input that a `while read` loop shares with
/// its body, is left alone. Throws Error(usage | no_input).
Input open_input(const std::optional<std::string>& path);

/// Everything up to the input's end, or until it is more than `most` bytes. Throws Error(no_input).
std::string read_all(const Input& input, std::uint64_t most);

/// How the input is to be read: --format, else what the extension says, else JSON.
Encoding encoding_of(const cli::Invocation& in, const std::string& name);

/// What --as says, else `read`.
Encoding sent_encoding(const cli::Invocation& in, Encoding read);

/// The content type of an encoding.
std::string_view content_type(Encoding encoding) noexcept;

/// Reads one payload (--data, a file, standard input), checks it to its last byte and makes it the
/// message's body in the encoding that --as asks for. JSON sent as JSON stays as it is, but for
/// blanks around it; a repeated key is warned of. Throws Error(data) naming file, line and column.
void read_payload(cli::Invocation& in, const std::optional<std::string>& path,
                  message::Message& message);

} // namespace tools
