#include "cli/records.hpp"

#include "base/printable.hpp"
#include "cli/invocation.hpp"

namespace cli {

namespace {

std::optional<RecordTemplate> template_of(const Invocation& in) {
    if (in.format() != Format::templated)
        return std::nullopt;
    return RecordTemplate{std::string_view{*in.text("output")}.substr(template_mark.size())};
}

} // namespace

Records::Records(Invocation& in, std::span<const Column> columns)
    : in_(in), format_(in.format()), template_(template_of(in)) {
    if (format_ == Format::table)
        table_.emplace(columns);
}

void Records::add(std::string_view name, std::string_view json,
                  std::span<const std::string> cells) {
    const bool terminal = in_.out().terminal();
    switch (format_) {
    case Format::json:
        in_.out().write(first_ ? "[" : ",\n ");
        in_.out().write(json);
        break;
    case Format::ndjson:
    case Format::raw:
        in_.out().line(json);
        break;
    case Format::name:
        in_.out().line(terminal ? base::printable(name) : std::string{name});
        break;
    case Format::templated:
        in_.out().line(template_->fill(json, terminal));
        break;
    case Format::table:
        table_->add_row(cells);
        break;
    }
    first_ = false;
}

void Records::finish() {
    if (format_ == Format::json)
        in_.out().line(first_ ? "[]" : "]");
    else if (table_)
        table_->print(in_.out());
}

bool print_record(Invocation& in, std::string_view name, std::string_view json) {
    if (in.format() == Format::table)
        return false;
    if (in.format() == Format::json) {
        in.out().line(json);
        return true;
    }
    Records one{in, {}};
    one.add(name, json, {});
    one.finish();
    return true;
}

} // namespace cli
