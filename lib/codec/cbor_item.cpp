#include "codec/cbor_item.hpp"

#include "codec/parse_error.hpp"
#include "codec/utf8.hpp"

#include <array>
#include <cassert>
#include <cstdint>
#include <limits>

namespace codec {

namespace {

constexpr std::uint8_t break_code = 0xff;

/// Reads one item head after the other; open containers are counts on a stack.
class ItemReader {
public:
    ItemReader(std::string_view bytes, std::size_t max_depth)
        : begin_(bytes.data()), end_(begin_ + bytes.size()), p_(begin_), max_depth_(max_depth) {
        assert(max_depth <= cbor_depth_ceiling);
    }

    /// False when the input ends too early.
    bool read() {
        do {
            if (!step())
                return false;
        } while (!done_);
        return true;
    }

    [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(p_ - begin_); }

private:
    enum class Kind : std::uint8_t { counted, array, map };
    struct Open {
        std::uint64_t left; // items; for the indefinite kinds the number of items read
        Kind kind;
    };

    bool step() {
        if (p_ == end_)
            return false;
        const char* const start = p_;
        const auto initial = static_cast<std::uint8_t>(*p_++);
        if (initial == break_code) {
            end_indefinite(start);
            return true;
        }
        const auto major = static_cast<unsigned>(initial >> 5);
        const unsigned info = initial & 0x1f;
        if (info == 31) {
            begin_indefinite(start, major);
            return major > 3 || chunks(major);
        }
        std::uint64_t argument = info;
        if (info >= 24 && !read_argument(start, info, argument))
            return false;
        return item(start, major, info, argument);
    }

    bool read_argument(const char* start, unsigned info, std::uint64_t& argument) {
        if (info > 27)
            fail(start, "reserved additional information " + std::to_string(info));
        const auto size = std::ptrdiff_t{1} << (info - 24);
        if (end_ - p_ < size)
            return false;
        argument = 0;
        for (const char* const stop = p_ + size; p_ < stop; ++p_)
            argument = argument << 8 | static_cast<unsigned char>(*p_);
        return true;
    }

    bool item(const char* start, unsigned major, unsigned info, std::uint64_t argument) {
        switch (major) {
        case 2:
        case 3:
            if (!string(major, argument))
                return false;
            break;
        case 4:
        case 5:
            open_counted(start, major, argument);
            return true;
        case 6:
            after_tag_ = true;
            return true;
        case 7:
            if (info == 24 && argument < 32)
                fail(start, "a simple value below 32 in two bytes");
            break;
        default:
            break;
        }
        close_item();
        return true;
    }

    bool string(unsigned major, std::uint64_t size) {
        if (size > static_cast<std::uint64_t>(end_ - p_))
            return false;
        const std::string_view text(p_, size);
        if (major == 3) {
            if (const auto bad = find_invalid_utf8(text); bad != std::string_view::npos)
                fail(p_ + bad, "invalid UTF-8 in a text string");
        }
        p_ += size;
        return true;
    }

    /// The chunks of a string of indefinite length and its break.
    bool chunks(unsigned major) {
        for (;;) {
            if (p_ == end_)
                return false;
            const char* const start = p_;
            const auto initial = static_cast<std::uint8_t>(*p_++);
            if (initial == break_code)
                break;
            const unsigned info = initial & 0x1f;
            if (initial >> 5 != static_cast<int>(major) || info == 31)
                fail(start, "a chunk that is no string of its kind");
            std::uint64_t size = info;
            if ((info >= 24 && !read_argument(start, info, size)) || !string(major, size))
                return false;
        }
        close_item();
        return true;
    }

    void open_counted(const char* start, unsigned major, std::uint64_t count) {
        constexpr auto endless = std::numeric_limits<std::uint64_t>::max();
        if (major == 5)
            count = count > endless / 2 ? endless : count * 2; // both are beyond any input
        push(start, {count, Kind::counted});
        if (count == 0) {
            --depth_;
            close_item();
        }
    }

    void begin_indefinite(const char* start, unsigned major) {
        switch (major) {
        case 2:
        case 3:
            return;
        case 4:
            return push(start, {0, Kind::array});
        case 5:
            return push(start, {0, Kind::map});
        default:
            fail(start, "an indefinite length where none can be");
        }
    }

    void end_indefinite(const char* start) {
        if (depth_ == 0 || after_tag_ || open_[depth_ - 1].kind == Kind::counted)
            fail(start, "a break outside an item of indefinite length");
        if (open_[depth_ - 1].kind == Kind::map && open_[depth_ - 1].left % 2 != 0)
            fail(start, "a map that ends after a key");
        --depth_;
        close_item();
    }

    void push(const char* start, Open container) {
        if (depth_ == max_depth_)
            throw ParseError({offset_of(start)},
                             "nested deeper than " + std::to_string(max_depth_) + " levels",
                             ParseError::Reason::too_deep);
        after_tag_ = false;
        open_[depth_++] = container;
    }

    /// Counts an item that is complete, and those that end with it.
    void close_item() {
        after_tag_ = false;
        while (depth_ > 0) {
            Open& container = open_[depth_ - 1];
            if (container.kind != Kind::counted) {
                ++container.left;
                return;
            }
            if (--container.left > 0)
                return;
            --depth_;
        }
        done_ = true;
    }

    [[nodiscard]] std::size_t offset_of(const char* p) const {
        return static_cast<std::size_t>(p - begin_);
    }

    [[noreturn, gnu::cold]] void fail(const char* p, std::string why) const {
        throw ParseError({offset_of(p)}, std::move(why));
    }

    const char* const begin_;
    const char* const end_;
    const char* p_;
    const std::size_t max_depth_;
    std::size_t depth_ = 0;
    bool after_tag_ = false;
    bool done_ = false;
    std::array<Open, cbor_depth_ceiling> open_;
};

} // namespace

std::optional<std::size_t> cbor_item_length(std::string_view bytes, const CborLimits& limits) {
    ItemReader reader(bytes, limits.max_depth);
    if (!reader.read())
        return std::nullopt;
    return reader.offset();
}

void validate_cbor(std::string_view bytes, const CborLimits& limits) {
    const auto length = cbor_item_length(bytes, limits);
    if (!length)
        throw ParseError({bytes.size()}, "the item is cut short", ParseError::Reason::truncated);
    if (*length != bytes.size())
        throw ParseError({*length}, "expected the end of the input after the item");
}

} // namespace codec
