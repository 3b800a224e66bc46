#pragma once

#include "cli/context_file.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace bandctl {

/// Key and value, in the order in which they are written.
using ContextEntries = std::vector<std::pair<std::string, std::string>>;

// The text of a contexts file with one thing changed; comments and layout of the rest stay. `file`
// is that text, read. Each result is read again: what cannot be edited so, because it is written in
// an unusual form, throws base::Error(config).

std::string with_context(std::string_view text, const cli::ContextFile& file,
                         const std::string& name, const ContextEntries& entries);
std::string without_context(std::string_view text, const cli::ContextFile& file,
                            const std::string& name);
/// An empty name: none is current any more.
std::string with_current(std::string_view text, const cli::ContextFile& file,
                         const std::string& name);

/// Gives the file's text and content (both empty without one) to `change`, and writes what comes
/// back in its place: readable by the owner only, whole or not at all, one writer at a time. Throws
/// base::Error(cannot_create | config).
void edit_contexts(
    const std::function<std::string(std::string_view text, const cli::ContextFile& file)>& change);

} // namespace bandctl
