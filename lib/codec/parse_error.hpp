#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace codec {

/// A place in an input. `line` and `column` count from 1, `column` in bytes; both are 0 where the
/// input is binary.
struct Position {
    std::size_t offset = 0;
    std::size_t line = 0;
    std::size_t column = 0;
};

/// The position of byte `offset` in `text`. Linear in `offset`: meant for the error path.
Position position_in(std::string_view text, std::size_t offset) noexcept;

/// Malformed JSON or CBOR (kind data). A decoder does not know where its bytes came from: the
/// caller that does throws `error.in("orders.json")` instead, where the text is to be shown.
class ParseError : public base::Error {
public:
    enum class Reason { syntax, truncated, too_deep };

    ParseError(Position at, std::string why, Reason reason = Reason::syntax);

    [[nodiscard]] const Position& position() const noexcept { return at_; }
    [[nodiscard]] std::size_t offset() const noexcept { return at_.offset; }
    [[nodiscard]] std::size_t line() const noexcept { return at_.line; }
    [[nodiscard]] std::size_t column() const noexcept { return at_.column; }
    [[nodiscard]] bool too_deep() const noexcept { return reason_ == Reason::too_deep; }
    [[nodiscard]] bool truncated() const noexcept { return reason_ == Reason::truncated; }

    /// The same error with the subject `name:line:column`, or `name:byte N` for binary input.
    /// `first_line` is the line of the input at which the parsed text began, `first_byte` the
    /// offset at which parsed bytes began (an item of a CBOR sequence).
    [[nodiscard]] base::Error in(std::string_view name, std::size_t first_line = 1,
                                 std::size_t first_byte = 0) const;

private:
    Position at_;
    Reason reason_;
};

} // namespace codec
