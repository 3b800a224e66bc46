#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace redis {

/// Appends "*COUNT\r\n", which `count` arguments must follow (RESP2, arrays of bulk strings).
void append_header(std::string& out, std::size_t count);

/// Appends one argument as a bulk string.
void append_argument(std::string& out, std::string_view argument);

/// Appends a whole command to the bytes of a request. hiredis's formatter allocates a buffer for
/// each command; this one writes into the request, which a pipeline of millions feels.
void append_command(std::string& out, std::span<const std::string_view> arguments);
void append_command(std::string& out, std::initializer_list<std::string_view> arguments);

} // namespace redis
