#pragma once

#include <cstddef>

/// What the module bandkit-http.so offers. It may come with another libstdc++ than the program's,
/// so only C crosses here, and no function that is called back throws.
extern "C" {

inline constexpr unsigned bandkit_http_version = 1;

enum bandkit_http_outcome {
    bandkit_http_done,
    bandkit_http_aborted, // by one of the functions called back
    bandkit_http_unavailable,
    bandkit_http_timed_out,
    bandkit_http_stopped,
    bandkit_http_not_trusted,
    bandkit_http_config, // a certificate or key file
    bandkit_http_protocol,
};

struct bandkit_http_call {
    const char* method;
    const char* url;
    const char* const* headers; // "Name: value" each, null at the end
    const char* ca_file;        // this one and the next two may be null
    const char* certificate_file;
    const char* key_file;
    long connect_timeout_ms;
    int stop_fd; // -1: none
    int has_body;
    long long body_size; // -1: unknown, it goes in chunks

    void* user; // the first argument of what follows
    /// The body's next bytes: their number, 0 at the end, -1 to abort.
    long long (*read)(void* user, char* into, std::size_t size);
    // 0 aborts.
    int (*header_line)(void* user, const char* line, std::size_t size);
    int (*body)(void* user, const char* bytes, std::size_t size);
    /// Milliseconds, -1: for ever.
    int (*time_left)(void* user);

    char error[256]; // filled unless done
};

struct bandkit_http_api {
    unsigned version; // bandkit_http_version of the build

    /// A client that keeps its connections; null when out of memory.
    void* (*create)();
    void (*destroy)(void* client);
    bandkit_http_outcome (*perform)(void* client, bandkit_http_call* call);
};

/// The module's one symbol is a function of this type with this name.
using bandkit_http_entry = const bandkit_http_api* (*)();
#define BANDKIT_HTTP_ENTRY bandkit_http_module

} // extern "C"
