#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// The text of -o template=TEXT: `{name}` and `{ports.0.host_port}` stand for values of a record,
/// `{{` and `}}` for braces, \t, \n and \\ for what they are in C. A value that is not there, or is
/// null, is an empty text.
class RecordTemplate {
public:
    /// Throws base::Error(usage) without a subject for a brace without its other one.
    explicit RecordTemplate(std::string_view text);

    /// `json` is one JSON object. For a terminal its values are made harmless; the template's own
    /// text is the user's.
    [[nodiscard]] std::string fill(std::string_view json, bool for_terminal) const;

private:
    struct Part {
        bool is_path;
        std::string text;
    };
    std::vector<Part> parts_;
};

/// What precedes TEXT in the option's value.
inline constexpr std::string_view template_mark = "template=";

} // namespace cli
