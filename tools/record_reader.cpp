#include "tools/record_reader.hpp"

#include "base/byte_size.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "codec/cbor_item.hpp"
#include "codec/parse_error.hpp"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tools {

namespace {

constexpr std::size_t chunk = 128 * 1024;

bool is_regular(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

} // namespace

RecordReader::RecordReader(const Input& input, Framing framing, std::size_t most)
    : input_(input), framing_(framing), most_(most), regular_(is_regular(input.fd)),
      buffer_(2 * chunk, '\0') {}

RecordReader::Next RecordReader::next(Record& record) {
    if (framing_ == Framing::lines)
        return next_line(record);
    try {
        return next_item(record);
    } catch (const codec::ParseError& error) {
        throw error.in(base::printable(input_.name), 1, offset_);
    }
}

RecordReader::Next RecordReader::next_line(Record& record) {
    while (true) {
        const std::string_view text = buffered();
        const auto newline = text.find('\n', searched_);
        if (newline != std::string_view::npos) {
            if (take_line(record, newline, 1))
                return Next::record;
            continue;
        }
        searched_ = text.size();
        if (text.size() > most_ || (ended_ && !text.empty())) {
            if (take_line(record, text.size(), 0))
                return Next::record;
            continue;
        }
        if (ended_)
            return Next::end;
        if (!fill())
            return Next::pause;
    }
}

/// Takes `length` bytes as a line or as a part of one; false when there is nothing to give.
bool RecordReader::take_line(Record& record, std::size_t length, std::size_t end_of_line) {
    const std::string_view text = buffered().substr(0, length);
    const bool continued = in_long_line_;
    in_long_line_ = end_of_line == 0 && !ended_;
    record.offset = offset_;
    consume(length + end_of_line);
    if (!continued) {
        ++line_;
        if (is_blank(text) && !in_long_line_)
            return false;
        ++number_;
    }
    record.bytes = text;
    if (end_of_line != 0 && text.ends_with('\r'))
        record.bytes.remove_suffix(1);
    record.part = continued             ? Record::Part::rest
                  : text.size() > most_ ? Record::Part::too_long
                                        : Record::Part::whole;
    record.number = number_;
    record.line = line_;
    return true;
}

RecordReader::Next RecordReader::next_item(Record& record) {
    while (true) {
        const std::string_view bytes = buffered();
        // An attempt on half an item starts from its first byte again: wait until there is twice
        // as much, or no more to come for now.
        if (!bytes.empty() && (bytes.size() >= 2 * searched_ || ended_ || !input_waits())) {
            if (const auto length = codec::cbor_item_length(bytes)) {
                record = {bytes.substr(0, *length), Record::Part::whole, ++number_, 0, offset_};
                consume(*length);
                return Next::record;
            }
            searched_ = bytes.size();
            if (ended_)
                codec::validate_cbor(bytes); // throws: says what is missing
        }
        if (bytes.size() > most_)
            throw base::Error(base::ErrorKind::data,
                              base::printable(input_.name) + ":byte " + std::to_string(offset_),
                              "the item is larger than " + base::format_byte_size(most_),
                              "--max-size allows more");
        if (ended_)
            return Next::end;
        if (!fill())
            return Next::pause;
    }
}

void RecordReader::consume(std::size_t count) {
    begin_ += count;
    offset_ += count;
    searched_ = 0;
}

bool RecordReader::input_waits() const {
    if (regular_)
        return true;
    pollfd input{input_.fd, POLLIN, 0};
    return ::poll(&input, 1, 0) != 0;
}

bool RecordReader::fill() {
    if (!input_waits())
        return false;
    if (buffer_.size() - end_ < chunk) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
        if (buffer_.size() - end_ < chunk)
            buffer_.resize(2 * buffer_.size());
    }
    const ssize_t count = ::read(input_.fd, buffer_.data() + end_, chunk);
    if (count < 0 && errno != EINTR && errno != EAGAIN)
        throw base::Error(base::ErrorKind::no_input, base::printable(input_.name),
                          base::errno_text(errno));
    if (count < 0)
        return false;
    ended_ = count == 0;
    end_ += static_cast<std::size_t>(count);
    return true;
}

void RecordReader::wait(int stop_fd) const {
    pollfd watched[2] = {{input_.fd, POLLIN, 0}, {stop_fd, POLLIN, 0}};
    ::poll(watched, 2, -1);
}

} // namespace tools
