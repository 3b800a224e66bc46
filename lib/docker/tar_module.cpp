#include "docker/tar_abi.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <new>
#include <sys/stat.h>

namespace {

struct Writer {
    void (*write)(void* user, const void* bytes, std::size_t size);
    void* user;
    archive* tar = archive_write_new();
    archive_entry* entry = archive_entry_new();

    Writer(void (*write_function)(void*, const void*, std::size_t), void* write_user)
        : write(write_function), user(write_user) {
        // Unlike pax it takes names as the bytes that they are.
        archive_write_set_format_gnutar(tar);
        archive_write_set_bytes_per_block(tar, 0);
        archive_write_open2(tar, this, nullptr, &on_write, nullptr, nullptr);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() {
        archive_entry_free(entry);
        archive_write_free(tar);
    }

    static la_ssize_t on_write(archive*, void* user, const void* bytes, std::size_t size) {
        auto& self = *static_cast<Writer*>(user);
        self.write(self.user, bytes, size);
        return static_cast<la_ssize_t>(size);
    }
};

Writer& writer_of(void* writer) {
    return *static_cast<Writer*>(writer);
}

int result(long long code) {
    return code < ARCHIVE_WARN ? 1 : 0;
}

int begin(void* writer, const bandkit_tar_entry* wanted) {
    archive_entry* const entry = writer_of(writer).entry;
    archive_entry_clear(entry);
    archive_entry_copy_pathname(entry, wanted->name);
    archive_entry_set_filetype(entry, wanted->mode & S_IFMT);
    archive_entry_set_perm(entry, wanted->mode & 07777);
    archive_entry_set_mtime(entry, wanted->mtime, 0);
    archive_entry_set_size(entry, wanted->size);
    if (wanted->link_target != nullptr)
        archive_entry_copy_symlink(entry, wanted->link_target);
    return result(archive_write_header(writer_of(writer).tar, entry));
}

const bandkit_tar_api api = {
    .version = bandkit_tar_version,
    .create = [](void (*write)(void*, const void*, std::size_t), void* user) -> void* {
        return new (std::nothrow) Writer(write, user);
    },
    .destroy = [](void* writer) { delete static_cast<Writer*>(writer); },
    .begin = &begin,
    .data = [](void* writer, const void* bytes, std::size_t size) -> int {
        return result(archive_write_data(writer_of(writer).tar, bytes, size));
    },
    .end = [](void* writer) { return result(archive_write_finish_entry(writer_of(writer).tar)); },
    .close = [](void* writer) { return result(archive_write_close(writer_of(writer).tar)); },
    .error = [](void* writer) -> const char* {
        const char* const text = archive_error_string(writer_of(writer).tar);
        return text != nullptr ? text : "libarchive failed";
    },
};

} // namespace

extern "C" [[gnu::visibility("default")]] const bandkit_tar_api* BANDKIT_TAR_ENTRY() {
    return &api;
}
