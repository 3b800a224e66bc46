#pragma once

#include <cstddef>

/// What the module bandkit-json.so offers. The tools carry their own libstdc++ and the module comes
/// with another one, so only C crosses here: no exception, no standard type, no foreign free().
extern "C" {

inline constexpr unsigned bandkit_json_version = 1;

struct bandkit_json_api {
    unsigned version; // bandkit_json_version of the build

    /// A parser that takes documents nested less than `max_depth` deep; null when out of memory.
    void* (*create)(std::size_t max_depth);
    void (*destroy)(void* parser);

    /// 0 when the document is valid; anything else says nothing about where or why.
    int (*validate)(void* parser, const char* json, std::size_t size);

    /// The same, and the document as CBOR, which the parser owns until its next call.
    int (*to_cbor)(void* parser, const char* json, std::size_t size, const char** cbor,
                   std::size_t* cbor_size);
};

/// The module's one symbol is a function of this type with this name.
using bandkit_json_entry = const bandkit_json_api* (*)();
#define BANDKIT_JSON_ENTRY bandkit_json_module

} // extern "C"
