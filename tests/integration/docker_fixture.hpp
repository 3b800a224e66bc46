#pragma once

#include "docker/client.hpp"
#include "support/docker_engine.hpp"
#include "support/temp_directory.hpp"

#include <filesystem>
#include <string>

namespace support {

/// One Engine for all cases of a program: starting it takes seconds.
inline DockerEngine& engine() {
    static DockerEngine one;
    return one;
}

inline docker::Client connect() {
    return docker::Client{{.address = {.unix_path = engine().socket_path()}}};
}

inline base::Deadline soon() {
    return base::Deadline::after(std::chrono::seconds{60});
}

/// A service's folder FROM scratch with busybox in it; `rest` ends its Dockerfile.
inline std::filesystem::path make_service(const std::filesystem::path& parent,
                                          const std::string& name, const std::string& rest,
                                          const std::string& files = "") {
    const auto folder = parent / name;
    std::filesystem::create_directories(folder);
    std::filesystem::copy_file(DockerEngine::busybox(), folder / "busybox",
                               std::filesystem::copy_options::overwrite_existing);
    const auto write = [&folder](const char* file, const std::string& text) {
        if (std::FILE* const out = std::fopen((folder / file).c_str(), "w")) {
            std::fputs(text.c_str(), out);
            std::fclose(out);
        }
    };
    write("Dockerfile", "FROM scratch\nCOPY busybox /bin/busybox\n" + rest);
    if (!files.empty())
        write(".dockerignore", files);
    return folder;
}

/// A shell's words as an entry point; it ends at once on SIGTERM.
inline std::string shell(const std::string& script) {
    return "ENTRYPOINT [\"/bin/busybox\", \"sh\", \"-c\", \"trap 'exit 0' TERM; " + script +
           "\"]\n";
}

inline const std::string forever = "while :; do /bin/busybox sleep 0.1; done";

} // namespace support
