#include "base/error.hpp"
#include "cli/context_file.hpp"
#include "cli/record_template.hpp"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// A file of contexts, which people write by hand, and a template.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    try {
        for (const cli::Context& context : cli::parse_contexts(input, "f").contexts) {
            assert(cli::is_context_name(context.name));
            for (const auto& entry : context.entries)
                assert(!entry.value.empty() && entry.line >= context.line);
        }
    } catch (const base::Error& error) {
        assert(error.kind() == base::ErrorKind::config && error.subject().starts_with("f:"));
    }
    try {
        (void)cli::RecordTemplate{input}.fill(R"({"a":{"b":[1]}})", true);
    } catch (const base::Error& error) {
        assert(error.kind() == base::ErrorKind::usage);
    }
    return 0;
}
