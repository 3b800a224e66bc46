#include "base/module.hpp"

#include <dlfcn.h>
#include <filesystem>
#include <system_error>

namespace base {

void* load_module(const std::string& path, const char* symbol) {
    void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    return library == nullptr ? nullptr : ::dlsym(library, symbol);
}

void* find_module(std::string_view file, std::string_view build_folder, const char* symbol) {
    std::error_code none;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", none);
    if (none)
        return nullptr;
    const std::filesystem::path built{build_folder};
    // Programs of a build tree lie in tools/ or one folder below it.
    for (const auto& folder : {std::filesystem::path{BANDKIT_MODULE_FOLDER}, ".." / built,
                               std::filesystem::path{"../.."} / built}) {
        const auto path = program.parent_path() / folder / file;
        if (std::filesystem::exists(path, none)) {
            if (void* const found = load_module(path.string(), symbol))
                return found;
        }
    }
    return nullptr;
}

} // namespace base
