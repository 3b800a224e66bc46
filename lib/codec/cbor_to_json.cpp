#include "codec/cbor_to_json.hpp"

#include "codec/base64.hpp"
#include "codec/big_integer.hpp"
#include "codec/cbor_head.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace codec {

namespace {

using Kind = CborHead::Kind;

enum class BytesForm : std::uint8_t { base64url, base64, base16 };
enum class BigInteger : std::uint8_t { no, positive, negative };

class Converter {
public:
    /// `cbor` must have passed validate_cbor.
    Converter(std::string& out, std::string_view cbor)
        : begin_(cbor.data()), rest_(cbor), writer_(out) {
        open_.reserve(16);
    }

    void run() {
        do {
            const auto head = read_cbor_head(rest_);
            if (!awaits_key() || head.kind == Kind::end) {
                convert(head);
            } else if (head.kind == Kind::text) {
                text_key(head.string);
            } else {
                begin_key();
                convert(head);
            }
        } while (!open_.empty() || tagged_);
    }

private:
    static constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();
    static constexpr std::size_t max_big_integer = 1024;
    static constexpr unsigned max_key_depth = 4;

    struct Open {
        bool map;
        bool key_next; // the next item is a key
        bool in_key;   // that key has been begun and not ended
        BytesForm form;
        std::uint64_t left; // items, or `endless`
        std::size_t key_mark;
    };

    void convert(const CborHead& head) {
        switch (head.kind) {
        case Kind::tag:
            return tag(head.number);
        case Kind::array:
            return open(false, head.number);
        case Kind::endless_array:
            return open(false, endless);
        case Kind::map:
            return open(true, head.number * 2);
        case Kind::endless_map:
            return open(true, endless);
        case Kind::end:
            close();
            break;
        default:
            scalar(head);
        }
        item_done();
    }

    void scalar(const CborHead& head) {
        const auto big = std::exchange(big_, BigInteger::no);
        tagged_ = false;
        switch (head.kind) {
        case Kind::unsigned_integer:
            return writer_.value(head.number);
        case Kind::negative_integer:
            return negative(head.number);
        case Kind::text:
            return writer_.value(head.string);
        case Kind::chunked_text:
            return writer_.value(std::string_view(chunks()));
        case Kind::bytes:
            return bytes(head.string, big);
        case Kind::chunked_bytes:
            return bytes(chunks(), big);
        case Kind::boolean:
            return writer_.value(head.number != 0);
        case Kind::real:
            return writer_.value(head.real);
        default:
            return writer_.null();
        }
    }

    void negative(std::uint64_t number) {
        if (number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return writer_.value(-1 - static_cast<std::int64_t>(number));
        // Below -2^63; number + 1 may be 2^64.
        const auto text = number == std::numeric_limits<std::uint64_t>::max()
                              ? std::string("18446744073709551616")
                              : std::to_string(number + 1);
        writer_.raw("-" + text);
    }

    const std::string& chunks() {
        scratch_.clear();
        for (;;) {
            const auto chunk = read_cbor_head(rest_);
            if (chunk.kind == Kind::end)
                return scratch_;
            scratch_ += chunk.string;
        }
    }

    void bytes(std::string_view content, BigInteger big) {
        std::string text;
        if (big != BigInteger::no) {
            if (content.size() > max_big_integer)
                fail("a big integer of more than " + std::to_string(max_big_integer) + " bytes");
            append_big_integer(text, content, big == BigInteger::negative);
            return writer_.raw(text);
        }
        if (form_ == BytesForm::base16)
            append_base16(text, content);
        else
            append_base64(text, content,
                          form_ == BytesForm::base64 ? Base64::standard : Base64::url);
        writer_.value(std::string_view(text));
    }

    void tag(std::uint64_t number) {
        tagged_ = true;
        big_ = number == 2   ? BigInteger::positive
               : number == 3 ? BigInteger::negative
                             : BigInteger::no;
        if (number == 21)
            form_ = BytesForm::base64url;
        else if (number == 22)
            form_ = BytesForm::base64;
        else if (number == 23)
            form_ = BytesForm::base16;
    }

    void open(bool map, std::uint64_t items) {
        big_ = BigInteger::no;
        tagged_ = false;
        map ? writer_.begin_object() : writer_.begin_array();
        open_.push_back({map, map, false, form_, items, 0});
        if (items == 0) {
            close();
            item_done();
        }
    }

    void close() {
        open_.back().map ? writer_.end_object() : writer_.end_array();
        open_.pop_back();
    }

    /// Counts an item that is complete, and those that end with it.
    void item_done() {
        while (!open_.empty()) {
            Open& container = open_.back();
            form_ = container.form;
            if (container.in_key) {
                writer_.end_key(container.key_mark);
                --keys_open_;
                container.in_key = false;
                container.key_next = false;
            } else {
                container.key_next = container.map;
            }
            if (container.left == endless || --container.left > 0)
                return;
            close();
        }
        form_ = BytesForm::base64url;
    }

    /// False also behind a tag of the key: then the key has been begun.
    [[nodiscard]] bool awaits_key() const {
        return !open_.empty() && open_.back().key_next && !open_.back().in_key;
    }

    /// What nearly all keys are; any other goes the way of a value and is made a key at its end.
    void text_key(std::string_view key) {
        check_key_depth();
        Open& map = open_.back();
        writer_.key(key);
        map.key_next = false;
        if (map.left != endless)
            --map.left;
    }

    void check_key_depth() const {
        if (keys_open_ == max_key_depth)
            fail("map keys inside map keys, more than " + std::to_string(max_key_depth) +
                 " levels deep");
    }

    void begin_key() {
        check_key_depth();
        ++keys_open_;
        open_.back().in_key = true;
        open_.back().key_mark = writer_.begin_key();
    }

    [[noreturn]] void fail(std::string why) const {
        throw ParseError({static_cast<std::size_t>(rest_.data() - begin_)}, std::move(why));
    }

    const char* begin_;
    std::string_view rest_;
    JsonWriter writer_;
    std::vector<Open> open_;
    std::string scratch_;
    BytesForm form_ = BytesForm::base64url; // for the next item
    BigInteger big_ = BigInteger::no;       // a tag 2 or 3 directly before
    bool tagged_ = false;                   // a tag is waiting for its content
    unsigned keys_open_ = 0;
};

} // namespace

void append_json(std::string& out, std::string_view cbor, const CborLimits& limits) {
    validate_cbor(cbor, limits);
    const auto before = out.size();
    try {
        Converter(out, cbor).run();
    } catch (...) {
        out.resize(before);
        throw;
    }
}

std::string cbor_to_json(std::string_view cbor) {
    std::string json;
    append_json(json, cbor);
    return json;
}

} // namespace codec
