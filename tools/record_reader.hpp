#pragma once

#include "tools/payload.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tools {

enum class Framing : std::uint8_t {
    lines,    // NDJSON: one JSON text a line; blank lines are skipped, CRLF is an end of line, too
    cbor_seq, // RFC 8742: one CBOR item after the other
};

struct Record {
    enum class Part : std::uint8_t {
        whole,
        too_long, // the beginning of a line that is longer than allowed …
        rest,     // … and what else there is of it, in pieces
    };
    std::string_view bytes; // until the next call; without the end of the line
    Part part = Part::whole;
    std::uint64_t number = 0; // counted from 1
    std::uint64_t line = 0;   // of a line; counted from 1, blank ones too
    std::uint64_t offset = 0; // of its first byte in the input
};

/// Cuts an input into records, in chunks, so that memory does not grow with the input. Says when
/// the input pauses, so that the caller can finish what it has before it waits.
class RecordReader {
public:
    enum class Next : std::uint8_t {
        record,
        pause, // nothing whole is there now; `wait` before the next call
        end,
    };

    /// `input` outlives it. No record may be larger than `most` bytes.
    RecordReader(const Input& input, Framing framing, std::size_t most);

    /// Throws Error(data), naming the place, for an item of a CBOR sequence that is malformed or
    /// larger than allowed, and Error(no_input) when reading fails.
    Next next(Record& record);

    /// Waits until more input is there, or `stop_fd` is readable, or a signal came.
    void wait(int stop_fd) const;

    /// Bytes of the records given so far.
    [[nodiscard]] std::uint64_t consumed() const noexcept { return offset_; }

private:
    Next next_line(Record& record);
    Next next_item(Record& record);
    bool take_line(Record& record, std::size_t length, std::size_t end_of_line);
    /// False when nothing more is there now; sets `ended_`.
    bool fill();
    [[nodiscard]] bool input_waits() const;
    [[nodiscard]] std::string_view buffered() const {
        return std::string_view{buffer_}.substr(begin_, end_ - begin_);
    }
    void consume(std::size_t count);

    const Input& input_;
    Framing framing_;
    std::size_t most_;
    bool regular_; // a file: always ready
    std::string buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t searched_ = 0; // bytes behind begin_ known to hold no end of a record
    bool ended_ = false;
    bool in_long_line_ = false;
    std::uint64_t offset_ = 0;
    std::uint64_t number_ = 0;
    std::uint64_t line_ = 0;
};

} // namespace tools
