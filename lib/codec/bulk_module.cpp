#include "codec/bulk_abi.hpp"
#include "codec/cbor_builder.hpp"

#include <simdjson.h>

#include <cstring>
#include <new>
#include <string>

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

/// simdjson's parser checks every value of the document; On-Demand only those that it is asked for.
class Parser {
public:
    explicit Parser(std::size_t max_depth) : max_depth_(max_depth) {}
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    bool parse(const char* json, std::size_t size, element& root) {
        if (buffer_.size() < size + simdjson::SIMDJSON_PADDING)
            buffer_.resize(2 * size + simdjson::SIMDJSON_PADDING);
        std::memcpy(buffer_.data(), json, size);
        if (parser_.capacity() < size || parser_.max_depth() != max_depth_) {
            if (parser_.allocate(buffer_.size(), max_depth_) != simdjson::SUCCESS)
                return false;
        }
        return parser_.parse(buffer_.data(), size, false).get(root) == simdjson::SUCCESS;
    }

    bool transcode(const char* json, std::size_t size) {
        element root;
        if (!parse(json, size, root))
            return false;
        cbor_.clear();
        builder_.reset();
        walk(builder_, root);
        return true;
    }

    [[nodiscard]] const std::string& cbor() const { return cbor_; }

private:
    /// As deep as the document, which the parser has limited.
    static void walk(codec::CborBuilder& builder, const element& value) {
        switch (value.type()) {
        case element_type::OBJECT:
            return walk(builder, simdjson::dom::object(value));
        case element_type::ARRAY:
            return walk(builder, simdjson::dom::array(value));
        case element_type::STRING:
            return builder.string(value.get_string().value_unsafe(), false);
        case element_type::INT64:
            return integer(builder, value.get_int64().value_unsafe());
        case element_type::UINT64:
            return builder.integer(false, value.get_uint64().value_unsafe());
        case element_type::DOUBLE:
            return builder.real(value.get_double().value_unsafe());
        case element_type::BOOL:
            return builder.boolean(value.get_bool().value_unsafe());
        case element_type::NULL_VALUE:
            return builder.null();
        }
    }

    static void walk(codec::CborBuilder& builder, const simdjson::dom::object& object) {
        builder.begin_object();
        for (const auto member : object) {
            builder.key(member.key, false);
            walk(builder, member.value);
        }
        builder.end_object();
    }

    static void walk(codec::CborBuilder& builder, const simdjson::dom::array& array) {
        builder.begin_array();
        for (const auto item : array)
            walk(builder, item);
        builder.end_array();
    }

    static void integer(codec::CborBuilder& builder, std::int64_t value) {
        const auto bits = static_cast<std::uint64_t>(value);
        builder.integer(value < 0, value < 0 ? 0 - bits : bits);
    }

    std::size_t max_depth_;
    simdjson::dom::parser parser_;
    std::string buffer_; // a copy with the padding that simdjson reads over
    std::string cbor_;
    codec::CborBuilder builder_{cbor_}; // kept for its memory
};

Parser& parser_of(void* parser) {
    return *static_cast<Parser*>(parser);
}

const bandkit_json_api api = {
    .version = bandkit_json_version,
    .create = [](std::size_t max_depth) -> void* { return new (std::nothrow) Parser(max_depth); },
    .destroy = [](void* parser) { delete static_cast<Parser*>(parser); },
    .validate = [](void* parser, const char* json, std::size_t size) noexcept -> int {
        element root;
        return parser_of(parser).parse(json, size, root) ? 0 : 1;
    },
    .to_cbor = [](void* parser, const char* json, std::size_t size, const char** cbor,
                  std::size_t* cbor_size) noexcept -> int {
        if (!parser_of(parser).transcode(json, size))
            return 1;
        *cbor = parser_of(parser).cbor().data();
        *cbor_size = parser_of(parser).cbor().size();
        return 0;
    },
};

} // namespace

extern "C" [[gnu::visibility("default")]] const bandkit_json_api* BANDKIT_JSON_ENTRY() {
    return &api;
}
