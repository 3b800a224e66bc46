#pragma once

#include "codec/cbor_writer.hpp"
#include "codec/json_string.hpp"

#include <cstddef>
#include <vector>

namespace codec {

/// Turns a walk over a JSON document into CBOR: the handler (see json_handler.hpp) of
/// the scanner and of the bulk module alike. Definite lengths and members in the document's order;
/// of a key that is there twice the last one stays, since a CBOR map must not repeat a key.
class CborBuilder {
public:
    static constexpr bool wants_values = true;

    /// Appends to `out`, which must outlive the builder.
    explicit CborBuilder(std::string& out) : out_(out), writer_(out) {
        open_.reserve(16);
        members_.reserve(32);
        open_.push_back({});
    }

    /// Makes ready for another document, which may be necessary after one that was broken off.
    void reset() noexcept {
        open_.resize(1);
        members_.clear();
    }

    void begin_object() { begin(CborMajor::map); }
    void end_object();
    void begin_array() { begin(CborMajor::array); }
    void end_array() { end(CborMajor::array); }

    void key(std::string_view raw, bool escaped);
    void string(std::string_view raw, bool escaped) {
        item();
        text(raw, escaped);
    }
    void integer(bool negative, std::uint64_t magnitude) {
        item();
        if (negative && magnitude != 0)
            writer_.head(CborMajor::negative_integer, magnitude - 1);
        else
            writer_.unsigned_integer(magnitude);
    }
    /// Never called: transcoding is done under limits that refuse such numbers.
    void big_integer(std::string_view) {}
    void real(double value) {
        item();
        writer_.real(value);
    }
    void boolean(bool value) {
        item();
        writer_.boolean(value);
    }
    void null() {
        item();
        writer_.null();
    }

private:
    struct Open {
        std::size_t start = 0;        // of the head, which is one byte until the end is known
        std::size_t count = 0;        // of values
        std::size_t first_member = 0; // in members_
    };
    struct Member {
        std::uint64_t hash;
        std::size_t key; // offsets in out_
        std::size_t value;
    };

    void item() { ++open_.back().count; }
    void text(std::string_view raw, bool escaped);
    void begin(CborMajor major);
    void end(CborMajor major);
    [[nodiscard]] std::string_view key_of(const Member& member) const;
    [[nodiscard]] bool has_duplicates(std::size_t first) const;
    [[nodiscard]] std::vector<bool> overridden(std::size_t first) const;
    void drop_overridden(Open& object);

    std::string& out_;
    CborWriter writer_;
    std::string unescaped_;
    std::vector<Open> open_; // the first stands for the document
    std::vector<Member> members_;
};

} // namespace codec
