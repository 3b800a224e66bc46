#include "cli/invocation.hpp"

#include "base/byte_size.hpp"
#include "base/duration.hpp"
#include "cli/option_value.hpp"
#include "cli/settings.hpp"

#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace cli {

namespace {

bool is_set(const Parsed& parsed, std::string_view name) {
    const Given* const given = parsed.find(name);
    return given != nullptr && (given->values.front() == "true" || given->values.front() == "1");
}

Notice::Level level_of(const Parsed& parsed) {
    return is_set(parsed, "quiet")     ? Notice::Level::quiet
           : is_set(parsed, "verbose") ? Notice::Level::verbose
                                       : Notice::Level::normal;
}

} // namespace

Invocation::Invocation(const Command& command, const OptionTable& table, Parsed parsed,
                       CalledAs called)
    : command_(command), table_(table), parsed_(std::move(parsed)), called_(std::move(called)),
      out_(STDOUT_FILENO), notice_(called_.program, level_of(parsed_)) {
    if (wants_colour(choice("color"), out_.terminal()))
        style_ = colours;
    if (parsed_.context && parsed_.context->exposed)
        notice_.warn(parsed_.context->path +
                     " holds a password, and others can read it; chmod 600");
}

const Option& Invocation::declared(std::string_view name) const {
    const Option* const option = table_.find(name);
    if (option == nullptr)
        throw std::logic_error("option " + std::string{name} + " is not declared");
    return *option;
}

bool Invocation::given(std::string_view name) const {
    return parsed_.find(declared(name).name) != nullptr;
}

bool Invocation::on_command_line(std::string_view name) const {
    const Given* const given = parsed_.find(declared(name).name);
    return given != nullptr && given->source == Source::command_line;
}

std::string Invocation::origin(std::string_view name) const {
    const Option& option = declared(name);
    const Given* const given = parsed_.find(option.name);
    if (given != nullptr && given->source == Source::environment)
        return variable_of(option);
    if (given != nullptr && given->source == Source::context)
        return context_origin(parsed_, given->place);
    return spelling(option);
}

bool Invocation::flag(std::string_view name) const {
    const Option& option = declared(name);
    return given(name) ? is_set(parsed_, option.name) : option.fallback == "true";
}

std::optional<std::string> Invocation::text(std::string_view name) const {
    const Option& option = declared(name);
    if (const Given* given = parsed_.find(option.name); given != nullptr && !given->values.empty())
        return given->values.front();
    return option.fallback.empty() ? std::nullopt : std::optional{std::string{option.fallback}};
}

std::optional<std::int64_t> Invocation::integer(std::string_view name) const {
    const auto value = text(name);
    return value ? std::optional{parse_integer(*value)} : std::nullopt;
}

std::optional<std::chrono::milliseconds> Invocation::duration(std::string_view name) const {
    const auto value = text(name);
    return value ? std::optional{base::parse_duration(*value)} : std::nullopt;
}

std::optional<std::uint64_t> Invocation::size(std::string_view name) const {
    const auto value = text(name);
    return value ? std::optional{base::parse_byte_size(*value)} : std::nullopt;
}

std::vector<std::string> Invocation::list(std::string_view name) const {
    const Option& option = declared(name);
    if (const Given* given = parsed_.find(option.name))
        return given->values;
    std::vector<std::string> values;
    if (!option.fallback.empty())
        split_list(values, option.fallback, option.kind == Kind::pairs);
    return values;
}

std::string Invocation::choice(std::string_view name) const {
    return text(name).value_or("");
}

std::optional<std::string> Invocation::arg(std::size_t index) const {
    return index < args().size() ? std::optional{args()[index]} : std::nullopt;
}

std::optional<std::chrono::milliseconds> Invocation::timeout() const {
    if (table_.find("timeout") == nullptr)
        return std::nullopt;
    const auto limit = duration("timeout");
    return limit && limit->count() > 0 ? limit : std::nullopt;
}

Invocation::Clock::time_point Invocation::deadline() const {
    const auto limit = timeout();
    return limit ? start_ + *limit : Clock::time_point::max();
}

const std::optional<ChosenContext>& Invocation::context() {
    load_context(parsed_);
    return parsed_.context;
}

EffectiveSetting Invocation::setting(std::string_view key) {
    const Setting* const found = find_setting(key);
    if (found == nullptr)
        throw std::logic_error("there is no setting " + std::string{key});
    if (key != "url")
        return effective_setting(parsed_, *found);
    const auto address = bus();
    return {address.url, address.source};
}

Format Invocation::format() const {
    if (command_.formats.empty())
        return Format::table;
    if (flag("json"))
        return Format::json;
    const auto chosen = choice("output");
    return format_of(chosen.empty() ? split_choices(command_.formats).front() : chosen);
}

} // namespace cli
