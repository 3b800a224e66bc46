#include "redis/command.hpp"

#include <charconv>

namespace redis {

namespace {

void append_length(std::string& out, char marker, std::size_t length) {
    char text[24];
    text[0] = marker;
    char* end = std::to_chars(text + 1, text + sizeof text - 2, length).ptr;
    *end++ = '\r';
    *end++ = '\n';
    out.append(text, end);
}

} // namespace

void append_header(std::string& out, std::size_t count) {
    append_length(out, '*', count);
}

void append_argument(std::string& out, std::string_view argument) {
    append_length(out, '$', argument.size());
    out.append(argument);
    out.append("\r\n", 2);
}

void append_command(std::string& out, std::span<const std::string_view> arguments) {
    append_header(out, arguments.size());
    for (const std::string_view argument : arguments)
        append_argument(out, argument);
}

void append_command(std::string& out, std::initializer_list<std::string_view> arguments) {
    append_command(out, std::span{arguments.begin(), arguments.size()});
}

} // namespace redis
