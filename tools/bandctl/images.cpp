#include "base/byte_size.hpp"
#include "base/clock.hpp"
#include "base/duration.hpp"
#include "cli/command.hpp"
#include "cli/records.hpp"
#include "cli/shared_options.hpp"
#include "codec/json_writer.hpp"
#include "tools/bandctl/open_host.hpp"

namespace bandctl {

namespace {

using namespace std::chrono_literals;

constexpr cli::Option own_options[] = {cli::timeout_option("10s")};

constexpr cli::OptionGroup groups[] = {{"Limits", own_options}};

constexpr cli::Example examples[] = {
    {"What was built", "bandctl images"},
};

std::string json_of(const host::Image& image) {
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("name", image.name);
    json.member("id", image.id);
    json.member("created", base::rfc3339(image.created_ms));
    json.member("bytes", image.bytes);
    json.end_object();
    return text;
}

void run(cli::Invocation& in) {
    static constexpr cli::Column columns[] = {{"NAME", cli::Align::left, true},
                                              {"ID", cli::Align::left, true},
                                              {"AGE", cli::Align::right},
                                              {"SIZE", cli::Align::right}};
    const base::StopSignal stop;
    const auto images = open_host(in)->images(wait_of(in, stop, 10s));
    cli::Records records{in, columns};
    for (const host::Image& image : images) {
        const std::string cells[] = {
            image.name, image.id.substr(0, 19),
            base::rough_duration(std::chrono::milliseconds{base::unix_ms() - image.created_ms}),
            base::format_byte_size(image.bytes)};
        records.add(image.name, json_of(image), cells);
    }
    records.finish();
}

} // namespace

extern const cli::Command images_command;
const cli::Command images_command{
    .name = "images",
    .summary = "List the images that were built for services",
    .group = "Services",
    .description = "Images of services that run in Docker.",
    .examples = examples,
    .options = groups,
    .formats = "table|json|ndjson|name|template=TEXT",
    .run = run,
};

} // namespace bandctl
