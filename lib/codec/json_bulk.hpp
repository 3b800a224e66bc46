#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace codec {

/// Validates and transcodes many small documents. The fast way, over simdjson, lives in the module
/// bandkit-json.so, so that a tool which handles one document need not load it. What this class
/// accepts and makes is the same with and without the module: json_scanner has the last word on
/// everything that the module refuses. Not for use by two threads at once.
class JsonBulk {
public:
    /// Looks for the module beside the running program, installed or in the build tree; without it
    /// the scanner does all the work. `module` is a path to take instead.
    static std::unique_ptr<JsonBulk> load(const std::string& module = {});

    virtual ~JsonBulk() = default;

    /// Checks every value of the document; throws ParseError as validate_json does.
    virtual void validate(std::string_view json) = 0;

    /// Appends the document as append_cbor does, with the same errors.
    virtual void to_cbor(std::string_view json, std::string& out) = 0;

    /// Tells whether the module is in use.
    [[nodiscard]] virtual bool accelerated() const noexcept = 0;
};

} // namespace codec
