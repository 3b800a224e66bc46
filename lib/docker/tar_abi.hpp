#pragma once

#include <cstddef>

/// What the module bandkit-tar.so offers. It may come with another libstdc++ than the program's, so
/// only C crosses here, and the function that is called back does not throw.
extern "C" {

inline constexpr unsigned bandkit_tar_version = 1;

struct bandkit_tar_entry {
    const char* name;
    const char* link_target; // null: a file or a folder, as `mode` says
    unsigned mode;           // as of stat(2), with the type
    long long size;
    long long mtime; // Unix time in seconds
};

struct bandkit_tar_api {
    unsigned version; // bandkit_tar_version of the build

    /// A writer that hands its bytes to `write`; null when out of memory.
    void* (*create)(void (*write)(void* user, const void* bytes, std::size_t size), void* user);
    void (*destroy)(void* writer);

    // 0 when done; otherwise `error` says why not.
    int (*begin)(void* writer, const bandkit_tar_entry* entry);
    int (*data)(void* writer, const void* bytes, std::size_t size);
    /// What is missing of the entry's size is filled up with zeros.
    int (*end)(void* writer);
    /// Ends the archive; nothing may follow.
    int (*close)(void* writer);

    const char* (*error)(void* writer);
};

/// The module's one symbol is a function of this type with this name.
using bandkit_tar_entry_point = const bandkit_tar_api* (*)();
#define BANDKIT_TAR_ENTRY bandkit_tar_module

} // extern "C"
