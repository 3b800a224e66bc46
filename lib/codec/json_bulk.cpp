#include "codec/json_bulk.hpp"

#include "base/module.hpp"
#include "codec/bulk_abi.hpp"
#include "codec/cbor_builder.hpp"
#include "codec/json_scanner.hpp"
#include "codec/json_to_cbor.hpp"
#include "codec/json_walk.hpp"

namespace codec {

namespace {

/// Larger documents go through the scanner: a parser that builds a tape would take several times
/// their size in memory.
constexpr std::size_t largest = 64 * 1024;

#define TEXT_OF(name) TEXT_OF_EXPANDED(name)
#define TEXT_OF_EXPANDED(name) #name

class ScannerBulk : public JsonBulk {
public:
    void validate(std::string_view json) override { validate_json(json); }
    void to_cbor(std::string_view json, std::string& out) override {
        cbor_.clear();
        builder_.reset();
        walk_json(json, builder_);
        out += cbor_;
    }
    [[nodiscard]] bool accelerated() const noexcept override { return false; }

private:
    std::string cbor_;
    CborBuilder builder_{cbor_}; // kept for its memory
};

class ModuleBulk : public JsonBulk {
public:
    ModuleBulk(const bandkit_json_api& api, void* parser) : api_(api), parser_(parser) {}
    ModuleBulk(const ModuleBulk&) = delete;
    ModuleBulk& operator=(const ModuleBulk&) = delete;
    ~ModuleBulk() override { api_.destroy(parser_); }

    void validate(std::string_view json) override {
        if (json.size() > largest || api_.validate(parser_, json.data(), json.size()) != 0)
            validate_json(json);
    }

    void to_cbor(std::string_view json, std::string& out) override {
        const char* cbor = nullptr;
        std::size_t size = 0;
        if (json.size() > largest ||
            api_.to_cbor(parser_, json.data(), json.size(), &cbor, &size) != 0)
            append_cbor(out, json);
        else
            out.append(cbor, size);
    }

    [[nodiscard]] bool accelerated() const noexcept override { return true; }

private:
    const bandkit_json_api& api_;
    void* parser_;
};

const bandkit_json_api* open_module(const std::string& path) {
    constexpr auto symbol = TEXT_OF(BANDKIT_JSON_ENTRY);
    const auto entry = reinterpret_cast<bandkit_json_entry>(
        path.empty() ? base::find_module("bandkit-json.so", "lib/codec", symbol)
                     : base::load_module(path, symbol));
    return entry != nullptr && entry()->version == bandkit_json_version ? entry() : nullptr;
}

} // namespace

std::unique_ptr<JsonBulk> JsonBulk::load(const std::string& module) {
    const auto* const api = open_module(module);
    // simdjson counts one level more than there is, unless the innermost container is empty. Its
    // limit errs on the strict side, and the scanner decides what lies between.
    if (void* const parser = api != nullptr ? api->create(JsonLimits{}.max_depth) : nullptr)
        return std::make_unique<ModuleBulk>(*api, parser);
    return std::make_unique<ScannerBulk>();
}

} // namespace codec
